"""The queue, one incident, and what people do to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hinomi.console.company.plain import state, told
from hinomi.console.consult.beside import beside
from hinomi.console.incidents import assessed, evidence, forward, graph, queue, story, summary
from hinomi.console.shell import advice, audit, clock, store
from hinomi.console.shell.access import COMPANY, DESK, person, seen_by
from hinomi.incidents import assessment, operations, queries, splitting
from hinomi.incidents.models import Incident, Reason, Status
from hinomi.incidents.problems import UnknownIncident
from hinomi.library.harmless import harmless
from hinomi.tenants.models import User
from hinomi.tenants.problems import DeskError
from hinomi.tenants.queries import role_of, tenants_for
from hinomi.tenants.roles import MEMBERS

NEIGHBOURS = 50
"""Incidents offered to be merged with one."""


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    user = person(request)
    filter_ = queue.Filter.read(request.GET)
    incidents = queue.asked(user, filter_)
    page = queue.page(incidents, request.GET.get("page"))
    audit.viewed_each(request, "incidents", (row.tenant_id for row in page))
    answer = {"filter": filter_, "page": page, "tenants": tenants_for(user), "statuses": Status}
    if role_of(user) in MEMBERS:
        return render(request, "incidents/plain_index.html", answer | {"told": [told(row) for row in page]})
    return render(request, "incidents/index.html", answer)


@require_safe
@seen_by(*COMPANY)
def detail(request: HttpRequest, uid: str) -> HttpResponse:
    incident = found(request, uid)
    if incident.pk != uid:
        return redirect("incidents-detail", incident.pk)
    audit.viewed(request, "incident", incident.tenant_id, subject=incident.pk)
    card = advice.for_incident(incident)
    answer: dict[str, Any] = {
        "incident": incident,
        "tenant": incident.tenant,
        "card": card,
        "forward": forward.block(store.lake(), incident, card),
        **told_of(incident),
        **beside(person(request), incident, card, clock.now()),
        "apart": queries.kept_apart(incident),
        "neighbours": queries.neighbours(incident)[:NEIGHBOURS],
        "notes": queries.notes(incident),
        "history": queries.history(incident),
        "statuses": Status,
        "reasons": Reason,
        "colleagues": colleagues(incident.tenant_id),
    }
    if role_of(person(request)) in MEMBERS:
        return render(request, "incidents/plain.html", answer | {"state": state(incident)})
    return render(request, "incidents/detail.html", answer)


def told_of(incident: Incident) -> dict[str, Any]:
    """The story: its timeline, what it names, and what correlation made of it."""
    known, links = assessment.of_incident(incident), queries.links(incident)
    lines = story.lines(queries.timeline(incident), known.lookback.around if known.lookback else ())
    times = {line.uid: line.time for line in lines}
    told = story.story(lines, evidence.touches(store.lake(), incident.tenant_id, times, links, known))
    return {
        "told": told,
        "bonds": story.bonds(links, told),
        "graph": graph.graph(told, links),
        "summary": summary.summary(incident, known),
        "weights": assessed.reasons(known.priority) if known.priority else [],
        "stages": assessed.stages(known.stages, told.number_of),
        "spread": known.spread,
        "contacts": known.lookback.contacts if known.lookback else (),
        "delay": assessed.delay(known.spread.delay_seconds) if known.spread else "",
        "courses": [assessed.course(one, told.number_of) for one in known.courses],
    }


@require_POST
@seen_by(*DESK)
def set_status(request: HttpRequest, uid: str) -> HttpResponse:
    status, reason = request.POST.get("status", ""), request.POST.get("reason", "")
    if status not in Status.values or reason not in ("", *Reason.values):
        raise Http404

    def act(incident: Incident) -> object:
        chosen = Reason(reason) if reason else None
        return operations.set_status(
            person(request), incident, Status(status), clock.now(), reason=chosen, address=clock.address(request)
        )

    return done(request, uid, act)


@require_POST
@seen_by(*DESK)
def assign(request: HttpRequest, uid: str) -> HttpResponse:
    pk = request.POST.get("assignee", "")
    if pk and not pk.isdecimal():
        raise Http404
    assignee = get_object_or_404(colleagues(found(request, uid).tenant_id), pk=pk) if pk else None

    def act(incident: Incident) -> object:
        return operations.assign(person(request), incident, assignee, clock.now(), address=clock.address(request))

    return done(request, uid, act)


@require_POST
@seen_by(*COMPANY)
def add_note(request: HttpRequest, uid: str) -> HttpResponse:
    text = request.POST.get("text", "")

    def act(incident: Incident) -> object:
        return operations.add_note(person(request), incident, text, clock.now(), address=clock.address(request))

    return done(request, uid, act)


@require_POST
@seen_by(*DESK)
def split(request: HttpRequest, uid: str) -> HttpResponse:
    chosen = request.POST.getlist("finding")

    def act(incident: Incident) -> None:
        taken = splitting.split(person(request), incident, chosen, clock.now(), address=clock.address(request))
        said = _("選んだ検知を新しいインシデントに分けました: %(title)s") % {"title": harmless(taken.title)}
        messages.success(request, said)

    return done(request, uid, act)


@require_POST
@seen_by(*DESK)
def merge(request: HttpRequest, uid: str) -> HttpResponse:
    other = found(request, request.POST.get("other", ""))

    def act(incident: Incident) -> None:
        splitting.join(person(request), incident, other, clock.now(), address=clock.address(request))
        messages.success(request, _("1件にまとめました。"))

    return done(request, uid, act)


def done(request: HttpRequest, uid: str, act: Callable[[Incident], object]) -> HttpResponse:
    """Do it and lead back to the incident; what the desk refuses is said there."""
    incident = found(request, uid)
    try:
        act(incident)
    except UnknownIncident as error:
        raise Http404 from error
    except DeskError as error:
        messages.warning(request, str(error))
    return redirect("incidents-detail", incident.pk)


def found(request: HttpRequest, uid: str) -> Incident:
    try:
        return queries.find(person(request), uid)
    except UnknownIncident as error:
        raise Http404 from error


def colleagues(tenant: str) -> QuerySet[User]:
    """Those an incident of this company may be given to: they serve all companies, or this one."""
    serves = Q(memberships__tenant=None) | Q(memberships__tenant=tenant)
    found = User.objects.filter(serves, is_active=True, memberships__role__in=DESK)
    return found.distinct().order_by("name", "username")
