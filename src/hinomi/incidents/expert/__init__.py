"""What an expert reads out of a month's detections (survey report, 6.3): proposed, confirmed by a person, counted."""
