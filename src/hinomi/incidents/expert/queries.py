"""What was decided about expert findings: by the latest decision of each company, month and kind."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, QuerySet

from hinomi.incidents.expert.models import ExpertDecision, Ruling
from hinomi.ocsf.expert import Decided
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import tenants_for

Key = tuple[str, str, str]
"""Company, month and kind."""


def latest(rows: QuerySet[ExpertDecision]) -> dict[Key, ExpertDecision]:
    """Of each finding the decision that stands."""
    found: dict[Key, ExpertDecision] = {}
    for row in rows.select_related("tenant", "owner").order_by("decided", "pk"):
        found[row.tenant_id, row.month, row.kind] = row
    return found


def seen_by(user: User | AnonymousUser) -> QuerySet[ExpertDecision]:
    """Decisions about companies that this person may see."""
    return ExpertDecision.objects.filter(tenant__in=tenants_for(user))


def confirmed_for(tenant: Tenant, month: str | None = None) -> list[ExpertDecision]:
    """What stands confirmed about a company, the latest month first; of one month if it is given."""
    rows = ExpertDecision.objects.filter(tenant=tenant)
    standing = latest(rows.filter(month=month) if month else rows).values()
    return sorted((row for row in standing if row.is_confirmed), key=lambda row: (row.month, row.pk), reverse=True)


def decided(tenants: Iterable[str], months: Iterable[str]) -> tuple[Decided, ...]:
    """As the study counts them."""
    rows = latest(ExpertDecision.objects.filter(tenant__in=list(tenants), month__in=list(months)))
    return tuple(
        Decided(*key, sensors=tuple(row.evidence["sensors"]), confirmed=row.ruling == Ruling.CONFIRMED)
        for key, row in sorted(rows.items())
    )


def latest_decision() -> int:
    """Grows with every decision: a report made before it may be out of date."""
    return ExpertDecision.objects.aggregate(latest=Max("pk"))["latest"] or 0
