"""What was received, as received (landing zone), and what it means (event lake)."""
