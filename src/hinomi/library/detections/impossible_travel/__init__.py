"""Nobody is in two countries within hours."""
