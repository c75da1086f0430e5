"""The first page: for staff all companies, for a company's member their own."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hinomi.console.overview import board
from hinomi.console.overview.daily import daily
from hinomi.console.overview.figures import COLUMNS, enrolments, figures
from hinomi.console.shell import chart, clock, store
from hinomi.console.shell.access import EVERYONE, person, seen_by
from hinomi.console.shell.month import chosen_month, months_present
from hinomi.incidents.consult import queries as consult
from hinomi.lake.space import space
from hinomi.study.months import TOKYO
from hinomi.tenants.queries import is_staff, tenants_for


@require_safe
@seen_by(*EVERYONE)
def index(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if is_staff(user):
        return overview(request)
    companies = list(tenants_for(user))
    if len(companies) == 1:
        return redirect("company", companies[0].uid)
    return render(request, "overview/choose.html", {"companies": companies})


def overview(request: HttpRequest) -> HttpResponse:
    user, lake, now = person(request), store.lake(), clock.now()
    everyone = list(tenants_for(user))
    sector = request.GET.get("sector", "")
    tenants = [tenant for tenant in everyone if not sector or tenant.sector == sector]
    months = months_present(lake, [tenant.uid for tenant in everyone], TOKYO, clock.naive(now))
    month = chosen_month(request.GET.get("month", ""), months, now.astimezone(TOKYO).date())
    shown = figures(lake, tenants, month)
    rows = board.rows(user, tenants, shown, lake, now)
    days = daily(lake, enrolments(tenants), shown.exclusions, month, TOKYO)
    answer = {
        "rows": rows,
        "total": board.total(rows),
        "columns": COLUMNS,
        "month": month,
        "months": months or [month],
        "sector": sector,
        "sectors": sorted({tenant.sector for tenant in everyone if tenant.sector}),
        "exclusions": shown.exclusions,
        "charts": chart.charts(days),
        "space": space(settings.DATA_DIR),
        "questions": consult.waiting(user).count(),
    }
    return render(request, "overview/index.html", answer)
