"""Who did what and who looked at what: for operators, and for a company's lead about that company."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.audit import trail
from hinomi.console.audit.words import ACTS
from hinomi.console.events import table
from hinomi.console.shell import audit
from hinomi.console.shell.access import person, seen_by
from hinomi.tenants.models import AuditEntry, User
from hinomi.tenants.queries import may, role_of
from hinomi.tenants.roles import Ability, Role

READERS = (Role.OPERATOR, Role.MEMBER)
PAGE = 100
MOST = 100_000
"""Rows of one file."""


@dataclass(frozen=True)
class Line:
    """An entry as it is shown; ``role`` is what the person is today."""

    entry: AuditEntry
    who: str
    role: str
    act: str
    detail: str


@require_safe
@seen_by(*READERS)
def index(request: HttpRequest) -> HttpResponse:
    actor, asked = person(request), trail.Asked.read(request.GET)
    page = Paginator(trail.found(actor, asked), PAGE).get_page(request.GET.get("page"))
    noted(request, asked)
    answer = {
        "asked": asked,
        "page": page,
        "lines": lines(page.object_list),
        "companies": trail.companies(actor),
        "kinds": trail.KINDS,
        "operates": may(actor, Ability.OPERATE),
    }
    return render(request, "audit/index.html", answer)


@require_safe
@seen_by(*READERS)
def download(request: HttpRequest) -> HttpResponse:
    """The same as CSV, newest first; a spreadsheet runs nothing of it."""
    actor, asked = person(request), trail.Asked.read(request.GET)
    zone, shows_address = ZoneInfo(settings.TIME_ZONE), may(actor, Ability.OPERATE)
    rows = [
        {
            "time": line.entry.at.astimezone(zone).isoformat(timespec="seconds"),
            "actor": line.entry.actor,
            "name": line.who,
            "action": line.entry.action,
            "act": line.act,
            "tenant": line.entry.tenant,
            "subject": line.entry.subject,
            "detail": line.detail,
            **({"address": line.entry.address} if shows_address else {}),
        }
        for line in lines(trail.found(actor, asked)[:MOST])
    ]
    noted(request, asked, csv=True, rows=len(rows))
    text = table.BYTE_ORDER_MARK + table.harmless(pl.DataFrame(rows, infer_schema_length=None)).write_csv()
    headers = {"Content-Disposition": 'attachment; filename="hinomi-audit.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def noted(request: HttpRequest, asked: trail.Asked, **more: Any) -> None:
    """Reading the trail is in the trail: of each company whose people and data were read of."""
    given = {name: str(value) for name, value in asdict(asked).items() if value and name != "tenant"}
    everything = (
        [""] if may(person(request), Ability.OPERATE) else trail.companies(person(request)).values_list("pk", flat=True)
    )
    for uid in [asked.tenant] if asked.tenant else everything:
        audit.viewed(request, "audit", uid, **given, **more)


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    found = list(entries)
    people = {user.username: user for user in User.objects.filter(username__in={entry.actor for entry in found})}
    roles = {name: role_of(user) for name, user in people.items()}
    return [
        Line(
            entry,
            str(people.get(entry.actor, entry.actor)),
            str(role.label) if (role := roles.get(entry.actor)) else "",
            str(ACTS.get(entry.action, entry.action)),
            "; ".join(f"{name}: {value}" for name, value in entry.detail.items()),
        )
        for entry in found
    ]
