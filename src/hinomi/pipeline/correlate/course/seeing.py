"""Which sensors were there to see, as the course of an attack asks for it."""

from datetime import datetime
from typing import Protocol

from hinomi.pipeline.surroundings.presence import Presence


class Seeing(Protocol):
    """Times are naive UTC, both included; a sensor was there only if it was during all of them."""

    def edr(self, host: str | None, address: str | None, since: datetime, until: datetime) -> Presence:
        """Of the machine with this name, else this address; never :attr:`Presence.THERE` where both are unknown."""

    def utm(self, since: datetime, until: datetime) -> Presence:
        """Of the company; :attr:`Presence.NOT_ON_MACHINE` and :attr:`Presence.MACHINE_UNKNOWN` are an EDR's alone."""


class NothingKnown:
    """No word about any sensor: none is taken to be there."""

    def edr(self, host: str | None, address: str | None, since: datetime, until: datetime) -> Presence:
        return Presence.NO_SENSOR if host or address else Presence.MACHINE_UNKNOWN

    def utm(self, since: datetime, until: datetime) -> Presence:
        return Presence.NO_SENSOR
