"""Incidents told to people by mail: a durable outbox, filled by comparing and emptied by sending once."""
