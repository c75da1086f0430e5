"""Incidents planted into the programme, and noise around them, drawn by seed: what the desk must not miss, and not ask.

``plant(1).incidents`` are twenty courses of events at companies of the programme, with what a person must be told of
each. Nothing of it is in the programme that is replayed by default: its numbers are the study's.
"""

from hinomi.demo.planted.planting import Planted, Planting, Recurrence, plant

__all__ = ["Planted", "Planting", "Recurrence", "plant"]
