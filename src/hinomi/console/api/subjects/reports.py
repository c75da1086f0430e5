"""Monthly reports: which there are, and one as PDF, as a workbook, or as values."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Router

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found
from hinomi.console.api.values import OfTenant, Uid, plain
from hinomi.console.reports.views import PDF, XLSX
from hinomi.console.shell import audit, clock, store
from hinomi.console.shell.access import COMPANY
from hinomi.console.shell.month import by_tenant
from hinomi.deliver.report.desk import monthly
from hinomi.deliver.report.monthly import MonthlyReport
from hinomi.deliver.report.pdf import monthly_pdf
from hinomi.deliver.report.workbook import monthly_xlsx
from hinomi.study.months import TOKYO, BadMonth, Month

WORDS = "報告書"
router = Router()
MonthText = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2022-12"])]


class Reports(OfTenant):
    months: list[str] = Field(description="Months of which there are records, the latest first.")


class Report(OfTenant):
    month: str
    report: dict[str, Any] = Field(
        description="Everything that is printed, with its account: definitions, denominators, exclusions, coverage."
    )


@operation(router, "GET", "/tenants/{tenant}/reports", "報告書のある月", roles=COMPANY, response=Reports)
def reports(request: Asked, tenant: Uid) -> dict[str, Any]:
    """The months of which a report can be made."""
    present = by_tenant(store.lake(), [tenant], TOKYO, clock.naive(clock.now()))
    return {"tenant": tenant, "months": [str(month) for month in present.get(tenant, ())]}


@operation(router, "GET", "/tenants/{tenant}/reports/{month}", "月次報告の値", roles=COMPANY, response=Report)
def report(request: Asked, tenant: Uid, month: MonthText) -> dict[str, Any]:
    """The month as values. That it was read is written down."""
    made = of_month(request, month)
    audit.viewed(request, "report", tenant, subject=f"{month}.json")
    return {"tenant": tenant, "month": month, "report": plain(made)}


@operation(
    router, "GET", "/tenants/{tenant}/reports/{month}/pdf", "月次報告のPDF", roles=COMPANY, response=None, file=PDF
)
def report_pdf(request: Asked, tenant: Uid, month: MonthText) -> HttpResponse:
    """The report on A4. That it was made is written down."""
    return file(request, month, "pdf", monthly_pdf(of_month(request, month)), PDF)


@operation(
    router, "GET", "/tenants/{tenant}/reports/{month}/xlsx", "月次報告のExcel", roles=COMPANY, response=None, file=XLSX
)
def report_xlsx(request: Asked, tenant: Uid, month: MonthText) -> HttpResponse:
    """The report as a workbook. That it was made is written down."""
    return file(request, month, "xlsx", monthly_xlsx(of_month(request, month)), XLSX)


def of_month(request: Asked, month: str) -> MonthlyReport:
    try:
        asked = Month.parse(month)
    except BadMonth as error:
        raise not_found() from error
    return monthly(store.lake(), request.company, asked, now=clock.now())


def file(request: Asked, month: str, suffix: str, made: bytes, media_type: str) -> HttpResponse:
    tenant = request.company.uid
    audit.viewed(request, "report", tenant, subject=f"{month}.{suffix}")
    name = f"hinomi-{tenant}-{month}.{suffix}"
    return HttpResponse(
        made, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
