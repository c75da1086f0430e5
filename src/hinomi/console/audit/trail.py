"""The audit trail as it is asked for: by company, person, kind of act and days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.words import Words
from hinomi.tenants.models import AuditEntry, Tenant, User
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability

VIEWS, SIGN_INS, CHANGES = "views", "sign-ins", "changes"
KINDS: dict[str, Words] = {
    "": _("すべて"),
    VIEWS: _("閲覧"),
    SIGN_INS: _("サインイン"),
    CHANGES: _("変更"),
}
VIEWED = Q(action__endswith=".viewed")
SIGNED_IN = Q(action__startswith="sign_in") | Q(action__startswith="second_factor.")


@dataclass(frozen=True)
class Asked:
    """``since`` and ``until`` are days in the console's zone, both inclusive; empty text asks nothing."""

    tenant: str = ""
    person: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        kind = query.get("kind", "")
        return cls(
            query.get("tenant", ""),
            query.get("person", "").strip(),
            kind if kind in KINDS else "",
            day(query.get("since", "")),
            day(query.get("until", "")),
        )


def day(text: str) -> date | None:
    """None where there is none, or none whose midnights every zone knows."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date.min.year < found.year < date.max.year else None


def found(actor: User, asked: Asked) -> QuerySet[AuditEntry]:
    """An operator reads all; a company's lead what was done with that company's data, and by its people."""
    rows = AuditEntry.objects.all()
    if not may(actor, Ability.OPERATE):
        rows = rows.filter(tenant__in=companies(actor).values_list("pk", flat=True))
    if asked.tenant:
        rows = rows.filter(tenant=asked.tenant)
    if asked.person:
        names = User.objects.filter(name__contains=asked.person).values_list("username", flat=True)
        rows = rows.filter(Q(actor=asked.person) | Q(actor__in=names) | Q(subject=asked.person))
    if asked.kind == VIEWS:
        rows = rows.filter(VIEWED)
    elif asked.kind == SIGN_INS:
        rows = rows.filter(SIGNED_IN)
    elif asked.kind == CHANGES:
        rows = rows.exclude(VIEWED | SIGNED_IN)
    if asked.since:
        rows = rows.filter(at__gte=midnight(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=midnight(asked.until + timedelta(days=1)))
    return rows


def companies(actor: User) -> QuerySet[Tenant]:
    return tenants_for(actor, Ability.MANAGE)


def midnight(of: date) -> datetime:
    return datetime.combine(of, time.min, ZoneInfo(settings.TIME_ZONE))
