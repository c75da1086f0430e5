"""What is set aside, or was: proposals of the rules with what people decided about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from hinomi.incidents import excluding
from hinomi.incidents.models import ExclusionDecision
from hinomi.lake.lake import Lake
from hinomi.ocsf.incident import Exclusion
from hinomi.pipeline.detect import faults
from hinomi.tenants.models import Tenant

REACH = timedelta(days=400)
"""How far back from a company's last record it is listed: a year's report and some days."""
LAST = "SELECT max(last_time) AS last FROM blocks"


@dataclass(frozen=True)
class Listed:
    """An exclusion as the page shows it; ``decision`` is the latest about it, None where nobody decided yet."""

    tenant: Tenant
    exclusion: Exclusion
    decision: ExclusionDecision | None
    stands: bool

    @property
    def key(self) -> str:
        one = self.exclusion
        text = "\n".join((one.tenant, one.sensor, one.rule, one.signature, one.since.isoformat()))
        return sha256(text.encode()).hexdigest()[:24]


def listed(lake: Lake, tenants: Iterable[Tenant]) -> list[Listed]:
    """Latest first."""
    tenants = list(tenants)
    decisions = list(
        ExclusionDecision.objects.filter(tenant__in=tenants).select_related("owner").order_by("-decided", "-pk")
    )
    found = [one for tenant in tenants for one in of_company(lake, tenant, decisions)]
    return sorted(found, key=lambda one: (one.exclusion.since, one.key), reverse=True)


def of_company(lake: Lake, tenant: Tenant, decisions: list[ExclusionDecision]) -> Iterable[Listed]:
    last = lake.ask(tenant.uid, LAST).rows()[0]["last"]
    span = (last - REACH, last + timedelta(days=1)) if last else None
    for proposed in faults.exclusions(lake, [tenant.uid], *span, tenant.zone) if span else ():
        about = excluding.about(proposed, decisions)
        yield Listed(tenant, proposed, about, about is None or about.stands)
    for row in excluding.stated_last(decisions):
        if row.tenant_id == tenant.uid:
            yield Listed(tenant, excluding.as_value(row), row, row.stands)
