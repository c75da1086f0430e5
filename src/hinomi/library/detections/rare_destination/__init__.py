"""A machine that knows few others meets somebody nobody knows."""
