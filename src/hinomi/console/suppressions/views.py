"""What need not be raised: stated from a finding, listed with what it hides, ended."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.events import queries as events
from hinomi.console.shell import audit, clock, store
from hinomi.console.shell.access import COMPANY, DESK, person, seen_by, tenant_or_404
from hinomi.console.suppressions.form import COMPANY as THIS_COMPANY
from hinomi.console.suppressions.form import OPERATORS, SuppressForm
from hinomi.deliver.suppressed import hidden
from hinomi.incidents import suppressing
from hinomi.incidents.problems import BadSuppression, UnknownSuppression
from hinomi.ocsf.suppression import Suppression
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.queries import tenants_for

KEPT = timedelta(days=90)
"""How long one that ended is still listed."""


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    user, now = person(request), clock.now()
    rows = list(suppressing.seen_by(user).filter(until__gt=now - KEPT).order_by("-until", "uid"))
    theirs = list(tenants_for(user).values_list("uid", flat=True))
    counts = hidden(store.lake(), map(suppressing.as_value, rows), theirs, clock.naive(now))
    listed = [{"row": row, "hidden": counts[row.uid], "is_over": row.until <= now} for row in rows]
    return render(request, "suppressions/index.html", {"listed": listed, "operators": OPERATORS})


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*DESK)
def new(request: HttpRequest, tenant_uid: str, uid: str) -> HttpResponse:
    """From a finding; ``preview`` says how many findings of the last month would have been covered."""
    tenant = tenant_or_404(request, tenant_uid)
    finding = events.one(store.lake(), tenant.uid, uid)
    if finding is None or not finding.get("finding_info.analytic.uid"):
        raise Http404
    audit.viewed(request, "event", tenant.uid, subject=uid)
    rule = str(finding["finding_info.analytic.uid"])
    form = SuppressForm(finding, request.POST if request.method == "POST" else None)
    answer: dict[str, Any] = {"tenant": tenant, "uid": uid, "finding": finding, "form": form}
    status = 200
    if request.method == "POST" and form.is_valid():
        chosen = tenant if form.cleaned_data["scope"] == THIS_COMPANY else None
        if "preview" in request.POST:
            scope = [tenant.uid] if chosen else list(tenants_for(person(request)).values_list("uid", flat=True))
            now = clock.naive(clock.now())
            would_be = Suppression("", None, rule, form.conditions(), now + form.lasting, "")
            answer["preview"] = hidden(store.lake(), [would_be], scope, now)[""]
        else:
            try:
                suppressing.suppress(
                    person(request),
                    tenant=chosen,
                    rule=rule,
                    conditions=form.conditions(),
                    reason=form.cleaned_data["reason"],
                    until=clock.now() + form.lasting,
                    now=clock.now(),
                    address=clock.address(request),
                )
            except (BadSuppression, NotAllowed) as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, _("これからは知らせません。隠した件数は数え続けます。"))
                return redirect("suppressions")
    if form.errors:
        status = 422
    return render(request, "suppressions/new.html", answer, status=status)


@require_POST
@seen_by(*DESK)
def end(request: HttpRequest, uid: str) -> HttpResponse:
    try:
        suppressing.end(person(request), uid, clock.now(), address=clock.address(request))
    except UnknownSuppression as error:
        raise Http404 from error
    messages.success(request, _("終えました。これから起きる検知は、また知らせます。"))
    return redirect("suppressions")
