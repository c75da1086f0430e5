"""Readers of record formats, shared by the sources: bytes to columns, no input or output."""
