"""Which sensors were there to see, as the course of an attack asks for it."""

from datetime import datetime
from typing import Protocol

from hinomi.pipeline.surroundings.presence import Presence


class Seeing(Protocol):
    """Times are naive UTC, both included.

    A sensor that was there for a part of them only is :attr:`Presence.SILENT`. ``until`` may lie after what has been
    delivered yet: the answer is good for as far as is known, and may change with what comes.
    """

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
