"""How far a story went: machines, accounts, other ends, and since when; and by what its ordinary events are known."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from hinomi.ocsf.course import Spread, Stage, StageName, Traces
from hinomi.pipeline.correlate.sighting import Sighting

JUST_BEGUN: Final = timedelta(days=1)
"""What is found so soon after the watch began may have been going on before."""
ON_DATA: Final = (StageName.COLLECTION, StageName.EXFILTRATION, StageName.IMPACT)
MOST_FILES: Final = 50
BAD_ENDS: Final = (
    *("cnc_callback", "malicious_site", "regular_calls", "dns_tunnel", "malware"),
    *("mail_phishing", "support_scam"),
)
"""Aspects of findings whose other end is bad; of others it may be anyone's."""


def spread(group: Sequence[Sighting], reached: Iterable[Stage], watched_since: datetime | None) -> Spread:
    """``group`` is in order of time; ``reached`` are its stages."""
    touched = {uid for stage in reached if stage.name in ON_DATA and not stage.stopped for uid in stage.findings}
    first = group[0].time
    named = {one.address: one.host for one in reversed(group) if one.host}
    return Spread(
        machines=each(one.host or named.get(one.address, one.address) for one in group if not one.recipients),
        accounts=people(group),
        outside=each(one.outside for one in group),
        first=first,
        last=group[-1].time,
        found=first,
        before_watch=watched_since is not None and first - watched_since <= JUST_BEGUN,
        files=each(one.row["file.path"] or one.row["file.name"] for one in group if one.uid in touched)[:MOST_FILES],
    )


def traces(group: Sequence[Sighting]) -> Traces:
    """By what ordinary events of the same matter are known."""
    return Traces(
        hosts=each(one.host.lower() for one in group if one.host),
        addresses=each(one.address for one in group),
        people=people(group),
        files=each(one.file for one in group),
        hashes=each(one.sha256.lower() for one in group if one.sha256),
        ends=each(one.outside for one in group if one.aspect in BAD_ENDS),
        told=tuple(sorted({one.event for one in group})),
    )


def people(group: Iterable[Sighting]) -> tuple[str, ...]:
    """Users of the machines, and readers of the mails."""
    return each(name for one in group for name in (one.user, *sorted(one.recipients)))


def each(values: Iterable[str | None]) -> tuple[str, ...]:
    """Once, in the order seen, without regard to case."""
    found: dict[str, str] = {}
    for value in values:
        if value:
            found.setdefault(value.lower(), value)
    return tuple(found.values())
