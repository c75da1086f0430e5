"""Watching the watchers: what a sensor or a PC's protection no longer does, as findings like any other."""

from hinomi.pipeline.health.examination import examine
from hinomi.pipeline.health.sensor import Watched

__all__ = ["Watched", "examine"]
