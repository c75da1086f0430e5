"""Which watchers look at what is new, and at whom: the desk says which companies there are and in which zone."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.library.contracts import MalformedItem
from hinomi.pipeline import behaviour
from hinomi.pipeline.detect import faults
from hinomi.pipeline.watch import Company, Watcher, watch
from hinomi.tenants.models import Tenant

log = logging.getLogger("hinomi")

DESTINATIONS = "destinations.yaml"
"""The operator's own list in the data folder, in the form of ``library/destinations/harmless.yaml``."""
WATCHERS: tuple[Watcher, ...] = (faults.WATCHER,)


def companies() -> dict[str, Company]:
    """The companies that the desk knows, by the tenant's name."""
    return {tenant.uid: Company(tenant.uid, tenant.zone) for tenant in Tenant.objects.all()}


def look_over_time(lake: Lake, now: datetime) -> int:
    """One round of every watcher over what is new in the lake; returns the number of new findings. ``now`` is aware."""
    moment, who = now.astimezone(UTC).replace(tzinfo=None), companies()
    found = watch(lake, WATCHERS, who, moment)
    try:
        found["behaviour"] = behaviour.look(lake, who, moment, known_destinations(lake.root.parent / DESTINATIONS))
    except Exception:  # a fault of ours in what looks over time must not stop what was received
        log.exception("ふるまいの監視が失敗しました。次の回にもう一度見ます (behaviour failed; tried again next round)")
    return sum(frame.height for frame in found.values())


def known_destinations(path: Path) -> frozenset[str]:
    """Destinations that the operator knows as harmless; a file that cannot be read is said and left out."""
    try:
        return catalog.destinations(path) if path.exists() else frozenset()
    except MalformedItem as error:
        log.error("%s", error)
        return frozenset()
