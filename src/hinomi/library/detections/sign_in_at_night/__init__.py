"""Somebody signs in at an hour at which they never did."""
