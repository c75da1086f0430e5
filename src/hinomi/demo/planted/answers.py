"""What the generator knows: whose doing an incident is that the desk shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hinomi.demo.planted.planting import Planted, Planting, Recurrence
from hinomi.demo.workdays import JAPAN

AROUND = timedelta(hours=1)
"""What looks over time tells of an hour."""


@dataclass(frozen=True)
class Shown:
    """An incident as the desk shows it; times are naive UTC."""

    uid: str
    tenant: str
    kind: str
    names: frozenset[str]
    """All that it names, in lower case: machines, addresses, people."""
    first: datetime
    last: datetime


def cause(shown: Shown, planting: Planting) -> Planted | Recurrence | None:
    """What it came of; an attack before noise. None: of what the programme has by itself."""
    attack = next((one for one in planting.incidents if is_of(shown, one)), None)
    return attack or next((one for one in planting.noise if is_of(shown, one)), None)


def of(one: Planted | Recurrence, incidents: Iterable[Shown]) -> list[Shown]:
    """Those that tell of it."""
    return [shown for shown in incidents if is_of(shown, one)]


def is_of(shown: Shown, one: Planted | Recurrence) -> bool:
    begin, end = one.begin - JAPAN - AROUND, one.end - JAPAN + AROUND
    return shown.tenant == one.tenant and shown.first <= end and shown.last >= begin and bool(shown.names & one.names)
