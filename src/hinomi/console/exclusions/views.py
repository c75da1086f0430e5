"""What is set aside from the counts as a device's fault: listed, confirmed, revoked, stated."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.events import queries as events
from hinomi.console.exclusions.form import ExcludeForm, stated
from hinomi.console.exclusions.listing import listed
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import COMPANY, DESK, person, seen_by, tenant_or_404
from hinomi.incidents import excluding
from hinomi.incidents.problems import BadExclusion
from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.study.months import local
from hinomi.tenants.queries import tenants_for


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    found = listed(store.lake(), tenants_for(person(request)))
    return render(request, "exclusions/index.html", {"listed": found})


@require_POST
@seen_by(*DESK)
def decide(request: HttpRequest) -> HttpResponse:
    tenant = tenant_or_404(request, request.POST.get("tenant", ""))
    found = {one.key: one for one in listed(store.lake(), [tenant])}
    chosen = found.get(request.POST.get("key", ""))
    if chosen is None:
        raise Http404
    try:
        excluding.decide(
            person(request),
            chosen.exclusion,
            stands="confirm" in request.POST,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
            address=clock.address(request),
        )
    except BadExclusion as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("記録しました。統計と報告書は、次に作るときからこのとおりに数えます。"))
    return redirect("exclusions")


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*DESK)
def new(request: HttpRequest, tenant_uid: str, uid: str) -> HttpResponse:
    """From a sensor's own finding, of which the company said that it was a fault."""
    tenant = tenant_or_404(request, tenant_uid)
    finding = events.one(store.lake(), tenant.uid, uid)
    vendor = int(AnalyticTypeId.VENDOR)
    if not finding or finding.get("finding_info.analytic.type_id") != vendor or not finding.get("finding_info.title"):
        raise Http404
    form = ExcludeForm(local(finding["time"], tenant.zone).date(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        exclusion = stated(form, store.lake(), tenant, finding, clock.naive(now))
        try:
            excluding.decide(
                person(request),
                exclusion,
                stands=True,
                reason=exclusion.reason,
                now=now,
                address=clock.address(request),
            )
        except BadExclusion as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("記録しました。統計と報告書は、次に作るときからこのとおりに数えます。"))
            return redirect("exclusions")
    answer = {"tenant": tenant, "uid": uid, "finding": finding, "form": form}
    return render(request, "exclusions/new.html", answer, status=422 if form.errors else 200)
