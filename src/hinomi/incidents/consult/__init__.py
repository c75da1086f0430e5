"""The company asks, the analyst answers (相談窓口)."""
