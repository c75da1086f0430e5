"""Threat intelligence: what others have seen attackers use, and where it turns up in the events of our companies."""
