"""Sigma correlation rules: what the hits of other rules tell together, within a time and a group."""
