"""Search over the events of one company, one event with its raw line, and the answer as CSV."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.events import queries as events
from hinomi.console.events import table
from hinomi.console.events.fields import fields
from hinomi.console.events.forms import SearchForm
from hinomi.console.events.raw import raw_line
from hinomi.console.shell import audit, clock, store
from hinomi.console.shell.access import COMPANY, person, seen_by, tenant_or_404
from hinomi.tenants.models import Tenant
from hinomi.tenants.queries import tenants_for


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    """Nothing is asked before a company is chosen; who has one company has chosen."""
    companies = tenants_for(person(request))
    tenant = chosen(request)
    if tenant is None:
        return render(request, "events/choose.html", {"companies": companies})
    form = form_for(request, tenant)
    found = None
    if form.is_valid():
        found = events.find(store.lake(), form.search(), page_number(request))
        audit.viewed(request, "events", tenant.uid, **asked(form))
    return render(request, "events/index.html", {"form": form, "found": found, "tenant": tenant})


@require_safe
@seen_by(*COMPANY)
def download(request: HttpRequest, tenant_uid: str) -> HttpResponse | StreamingHttpResponse:
    tenant = tenant_or_404(request, tenant_uid)
    form = form_for(request, tenant)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain; charset=utf-8")
    frame = events.download(store.lake(), form.search())
    audit.viewed(request, "events.csv", tenant.uid, rows=frame.height, **asked(form))
    response = StreamingHttpResponse(table.lines(frame), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="hinomi-events-{tenant.uid}.csv"'
    return response


@require_safe
@seen_by(*COMPANY)
def detail(request: HttpRequest, tenant_uid: str, uid: str) -> HttpResponse:
    tenant = tenant_or_404(request, tenant_uid)
    event = events.one(store.lake(), tenant.uid, uid)
    if event is None:
        raise Http404
    audit.viewed(request, "event", tenant.uid, subject=uid)
    reference = event.get("raw_ref")
    raw = raw_line(store.landing(), tenant.uid, reference) if reference else None
    answer = {"tenant": tenant, "uid": uid, "event": event, "fields": fields(event), "raw": raw}
    return render(request, "events/detail.html", answer | {"raw_data": event.get("raw_data")})


def chosen(request: HttpRequest) -> Tenant | None:
    if uid := request.GET.get("tenant"):
        return tenant_or_404(request, uid)
    companies = list(tenants_for(person(request))[:2])
    return companies[0] if len(companies) == 1 else None


def form_for(request: HttpRequest, tenant: Tenant) -> SearchForm:
    span = events.present(store.lake(), tenant.uid)
    return SearchForm.complete(request.GET, tenants_for(person(request)), tenant, span, clock.now())


def asked(form: SearchForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "tenant"}


def page_number(request: HttpRequest) -> int:
    page = request.GET.get("page", "1")
    return int(page) if page.isdecimal() and len(page) < 8 else 1
