"""One company on one page: what to do now, what was stopped, what could not be seen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.company.tasks import tasks
from hinomi.console.sensors.queries import watched
from hinomi.console.shell import chart, clock, store
from hinomi.console.shell.access import COMPANY, person, seen_by, tenant_or_404
from hinomi.console.shell.month import chosen_month, months_present
from hinomi.deliver.report.coverage import with_gaps
from hinomi.deliver.report.desk import monthly
from hinomi.deliver.report.monthly import MonthlyReport
from hinomi.deliver.report.wording import BLIND_WITHOUT, FACTORY, HTTPS
from hinomi.incidents import queries
from hinomi.library.contracts import Kind

EXPANDED = 3
"""Tasks told in full; a person who has more to do begins with these."""


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest, uid: str) -> HttpResponse:
    tenant = tenant_or_404(request, uid)
    lake, now = store.lake(), clock.now()
    months = months_present(lake, [tenant.uid], tenant.zone, clock.naive(now))
    month = chosen_month(request.GET.get("month", ""), months, now.astimezone(tenant.zone).date())
    report = monthly(lake, tenant, month, now=now, middles={})
    waiting = tasks(queries.open_only(queries.for_user(person(request))).filter(tenant=tenant))
    sensors = watched(lake, [tenant], now)
    answer: dict[str, Any] = {
        "tenant": tenant,
        "month": month,
        "months": months or [month],
        "tasks": waiting[:EXPANDED],
        "further": waiting[EXPANDED:],
        "report": report,
        "gaps": with_gaps(report.coverage),
        "blind": blind({each.sensor.kind for each in sensors}),
        "sensors": sensors,
        "charts": chart.charts(days(report)),
    }
    return render(request, "company/index.html", answer)


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
