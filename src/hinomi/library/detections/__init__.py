"""The shelf of detections: one folder a rule, with an event that fires and one that stays quiet."""
