"""Collectors do one thing: make bytes safe in the landing zone; nothing is parsed here."""
