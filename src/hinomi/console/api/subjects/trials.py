"""A rule before it is switched on: counted over the last month in the background, and nobody is told."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import Refusal, not_found, refused
from hinomi.console.api.subjects.rules import OPERATE, Switch, as_form
from hinomi.console.api.values import NO_NUL, TENANT, Body, Key, Moment, OfAll, plain
from hinomi.console.rules import trials, trying
from hinomi.console.rules.switching import SwitchForm
from hinomi.console.rules.trials import Taken
from hinomi.console.rules.trying import TryForm
from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import DESK
from hinomi.pipeline.retro import Job, Kind, Phase
from hinomi.pipeline.rules.switches import SwitchesUnreadable
from hinomi.tenants.models import ApiScope
from hinomi.tenants.roles import Ability

WORDS = "ルールの試行"
router = Router()


class NewTrial(Body):
    text: Annotated[
        str,
        Field(min_length=1, max_length=trying.LARGEST, pattern=NO_NUL, description="Sigma, YAML; up to 20 documents."),
    ]
    tenant: Annotated[str, Field(pattern=rf"^$|{TENANT}", description="Of this company alone; empty: all.")] = ""


class TrialAsked(Schema):
    uid: str
    rules: list[str]
    since: Moment
    until: Moment


class TrialHit(Schema):
    tenant: str
    uid: str
    time: str
    rule: str


class TrialResult(OfAll):
    uid: str
    title: str
    text: str
    phase: Phase
    done: int
    of: int
    since: Moment
    until: Moment
    count: int
    companies: dict[str, int] = Field(description="Hits by company.")
    weeks: dict[str, int] = Field(description="Hits by the week's Monday.")
    a_week: float = Field(description="What it would ask of people in a week.")
    judged: dict[str, Any] = Field(description="What people decided of the events on which it fired.")
    examples: list[TrialHit]
    may_adopt: bool


class TrialAdopted(Schema):
    rules: list[str]


@operation(
    router,
    "POST",
    "/rule-trials",
    "ルールを試す",
    roles=DESK,
    response=TrialAsked,
    scope=ApiScope.WORK,
    whole=True,
    status=202,
)
def trial_ask(request: Asked, body: NewTrial) -> dict[str, Any]:
    """Count what a rule would have seen in the last month; one trial a person at a time."""
    user = request.auth.user
    form = TryForm(request.auth.tenants(), body.model_dump())
    if not form.is_valid():
        raise refused(form)
    if trying.under_way(user, trials.jobs()) is not None:
        raise Refusal(409, "前に頼んだ試行がまだ終わっていません (your last trial has not ended).")
    job = trials.begin(form, user, clock.now(), clock.address(request))
    return {"uid": job.uid, "rules": list(job.rules), "since": job.since, "until": job.until}


@operation(router, "GET", "/rule-trials/{uid}", "試行の結果", roles=DESK, response=TrialResult, whole=True)
def trial(request: Asked, uid: Key) -> dict[str, Any]:
    """What a trial counted, of your companies. That its examples were looked at is written down."""
    job = found(uid)
    said = trials.shown(request, job)
    progress = said["progress"]
    if progress.phase.is_over:
        for tenant in sorted({hit.tenant for hit in said["examples"]}):
            audit.viewed(request, "rule.trial", tenant, subject=uid)
    return {
        "uid": job.uid,
        "title": job.title,
        "text": said["text"],
        "phase": progress.phase,
        "done": progress.done,
        "of": progress.total,
        "since": job.since,
        "until": job.until,
        "count": said["count"],
        "companies": {tenant.uid: count for tenant, count in said["companies"]},
        "weeks": dict(said["weeks"]),
        "a_week": said["a_week"],
        "judged": plain(said["judged"]),
        "examples": said["examples"],
        "may_adopt": said["may_adopt"],
    }


@operation(
    router,
    "POST",
    "/rule-trials/{uid}/cancel",
    "試行をやめる",
    roles=DESK,
    response=None,
    scope=ApiScope.WORK,
    whole=True,
    status=204,
)
def trial_cancel(request: Asked, uid: Key) -> None:
    """One's own, or anybody's for who operates."""
    job = found(uid)
    if job.by != request.auth.user.username and not request.auth.may(Ability.OPERATE):
        raise not_found()
    trials.jobs().cancel(job)


@operation(router, "POST", "/rule-trials/{uid}/adopt", "試したルールを使う", response=TrialAdopted, **OPERATE)
def trial_adopt(request: Asked, uid: Key, body: Switch) -> dict[str, Any]:
    """The text that was tried becomes a rule of the operator's own, switched as said."""
    job = found(uid)
    if job.text is None:
        raise not_found()
    form = SwitchForm(as_form(body))
    if not form.is_valid():
        raise refused(form)
    try:
        trials.adopted(job, form.cleaned_data, request.auth.user, clock.now(), clock.address(request))
    except Taken as problem:
        raise Refusal(409, "同じ id で中身の違うルールがあります (another rule has this id).") from problem
    except SwitchesUnreadable as problem:
        raise Refusal(409, str(problem)) from problem
    return {"rules": list(job.rules)}


def found(uid: str) -> Job:
    job = trials.jobs().get(uid)
    if job is None or job.kind is not Kind.TRIAL:
        raise not_found()
    return job
