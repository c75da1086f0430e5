"""What people decided of the events on which a rule fired: how often it would have called for nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from hinomi.incidents.models import Entry, Reason, Status
from hinomi.pipeline.retro import Hit

HARMLESS = (Reason.BENIGN, Reason.POLICY, Reason.DEVICE_FAULT)
"""Reasons for closing that say it was no attack."""
AT_ONCE = 500


@dataclass(frozen=True)
class Judged:
    """Of the hits kept by name: in incidents closed as harmless, in other incidents, and judged by nobody."""

    harmless: int
    incident: int
    nobody: int

    @property
    def is_known(self) -> bool:
        return self.harmless + self.incident > 0


def judged(hits: Iterable[Hit], since: datetime, until: datetime) -> Judged:
    """An event counts once, however many of the rules fired on it. Times are naive UTC."""
    events = {(hit.tenant, hit.uid) for hit in hits}
    harmless: set[tuple[str, str]] = set()
    incident: set[tuple[str, str]] = set()
    for tenant in {tenant for tenant, _ in events}:
        entries = Entry.objects.filter(
            tenant_id=tenant, time__gte=since.replace(tzinfo=UTC), time__lte=until.replace(tzinfo=UTC)
        )
        rows = entries.values_list("finding", "incident__status", "incident__reason")
        for finding, status, reason in rows.iterator(chunk_size=AT_ONCE):
            event = (tenant, finding.rpartition(":")[0])
            if event in events:
                (harmless if status == Status.CLOSED and reason in HARMLESS else incident).add(event)
    incident -= harmless
    return Judged(len(harmless), len(incident), len(events) - len(harmless) - len(incident))
