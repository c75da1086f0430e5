"""One company on one page: what to do now, what was stopped, what could not be seen; and its devices."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.company.plain import Watch, device
from hinomi.console.company.tasks import tasks
from hinomi.console.consult import listing
from hinomi.console.sensors.queries import watched
from hinomi.console.shell import audit, chart, clock, store
from hinomi.console.shell.access import COMPANY, person, seen_by, tenant_or_404
from hinomi.console.shell.month import chosen_month, months_present
from hinomi.deliver.report.coverage import with_gaps
from hinomi.deliver.report.desk import monthly
from hinomi.deliver.report.monthly import MonthlyReport
from hinomi.deliver.report.wording import BLIND_WITHOUT, FACTORY, HTTPS
from hinomi.incidents import queries
from hinomi.incidents.consult.models import State
from hinomi.incidents.models import Status
from hinomi.library.contracts import Kind
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import may, role_of, tenants_for
from hinomi.tenants.roles import MEMBERS, Ability

EXPANDED = 3
"""Tasks told in full; a person who has more to do begins with these."""
QUIET = (Status.WATCHING,)
"""Open incidents that ask nothing of the company."""


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest, uid: str) -> HttpResponse:
    tenant = tenant_or_404(request, uid)
    audit.viewed(request, "company", tenant.uid)
    lake, now = store.lake(), clock.now()
    months = months_present(lake, [tenant.uid], tenant.zone, clock.naive(now))
    month = chosen_month(request.GET.get("month", ""), months, now.astimezone(tenant.zone).date())
    report = monthly(lake, tenant, month, now=now, middles={})
    sensors = watched(lake, [tenant], now)
    answer: dict[str, Any] = {
        "tenant": tenant,
        "month": month,
        "months": months or [month],
        "report": report,
        "gaps": with_gaps(report.coverage),
        "blind": blind({each.sensor.kind for each in sensors}),
        "sensors": sensors,
        **waiting(person(request), tenant),
    }
    if role_of(person(request)) in MEMBERS:
        return render(request, "company/today.html", answer | {"watch": Watch(tuple(map(device, sensors)))})
    return render(request, "company/index.html", answer | {"charts": chart.charts(days(report))})


def waiting(user: User, tenant: Tenant) -> dict[str, Any]:
    """What is to be done, asked and answered."""
    unfinished = queries.open_only(queries.for_user(user)).filter(tenant=tenant)
    found = tasks(unfinished.exclude(status__in=QUIET))
    talk = listing.of_company(user, tenant)
    return {
        "tasks": found[:EXPANDED],
        "further": found[EXPANDED:],
        "open": unfinished.count(),
        "inquiries": talk.inquiries,
        "threads": [thread for thread in talk.threads if thread.state != State.CLOSED],
        "centre": settings.CENTRE_CONTACT,
        "may_write": may(user, Ability.NOTE, tenant),
    }


@require_safe
@seen_by(*MEMBERS)
def watch(request: HttpRequest) -> HttpResponse:
    """Which device watches, whether it is heard, and what nobody sees."""
    lake, now = store.lake(), clock.now()
    companies = []
    for tenant in tenants_for(person(request)):
        sensors = watched(lake, [tenant], now)
        known = Watch(tuple(map(device, sensors)))
        companies.append({"tenant": tenant, "watch": known, "blind": blind({each.sensor.kind for each in sensors})})
    return render(request, "company/watch.html", {"companies": companies})


def days(report: MonthlyReport) -> dict[str, list[chart.Bar]]:
    """Every day of the month, by device."""
    series: dict[str, list[chart.Bar]] = {}
    for day in report.days:
        series.setdefault(day.device, []).append(chart.Bar(day.day, day.count, day.heard))
    return series


def blind(kinds: set[str]) -> list[str]:
    """What nobody sees in a company with sensors of these kinds, in the report's words."""
    missing = [said for kind, said in BLIND_WITHOUT.items() if kind not in kinds]
    return [*missing, *([HTTPS] if Kind.UTM in kinds else []), FACTORY]
