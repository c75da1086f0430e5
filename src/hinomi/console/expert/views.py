"""What experts read out of a month's detections: proposed, decided for many companies at once, counted."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hinomi.console.expert.clusters import clusters
from hinomi.console.shell import audit, clock, store
from hinomi.console.shell.access import DESK, person, seen_by
from hinomi.console.shell.month import chosen_month, months_present
from hinomi.deliver.expert import proposed
from hinomi.deliver.programme import enrolments
from hinomi.incidents.expert import operations
from hinomi.incidents.expert.models import Ruling
from hinomi.incidents.expert.problems import BadRuling
from hinomi.incidents.expert.queries import latest
from hinomi.incidents.expert.queries import seen_by as decisions_seen_by
from hinomi.study.expert_kinds import BY_KEY
from hinomi.study.months import TOKYO, BadMonth, Month
from hinomi.tenants.queries import tenants_for


@require_safe
@seen_by(*DESK)
def index(request: HttpRequest) -> HttpResponse:
    lake, now = store.lake(), clock.now()
    tenants = list(tenants_for(person(request)))
    present = months_present(lake, [tenant.uid for tenant in tenants], TOKYO, clock.naive(now))
    month = chosen_month(request.GET.get("month", ""), present, now.astimezone(TOKYO).date())
    decided = latest(decisions_seen_by(person(request)).filter(month=str(month)))
    studied = {enrolment.tenant for enrolment in enrolments()}
    found = clusters(month, tenants, proposed(lake, tenants, month, now), decided, studied)
    audit.viewed(request, "expert", "", subject=str(month))
    answer = {
        "month": month,
        "months": present,
        "clusters": found,
        "waiting": sum(len(cluster.waiting) for cluster in found),
        "studied": bool(studied),
        "longest": operations.LONGEST,
    }
    return render(request, "expert/index.html", answer)


@require_POST
@seen_by(*DESK)
def decide(request: HttpRequest) -> HttpResponse:
    """One kind in one month, for the companies that were ticked."""
    month, kind = asked_month(request), request.POST.get("kind", "")
    if kind not in BY_KEY:
        raise Http404
    tenants = list(tenants_for(person(request)).filter(pk__in=request.POST.getlist("tenant")))
    here = proposed(store.lake(), tenants, month, clock.now()) if tenants else ()
    ruling = Ruling.CONFIRMED if "confirm" in request.POST else Ruling.DISMISSED
    try:
        rows = operations.decide(
            person(request),
            [one for one in here if one.kind == kind],
            ruling,
            reason=request.POST.get("reason", ""),
            text=request.POST.get("text", ""),
            now=clock.now(),
            address=clock.address(request),
        )
    except BadRuling as problem:
        messages.warning(request, str(problem))
    else:
        said = _("%(count)s社について記録しました。報告書と統計には、次に作るときから入ります。")
        messages.success(request, said % {"count": len(rows)})
    return redirect(f"{reverse('expert')}?month={month}#{kind}")


def asked_month(request: HttpRequest) -> Month:
    try:
        return Month.parse(request.POST.get("month", ""))
    except BadMonth as error:
        raise Http404 from error
