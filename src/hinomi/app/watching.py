"""Which watchers look at what is new, and at whom: the desk says which companies there are and in which zone."""

from datetime import UTC, datetime

from hinomi.lake.lake import Lake
from hinomi.pipeline.detect import faults
from hinomi.pipeline.watch import Company, Watcher, watch
from hinomi.tenants.models import Tenant

WATCHERS: tuple[Watcher, ...] = (faults.WATCHER,)


def companies() -> dict[str, Company]:
    """The companies that the desk knows, by the tenant's name."""
    return {tenant.uid: Company(tenant.uid, tenant.zone) for tenant in Tenant.objects.all()}


def look_over_time(lake: Lake, now: datetime) -> int:
    """One round of every watcher over what is new in the lake; returns the number of new findings. ``now`` is aware."""
    found = watch(lake, WATCHERS, companies(), now.astimezone(UTC).replace(tzinfo=None))
    return sum(frame.height for frame in found.values())
