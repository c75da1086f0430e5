"""The queue of what waits for a decision, one cluster, the decisions that stand, and the minutes they took."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from hinomi.console.review import listing, wording
from hinomi.console.review.forms import DecideForm
from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import DESK, person, seen_by
from hinomi.incidents.review import clusters, deciding
from hinomi.incidents.review import effort as efforts
from hinomi.incidents.review.clusters import Cluster
from hinomi.incidents.review.models import LASTING, Decision
from hinomi.incidents.review.problems import AlreadyDecided, HasChanged, UnknownCluster, UnknownDecision
from hinomi.tenants.problems import DeskError
from hinomi.tenants.queries import serves_all

GONE = gettext_lazy("この確認待ちは、もうありません。ほかの人が決めたか、内容が変わりました。")


@require_safe
@seen_by(*DESK)
def index(request: HttpRequest) -> HttpResponse:
    user, now = person(request), clock.now()
    waiting = clusters.queue(user, now)
    for_them = {tenant.pk for one in waiting for tenant in one.tenants}
    answer = {
        "clusters": [(one, wording.why(one.again[0]) if one.again else "") for one in waiting],
        "companies": len(for_them),
        "incidents": sum(len(one.cases) for one in waiting),
    }
    return render(request, "review/index.html", answer)


@require_safe
@seen_by(*DESK)
def detail(request: HttpRequest, key: str) -> HttpResponse:
    cluster = found(request, key)
    if cluster is None:
        messages.warning(request, str(GONE))
        return redirect("review")
    for tenant in cluster.tenants:
        audit.viewed(request, "review", tenant.pk, subject=key)
    efforts.begin(person(request), key, [tenant.pk for tenant in cluster.tenants], clock.now())
    return shown(request, cluster, form_for(request, cluster))


@require_POST
@seen_by(*DESK)
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """``preview`` says what the decision would do; it is made over what the page showed (``seen``)."""
    user, now = person(request), clock.now()
    cluster = found(request, key)
    if cluster is None:
        return gone(request)
    form = form_for(request, cluster, bound=True)
    if "preview" in request.POST or request.headers.get("HX-Trigger") == "preview":
        return previewed(request, cluster, form)
    if not form.is_valid():
        return shown(request, cluster, form, status=422)
    stated = form.stated(now)
    try:
        decision = deciding.decide(
            user,
            key,
            stated.verdict,
            reason=stated.reason,
            now=now,
            tenants=stated.tenants,
            everywhere=stated.tenants is None,
            until=stated.until,
            seen=seen(request),
            address=clock.address(request),
        )
    except (AlreadyDecided, HasChanged, UnknownCluster) as problem:
        messages.warning(request, str(problem))
        return redirect("review-cluster", key)
    except DeskError as problem:
        form.add_error(None, str(problem))
        return shown(request, cluster, form, status=422)
    messages.success(request, said(decision))
    return following(request)


def said(decision: Decision) -> str:
    count, over = decision.answers.count(), decision.tenants.count()
    what = ngettext(
        "%(count)s件のインシデント(%(over)s社)を「%(verdict)s」と決めました。",
        "%(count)s件のインシデント(%(over)s社)を「%(verdict)s」と決めました。",
        count,
    )
    return what % {"count": count, "over": over, "verdict": decision.get_verdict_display()}


def gone(request: HttpRequest) -> HttpResponse:
    """What was looked at is asked no more: say who decided."""
    theirs = deciding.theirs(person(request), seen(request), None)
    said_so = str(AlreadyDecided(deciding.by_whom(theirs))) if theirs else str(GONE)
    messages.warning(request, said_so)
    return redirect("review")


def following(request: HttpRequest) -> HttpResponse:
    """The next one, or the empty queue."""
    waiting = clusters.queue(person(request), clock.now())
    return redirect("review-cluster", waiting[0].key) if waiting else redirect("review")


@require_POST
@seen_by(*DESK)
def beat(request: HttpRequest, key: str) -> HttpResponse:
    """The page says that it is in view and in use; 205 where nobody has opened it, or it has been decided."""
    return HttpResponse(status=204 if efforts.beat(person(request), key, clock.now()) else 205)


@require_safe
@seen_by(*DESK)
def decisions(request: HttpRequest) -> HttpResponse:
    all_of_them = request.GET.get("show") == "all"
    listed = listing.decisions(person(request), clock.now(), standing=not all_of_them)
    return render(request, "review/decisions.html", {"listed": listed, "all_of_them": all_of_them})


@require_POST
@seen_by(*DESK)
def end(request: HttpRequest, uid: str) -> HttpResponse:
    take_back = "take_back" in request.POST
    try:
        given = deciding.end(person(request), uid, clock.now(), take_back=take_back, address=clock.address(request))
    except UnknownDecision as error:
        raise Http404 from error
    if take_back:
        message = ngettext(
            "取り消しました。%(given)s件を、もう一度確認します。",
            "取り消しました。%(given)s件を、もう一度確認します。",
            given,
        )
        messages.success(request, message % {"given": given})
    else:
        messages.success(request, _("終えました。これから起きることは、また確認します。"))
    return redirect("review-decisions")


@require_safe
@seen_by(*DESK)
def effort(request: HttpRequest) -> HttpResponse:
    return render(request, "review/effort.html", {"effort": listing.effort(person(request), clock.now())})


def found(request: HttpRequest, key: str) -> Cluster | None:
    try:
        return clusters.cluster(person(request), key, clock.now())
    except UnknownCluster:
        return None


def form_for(request: HttpRequest, cluster: Cluster, *, bound: bool = False) -> DecideForm:
    return DecideForm(cluster, request.POST if bound else None, may_for_all=serves_all(person(request)))


def seen(request: HttpRequest) -> dict[str, str]:
    """What the page showed: ``UID STATE`` for each incident."""
    pairs = (one.partition(" ") for one in request.POST.getlist("seen"))
    return {uid: state for uid, _space, state in pairs}


def shown(request: HttpRequest, cluster: Cluster, form: DecideForm, status: int = 200, **more: Any) -> HttpResponse:
    nearest = cluster.again[0] if cluster.again else None
    companies = listing.companies(cluster)
    answer = {
        "cluster": cluster,
        "companies": companies,
        "context": wording.context(cluster.likeness, nearest.new.facets if nearest else {}, listing.titles(companies)),
        "again": [(one.decision, wording.why(one)) for one in cluster.again],
        "form": form,
        "every": int(efforts.BEAT.total_seconds()),
        "lasting": {verdict: days.days for verdict, days in LASTING.items()},
        **more,
    }
    return render(request, "review/cluster.html", answer, status=status)


def previewed(request: HttpRequest, cluster: Cluster, form: DecideForm) -> HttpResponse:
    """What it would do; a form that is not finished yet says nothing."""
    form.fields["reason"].required = False
    more: dict[str, Any] = {"cluster": cluster, "form": form}
    if form.is_valid() and (cases := form.cases()):
        stated = form.stated(clock.now())
        more |= {
            "count": len(cases),
            "over": len({case.incident.tenant_id for case in cases}),
            "done": listing.done(stated.verdict),
            "also": clusters.also_answered(person(request), cluster, cases, stated.tenants is None),
            "until": stated.until,
        }
    if "HX-Request" in request.headers:
        return render(request, "review/preview.html", more)
    del more["cluster"], more["form"]
    return shown(request, cluster, form, **more)
