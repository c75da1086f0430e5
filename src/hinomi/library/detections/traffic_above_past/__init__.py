"""A machine moves far more than on any day before."""
