"""The desk after a reparse: timelines as the logs are understood today, sensors as last heard by today's clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hinomi.incidents import revising
from hinomi.lake.lake import Lake
from hinomi.ocsf.incident import Story
from hinomi.ocsf.schema import conform
from hinomi.pipeline import reread
from hinomi.pipeline.correlate.sighting import described, sightings
from hinomi.pipeline.correlate.telling import entry
from hinomi.pipeline.reread import Reread
from hinomi.tenants.models import Sensor
from hinomi.tenants.operations import record_audit

FOUND = 'SELECT * FROM findings WHERE "metadata.uid" IN (SELECT unnest(?::VARCHAR[]))'
HEARD = "SELECT sensor, max(last_time) AS last FROM blocks WHERE sensor IN (SELECT unnest(?::VARCHAR[])) GROUP BY ALL"


def revise(lake: Lake, note: Reread, stories: Iterable[Story], now: datetime) -> int:
    """Bring incidents up to one reparse; returns how many changed. ``now`` is aware.

    ``stories`` are the company's around the blocks. Done again it changes nothing.
    """
    held = revising.held(note.tenant, frozenset(note.blocks))
    if not held or note.times.first is None or note.times.last is None:
        return 0
    until = note.times.last + timedelta(microseconds=1)
    findings = lake.ask(note.tenant, FOUND, [sorted(held)], since=note.times.first, until=until).frame()
    found = {one.uid: entry(one) for one in sightings(described(conform(findings)))}
    return revising.revise(note.tenant, held, found, stories, now)


def hear_again(lake: Lake, note: Reread) -> None:
    """A clock that was read wrongly may have put the last record into the future."""
    for row in lake.ask(note.tenant, HEARD, [list(note.sensors)]).rows():
        if row["last"] is not None:
            last = row["last"].replace(tzinfo=UTC)
            Sensor.objects.filter(tenant_id=note.tenant, name=row["sensor"], last_seen__gt=last).update(last_seen=last)


def close(lake: Lake, note: Reread, now: datetime) -> None:
    """The desk is up to it: the audit trail says so, and the note goes."""
    hear_again(lake, note)
    record_audit(
        actor=None,
        action="lake.reparsed",
        now=now,
        tenant=note.tenant,
        subject=f"epoch {note.epoch}",
        detail={"blocks": len(note.blocks), "sensors": list(note.sensors)},
    )
    reread.forget(lake.root, note.epoch)
