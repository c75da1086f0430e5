"""What is set aside from the counts: proposed by the fault rules, decided by people."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.incidents import excluding
from hinomi.lake.lake import Lake
from hinomi.ocsf.incident import Exclusion
from hinomi.pipeline.detect import faults
from hinomi.pipeline.detect.faults import Asked


def exclusions(
    lake: Lake, tenants: Iterable[str], since: datetime, until: datetime, timezone: ZoneInfo
) -> tuple[Exclusion, ...]:
    """:func:`standing` for companies of one zone, in the same span [since, until) (naive UTC)."""
    return standing(lake, [Asked(tenant, since, until, timezone) for tenant in tenants])


def standing(lake: Lake, asked: Sequence[Asked]) -> tuple[Exclusion, ...]:
    """Exclusions that stand and touch the span asked for of their company; days are those of its zone."""
    spans = {one.tenant: one for one in asked}
    kept = excluding.standing(faults.set_aside(lake, asked), spans)
    return tuple(one for one in kept if one.since < spans[one.tenant].until and one.until > spans[one.tenant].since)
