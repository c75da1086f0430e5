"""A device that sends to itself: LAND hits by the ten thousand are a fault, not an attack."""
