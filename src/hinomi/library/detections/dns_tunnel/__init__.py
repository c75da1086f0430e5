"""Messages hidden in names that are asked for."""
