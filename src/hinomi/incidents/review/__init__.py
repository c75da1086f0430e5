"""Deciding once for many incidents that are the same, and being asked again when they no longer are."""
