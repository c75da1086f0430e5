"""Monthly reports: which there are, and one made on request, as PDF or as a workbook."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.shell import audit, clock, store
from hinomi.console.shell.access import COMPANY, person, seen_by, tenant_or_404
from hinomi.console.shell.month import by_tenant
from hinomi.deliver.report.desk import monthly
from hinomi.deliver.report.monthly import MonthlyReport
from hinomi.deliver.report.pdf import monthly_pdf
from hinomi.deliver.report.workbook import monthly_xlsx
from hinomi.study.months import TOKYO, BadMonth, Month
from hinomi.tenants.models import Tenant
from hinomi.tenants.queries import role_of, tenants_for
from hinomi.tenants.roles import MEMBERS

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Shelf:
    """The months of a company of which a report can be made, the latest first."""

    tenant: Tenant
    months: tuple[Month, ...]


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    tenants = list(tenants_for(person(request)))
    present = by_tenant(store.lake(), [tenant.uid for tenant in tenants], TOKYO, clock.naive(clock.now()))
    shelves = [Shelf(tenant, tuple(present.get(tenant.uid, ()))) for tenant in tenants]
    plain = role_of(person(request)) in MEMBERS
    return render(request, "reports/plain.html" if plain else "reports/index.html", {"shelves": shelves})


@require_safe
@seen_by(*COMPANY)
def pdf(request: HttpRequest, tenant_uid: str, month: str) -> HttpResponse:
    return download(request, tenant_uid, month, monthly_pdf, PDF, "pdf")


@require_safe
@seen_by(*COMPANY)
def xlsx(request: HttpRequest, tenant_uid: str, month: str) -> HttpResponse:
    return download(request, tenant_uid, month, monthly_xlsx, XLSX, "xlsx")


def download(
    request: HttpRequest,
    tenant_uid: str,
    month: str,
    make: Callable[[MonthlyReport], bytes],
    content_type: str,
    suffix: str,
) -> HttpResponse:
    tenant = tenant_or_404(request, tenant_uid)
    try:
        asked = Month.parse(month)
    except BadMonth as error:
        raise Http404 from error
    made = make(monthly(store.lake(), tenant, asked, now=clock.now()))
    audit.viewed(request, "report", tenant.uid, subject=f"{asked}.{suffix}")
    name = f"hinomi-{tenant.uid}-{asked}.{suffix}"
    return HttpResponse(
        made, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
