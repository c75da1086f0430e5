"""A machine tries many others inside."""
