"""The queue of incidents: which of those a person may see, and in what order."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from hinomi.incidents import queries
from hinomi.incidents.models import Incident, Status
from hinomi.tenants.models import User

PAGE = 50
OPEN, ALL = "open", "all"


@dataclass(frozen=True)
class Filter:
    """``status`` is a status, ``open`` (not closed) or ``all``; ``severity`` is the least; 0 asks nothing."""

    status: str = OPEN
    severity: int = 0
    tenant: str = ""
    mine: bool = False

    @classmethod
    def read(cls, given: QueryDict) -> "Filter":
        """What a form sent; what nobody offered is as if not sent."""
        status, severity = given.get("status", OPEN), given.get("severity", "")
        return cls(
            status=status if status in (OPEN, ALL, *Status.values) else OPEN,
            severity=int(severity) if severity in ("2", "3", "4", "5") else 0,
            tenant=given.get("tenant", ""),
            mine=given.get("mine") == "on",
        )


def asked(user: User, filter_: Filter) -> QuerySet[Incident]:
    incidents = queries.for_user(user)
    if filter_.status == OPEN:
        incidents = queries.open_only(incidents)
    elif filter_.status != ALL:
        incidents = incidents.filter(status=filter_.status)
    if filter_.severity:
        incidents = incidents.filter(severity_id__gte=filter_.severity)
    if filter_.tenant:
        incidents = incidents.filter(tenant=filter_.tenant)
    return incidents.filter(assignee=user) if filter_.mine else incidents


def page(incidents: QuerySet[Incident], number: str | None) -> Page[Incident]:
    """Pages of ``PAGE``; a number that is none is the nearest that is."""
    return Paginator(incidents, PAGE).get_page(number)
