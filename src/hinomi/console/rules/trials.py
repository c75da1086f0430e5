"""A rule is tried over the last month before it is switched on: asked for here, done in the background."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.rules import judged, switching, trying
from hinomi.console.rules import shelf as place
from hinomi.console.rules.about import source
from hinomi.console.rules.switching import SwitchForm
from hinomi.console.rules.trying import TryForm
from hinomi.console.shell import audit, clock, store
from hinomi.console.shell.access import DESK, person, seen_by
from hinomi.console.shell.text import visible
from hinomi.lake.landing import write_durably
from hinomi.pipeline.retro import Job, Jobs, Kind, Progress
from hinomi.pipeline.rules import State
from hinomi.pipeline.rules.switches import SwitchesUnreadable
from hinomi.tenants.models import User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability, Role

EXAMPLES = 20
WEEK = 7.0


class Taken(Exception):
    """A rule of the same id is there already."""


def jobs() -> Jobs:
    return Jobs(Path(settings.DATA_DIR))


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*DESK)
def try_rule(request: HttpRequest) -> HttpResponse:
    """``?rule=`` begins with the text of a rule that is there."""
    user = person(request)
    companies = tenants_for(user)
    waiting = trying.under_way(user, jobs())
    status = 200
    if request.method == "POST":
        form = TryForm(companies, request.POST, request.FILES)
        if form.is_valid() and waiting is None:
            job = begin(form, user, clock.now(), clock.address(request))
            return redirect("rules-trial", job.uid)
        if waiting is not None:
            form.add_error(None, _("前に頼んだ試行がまだ終わっていません。終わるのを待つか、やめてください。"))
        status = 422
    else:
        found = place.shelf().find(request.GET["rule"]) if "rule" in request.GET else []
        form = TryForm(companies, text=source(Path(found[0].card.path)) if found else "")
    answer = {"form": form, "waiting": waiting, "days": place.DAYS}
    return render(request, "rules/try.html", answer, status=status)


def begin(form: TryForm, user: User, now: datetime, address: str) -> Job:
    """Put the trial of a valid form into the queue; ``now`` is aware."""
    job = trying.ask(form, user, store.lake(), jobs(), clock.naive(now))
    record_audit(
        actor=user,
        action="rule.tried",
        now=now,
        tenant=form.cleaned_data["tenant"],
        subject=visible(job.title),
        detail={"rules": [visible(rule) for rule in job.rules]},
        address=address,
    )
    return job


@require_safe
@seen_by(*DESK)
def result(request: HttpRequest, uid: str) -> HttpResponse:
    job = trial_or_404(uid)
    answer = shown(request, job)
    if answer["progress"].phase.is_over:
        for tenant in sorted({hit.tenant for hit in answer["examples"]}):
            audit.viewed(request, "rule.trial", tenant, subject=uid)
    return render(request, "rules/trial.html", answer)


def shown(request: HttpRequest, job: Job, form: SwitchForm | None = None) -> dict[str, Any]:
    """Counts and examples of the companies that this person may see."""
    user = person(request)
    theirs = {tenant.uid: tenant for tenant in tenants_for(user)}
    progress = jobs().progress(job)
    examples = [hit for hit in progress.examples if hit.tenant in theirs]
    by_tenant = {uid: count for uid, count in progress.by_tenant().items() if uid in theirs}
    opinion = judged.judged(examples, job.since, job.until)
    weeks = max(job.days / WEEK, 1 / WEEK)
    return {
        "job": job,
        "text": visible(job.text or ""),
        "progress": progress,
        "count": sum(by_tenant.values()),
        "companies": [(theirs[uid], count) for uid, count in sorted(by_tenant.items(), key=lambda one: -one[1])],
        "weeks": sorted(progress.weeks.items(), reverse=True),
        "examples": examples[:EXAMPLES],
        "tenants": theirs,
        "judged": opinion,
        "is_partial": sum(by_tenant.values()) > len(examples),
        "a_week": (opinion.harmless if opinion.is_known else sum(by_tenant.values())) / weeks,
        "is_mine": job.by == user.username or may(user, Ability.OPERATE),
        "may_switch": may(user, Ability.OPERATE),
        "may_adopt": job.text is not None and is_whole(progress),
        "form": form or SwitchForm(),
    }


def is_whole(progress: Progress) -> bool:
    return progress.phase.is_over and progress.done == progress.total


@require_POST
@seen_by(*DESK)
def cancel(request: HttpRequest, uid: str) -> HttpResponse:
    """One's own, or anybody's for who operates."""
    job, user = trial_or_404(uid), person(request)
    if job.by != user.username and not may(user, Ability.OPERATE):
        raise Http404
    jobs().cancel(job)
    messages.success(request, _("試行をやめました。"))
    return redirect("rules-try")


@require_POST
@seen_by(Role.OPERATOR)
def adopt(request: HttpRequest, uid: str) -> HttpResponse:
    """The text that was tried becomes a rule of the operator's own, switched as the form says."""
    job = trial_or_404(uid)
    if job.text is None:
        raise Http404
    form = SwitchForm(request.POST)
    if form.is_valid():
        try:
            adopted(job, form.cleaned_data, person(request), clock.now(), clock.address(request))
        except Taken:
            form.add_error(None, _("同じ id で中身の違うルールがもうあります。id を変えてから試してください。"))
        except (SwitchesUnreadable, OSError) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("切り替えました。数秒で反映されます。"))
            return redirect("rules-detail", next(iter(job.rules)))
    return render(request, "rules/trial.html", shown(request, job, form), status=422)


def adopted(job: Job, given: Mapping[str, Any], user: User, now: datetime, address: str) -> None:
    """Write the rules of a trial among the operator's own, switched as ``given`` says; ``now`` is aware.

    Raises:
        Taken: a rule of the same id says something else.
        SwitchesUnreadable, OSError: they cannot be written.
    """
    folder = place.folder()
    path = room_for(folder, job)
    for rule in job.rules:
        switching.turn(
            folder,
            rule,
            State(given["state"]),
            given["why"],
            now=now,
            actor=user,
            with_retro=given["retro"],
            address=address,
        )
    if path is not None:  # after the decision: it must not run before that
        write_durably(path, (job.text or "").encode())


def room_for(folder: Path, job: Job) -> Path | None:
    """Where the rule is written among the operator's own; None where the very same rules are there already.

    Raises:
        Taken: a rule of the same id says something else.
    """
    there = {one.card.id: one.card.digest for one in place.shelf().rules}
    if all(there.get(rule) == digest for rule, digest in job.rules.items()):
        return None
    name = "".join(char if char.isalnum() or char in "-_" else "_" for char in next(iter(job.rules)))[:80]
    path = folder / f"{name}.yml"
    if there.keys() & job.rules.keys() or path.exists():
        raise Taken
    return path


def trial_or_404(uid: str) -> Job:
    job = jobs().get(uid)
    if job is None or job.kind is not Kind.TRIAL:
        raise Http404
    return job
