"""The river: collect, normalise, detect, correlate; it knows no Django and takes and returns values."""
