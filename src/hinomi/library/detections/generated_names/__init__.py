"""Names made by a formula, most of which nobody owns."""
