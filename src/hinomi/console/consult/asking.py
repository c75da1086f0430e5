"""The desk asks about an incident; the company answers, and says which steps it has done."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hinomi.console.consult import telling
from hinomi.console.consult.steps import words_of
from hinomi.console.shell import clock
from hinomi.console.shell.access import COMPANY, DESK, person, seen_by
from hinomi.incidents import queries as incidents
from hinomi.incidents.consult import inquiring, stepping
from hinomi.incidents.consult.models import Inquiry, Reply
from hinomi.incidents.consult.problems import UnknownInquiry
from hinomi.incidents.consult.queries import find_inquiry
from hinomi.incidents.models import Incident
from hinomi.incidents.problems import UnknownIncident
from hinomi.tenants.problems import DeskError


@require_POST
@seen_by(*DESK)
def inquire(request: HttpRequest, uid: str) -> HttpResponse:
    incident, now = incident_or_404(request, uid), clock.now()

    def act() -> None:
        asked = inquiring.inquire(
            person(request),
            incident,
            request.POST.get("text", ""),
            now,
            choices=request.POST.get("form") != "words",
            address=clock.address(request),
        )
        telling.asked_back(asked, now)

    return done(request, incident, act, _("企業に質問しました。"))


@require_POST
@seen_by(*COMPANY)
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    inquiry, now = inquiry_or_404(request, pk), clock.now()
    chosen = request.POST.get("reply", "")

    def act() -> None:
        inquiring.reply(
            person(request),
            inquiry,
            now,
            answer=Reply(chosen) if chosen in Reply.values else None,
            words=request.POST.get("words", ""),
            address=clock.address(request),
        )
        telling.replied(Inquiry.objects.get(pk=inquiry.pk), now)

    return done(request, inquiry.incident, act, _("答えを送りました。ありがとうございます。"))


@require_POST
@seen_by(*DESK)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    inquiry = inquiry_or_404(request, pk)

    def act() -> None:
        inquiring.withdraw(person(request), inquiry, clock.now(), address=clock.address(request))

    return done(request, inquiry.incident, act, _("質問を取り下げました。"))


@require_POST
@seen_by(*COMPANY)
def step(request: HttpRequest, uid: str) -> HttpResponse:
    """A step of the card is done, or is not after all; which one, its number says."""
    incident = incident_or_404(request, uid)
    words = words_of(incident, request.POST.get("step", ""))
    if words is None:
        raise Http404
    change = stepping.take_back if request.POST.get("undo") else stepping.mark_done

    def act() -> None:
        change(person(request), incident, words, clock.now(), address=clock.address(request))

    said = _("取り消しました。") if request.POST.get("undo") else _("監視センターに伝えました。")
    return done(request, incident, act, said)


def done(request: HttpRequest, incident: Incident, act: Callable[[], None], said: str) -> HttpResponse:
    """Do it, say so, and lead back to the page it was done on; what the desk refuses is said there."""
    try:
        with transaction.atomic():
            act()
    except DeskError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, said)
    match request.POST.get("back"):
        case "company":
            return redirect("company", incident.tenant_id)
        case "consult":
            return redirect("consult")
    return redirect("incidents-detail", incident.pk)


def incident_or_404(request: HttpRequest, uid: str) -> Incident:
    try:
        return incidents.find(person(request), uid)
    except UnknownIncident as error:
        raise Http404 from error


def inquiry_or_404(request: HttpRequest, pk: int) -> Inquiry:
    try:
        return find_inquiry(person(request), pk)
    except UnknownInquiry as error:
        raise Http404 from error
