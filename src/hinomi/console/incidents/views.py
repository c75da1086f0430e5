"""The queue, one incident, and what people do to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hinomi.console.incidents import queue, story
from hinomi.console.shell import advice, audit, clock
from hinomi.console.shell.access import COMPANY, DESK, person, seen_by
from hinomi.incidents import operations, queries
from hinomi.incidents.models import Incident, Reason, Status
from hinomi.incidents.problems import UnknownIncident
from hinomi.tenants.models import User
from hinomi.tenants.problems import DeskError
from hinomi.tenants.queries import tenants_for


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    user = person(request)
    filter_ = queue.Filter.read(request.GET)
    incidents = queue.asked(user, filter_)
    answer = {
        "filter": filter_,
        "page": queue.page(incidents, request.GET.get("page")),
        "tenants": tenants_for(user),
        "statuses": Status,
    }
    return render(request, "incidents/index.html", answer)


@require_safe
@seen_by(*COMPANY)
def detail(request: HttpRequest, uid: str) -> HttpResponse:
    incident = found(request, uid)
    if incident.pk != uid:
        return redirect("incidents-detail", incident.pk)
    told = story.story(queries.timeline(incident))
    audit.viewed(request, "incident", incident.tenant_id, subject=incident.pk)
    answer: dict[str, Any] = {
        "incident": incident,
        "tenant": incident.tenant,
        "card": advice.for_incident(incident),
        "lanes": told.lanes,
        "steps": told.steps,
        "bonds": story.bonds(queries.links(incident), told.steps),
        "notes": queries.notes(incident),
        "history": queries.history(incident),
        "statuses": Status,
        "reasons": Reason,
        "colleagues": colleagues(),
    }
    return render(request, "incidents/detail.html", answer)


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
    assignee = get_object_or_404(colleagues(), pk=pk) if pk else None

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


def colleagues() -> Any:
    """Those an incident may be given to."""
    return User.objects.filter(is_active=True, memberships__role__in=DESK).distinct().order_by("name", "username")
