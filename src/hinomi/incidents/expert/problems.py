"""What may not be decided about an expert finding."""


class BadRuling(ValueError):
    """A decision that cannot be; the message says what to change, in Japanese and English."""
