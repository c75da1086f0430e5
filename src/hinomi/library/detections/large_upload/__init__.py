"""Much is sent to one place at once."""
