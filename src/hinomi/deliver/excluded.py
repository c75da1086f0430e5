"""What is set aside from the counts: proposed by the fault rules, decided by people."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.incidents import excluding
from hinomi.lake.lake import Lake
from hinomi.ocsf.incident import Exclusion
from hinomi.pipeline.detect import faults


def exclusions(
    lake: Lake, tenants: Iterable[str], since: datetime, until: datetime, timezone: ZoneInfo
) -> tuple[Exclusion, ...]:
    """Exclusions of these companies that stand and touch [since, until) (naive UTC); days are those of ``timezone``."""
    tenants = list(tenants)
    proposed = faults.exclusions(lake, tenants, since, until, timezone)
    return tuple(one for one in excluding.standing(proposed, tenants) if one.since < until and one.until > since)
