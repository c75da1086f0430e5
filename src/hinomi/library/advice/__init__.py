"""Advice cards, one YAML file each, and what they are measured by."""
