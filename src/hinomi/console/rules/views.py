"""The rules: which there are and which run, one rule with what it found, and the switches."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hinomi.console.rules import about, switching
from hinomi.console.rules import shelf as place
from hinomi.console.rules.shelf import Asked, Shelf
from hinomi.console.rules.switching import PackForm, SwitchForm
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import DESK, person, seen_by
from hinomi.pipeline.retro import Job, Jobs, Kind, new_uid, span
from hinomi.pipeline.rules import State
from hinomi.pipeline.rules.cards import LEVELS
from hinomi.pipeline.rules.switches import SwitchesUnreadable
from hinomi.tenants.models import User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability, Role

PAGE = 100


class UnderWay(Exception):
    """What was asked for is being done already; the message may be shown as it is."""


@require_safe
@seen_by(*DESK)
def index(request: HttpRequest) -> HttpResponse:
    shelf = place.shelf()
    asked = Asked.of(request.GET)
    found, since = place.found(store.lake(), companies(request), clock.naive(clock.now()))
    counts = {rule: sum(at.count for at in places) for rule, places in found.items()}
    rules = sorted(place.narrowed(shelf.rules, asked), key=lambda one: (-LEVELS.get(one.card.level, 0), one.card.title))
    return render(
        request,
        "rules/index.html",
        listing(request, shelf)
        | {
            "page": Paginator(rules, PAGE).get_page(request.GET.get("page")),
            "asked": asked,
            "counts": counts,
            "since": since,
        },
    )


def listing(request: HttpRequest, shelf: Shelf, form: PackForm | None = None) -> dict[str, Any]:
    packs = [pack.name for pack in shelf.packs]
    return place.choices(shelf.rules) | {
        "shelf": shelf,
        "may_switch": may(person(request), Ability.OPERATE),
        "pack_form": form or PackForm(packs),
        "folder": place.folder(),
        "words": place.PACK_WORDS,
    }


@require_safe
@seen_by(*DESK)
def detail(request: HttpRequest, rule: str) -> HttpResponse:
    return shown(request, rule)


def shown(request: HttpRequest, rule: str, form: SwitchForm | None = None) -> HttpResponse:
    shelf = place.shelf()
    listed = shelf.find(rule)
    if not listed:
        raise Http404
    one, *others = listed
    answer = {
        "one": one,
        "others": others,
        "shelf": shelf,
        "may_switch": may(person(request), Ability.OPERATE),
        "form": form or SwitchForm(state=State.OFF if one.is_on else State.ON),
        **about.rule(one, person(request), store.lake(), Jobs(Path(settings.DATA_DIR)), clock.now()),
    }
    return render(request, "rules/detail.html", answer, status=422 if form else 200)


@require_POST
@seen_by(Role.OPERATOR)
def switch(request: HttpRequest, rule: str) -> HttpResponse:
    if not place.shelf().find(rule):
        raise Http404
    form = SwitchForm(request.POST)
    if form.is_valid() and turned(request, form, rule):
        messages.success(request, _("切り替えました。数秒で反映されます。"))
        return redirect("rules-detail", rule)
    return shown(request, rule, form)


@require_POST
@seen_by(Role.OPERATOR)
def switch_pack(request: HttpRequest) -> HttpResponse:
    shelf = place.shelf()
    form = PackForm([pack.name for pack in shelf.packs], request.POST)
    if form.is_valid() and turned(request, form, form.cleaned_data["pack"], is_pack=True):
        messages.success(request, _("切り替えました。数秒で反映されます。"))
        return redirect("rules")
    answer = listing(request, shelf, form) | {"page": Paginator((), PAGE).get_page(1), "asked": Asked(), "counts": {}}
    return render(request, "rules/index.html", answer, status=422)


def turned(request: HttpRequest, form: SwitchForm, subject: str, is_pack: bool = False) -> bool:
    """Whether it was switched; what keeps it from that is said in the form."""
    given = form.cleaned_data
    try:
        switching.turn(
            place.folder(),
            subject,
            State(given["state"]),
            given["why"],
            now=clock.now(),
            actor=person(request),
            is_pack=is_pack,
            level=given.get("level", ""),
            with_retro=given["retro"],
            address=clock.address(request),
        )
    except SwitchesUnreadable as problem:
        form.add_error(None, str(problem))
        return False
    return True


@require_POST
@seen_by(Role.OPERATOR)
def retro(request: HttpRequest, rule: str) -> HttpResponse:
    """Run the rule over what the lake holds, once more."""
    if not place.shelf().find(rule):
        raise Http404
    try:
        run_back(rule, person(request), companies(request), clock.now(), clock.address(request))
    except UnderWay as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("過去のイベントに当て始めます。受信と検知は遅れません。"))
    return redirect("rules-detail", rule)


def run_back(rule: str, user: User, tenants: list[str], now: datetime, address: str) -> Job:
    """Ask for a scan with a rule that is on the shelf, over what the lake holds of these companies; ``now`` is aware.

    Raises:
        UnderWay: there is one already.
    """
    jobs, moment = Jobs(Path(settings.DATA_DIR)), clock.naive(now)
    if any(job.kind is Kind.RETRO and rule in job.rules for job, _progress in jobs.open()):
        raise UnderWay(_("このルールは、いま過去のイベントに当てているところです。"))
    since, until = span(store.lake(), tenants, place.DAYS, moment)
    rules = {rule: place.shelf().find(rule)[0].card.digest}
    job = jobs.add(Job(new_uid(moment), Kind.RETRO, rules, tuple(tenants), since, until, moment, user.username))
    record_audit(actor=user, action="rule.run_back", now=now, subject=rule[:200], address=address)
    return job


def companies(request: HttpRequest) -> list[str]:
    return list(tenants_for(person(request)).values_list("uid", flat=True))
