"""Statistics over the companies of a programme; every number can say how it was counted."""
