"""How far a story went: machines, accounts, other ends, and since when."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from hinomi.ocsf.course import Spread
from hinomi.pipeline.correlate.sighting import Sighting

JUST_BEGUN: Final = timedelta(days=1)
"""What is found so soon after the watch began may have been going on before."""


def spread(
    group: Sequence[Sighting], ordinary: Iterable[datetime] = (), watched_since: datetime | None = None
) -> Spread:
    """``group`` is in order of time, ``ordinary`` are times of events linked to it that are no findings."""
    first, last = group[0].time, group[-1].time
    times = [first, last, *ordinary]
    return Spread(
        machines=each(one.host or one.address for one in group if not one.recipients),
        accounts=each([*(one.user for one in group), *(name for one in group for name in sorted(one.recipients))]),
        outside=each(one.outside for one in group),
        first=min(times),
        last=max(times),
        found=first,
        before_watch=watched_since is not None and min(times) - watched_since <= JUST_BEGUN,
    )


def each(values: Iterable[str | None]) -> tuple[str, ...]:
    """Once, in the order seen, without regard to case."""
    found: dict[str, str] = {}
    for value in values:
        if value:
            found.setdefault(value.lower(), value)
    return tuple(found.values())
