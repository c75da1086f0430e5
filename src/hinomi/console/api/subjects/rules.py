"""Detection rules: which there are and which run, what one found, and the switches. They are the same for all."""

from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import Refusal, not_found, refused
from hinomi.console.api.values import Body, Key, Line, Moment, OfAll, Paged, PageNumber, plain, words_of
from hinomi.console.rules import about, switching
from hinomi.console.rules import shelf as place
from hinomi.console.rules.shelf import Asked as Narrowed
from hinomi.console.rules.shelf import Listed
from hinomi.console.rules.switching import PackForm, SwitchForm
from hinomi.console.rules.trials import jobs
from hinomi.console.rules.views import PAGE, UnderWay, run_back
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import DESK
from hinomi.pipeline.rules import State
from hinomi.pipeline.rules.cards import LEVELS
from hinomi.pipeline.rules.switches import SwitchesUnreadable
from hinomi.tenants.models import ApiScope
from hinomi.tenants.roles import Ability, Role

WORDS = "ルール"
router = Router()
Said = Annotated[str, Field(max_length=200)]
OPERATE: dict[str, Any] = {
    "roles": (Role.OPERATOR,),
    "ability": Ability.OPERATE,
    "scope": ApiScope.OPERATE,
    "whole": True,
}


class RuleGist(Schema):
    id: str
    title: str
    level: str
    state: Annotated[State, words_of(State)]
    is_running: bool = Field(description="The live worker has taken this very rule up.")
    refused: str | None = Field(description="Why it cannot run.")
    pack: str
    logsource: list[str]
    tags: list[str]
    findings: int = Field(description="In the last 30 days of which there is anything.")


class Pack(Schema):
    name: str
    rules: int
    on: int


class Rules(OfAll, Paged):
    since: Moment
    on: int
    refused: int
    problem: str = Field(description="Why the file of switches cannot be read; empty if it can.")
    packs: list[Pack]
    items: list[RuleGist]


class FoundAt(Schema):
    tenant: str
    count: int
    last: Moment


class RuleDetail(OfAll):
    rule: RuleGist
    description: str
    falsepositives: list[str]
    references: list[str]
    source: str = Field(description="The rule's file.")
    advice: dict[str, Any] | None
    found: list[FoundAt]
    suppressed: dict[str, Any] | None
    retros: list[dict[str, Any]]
    trial: dict[str, Any] | None
    history: list[dict[str, Any]]


class Wanted(Schema):
    text: Said = ""
    state: Literal["", "on", "trial", "off", "refused"] = ""
    level: Said = ""
    source: Annotated[str, Field(max_length=200, description="Log source: `product / category / service`.")] = ""
    pack: Said = ""
    page: PageNumber = 1


class Switch(Body):
    state: Annotated[State, words_of(State)]
    why: Line
    retro: Annotated[bool, Field(description="Also run it over what the lake holds already.")] = True


class PackSwitch(Switch):
    level: Annotated[
        Literal["", "low", "medium", "high", "critical"], Field(description="The least level that is meant.")
    ] = ""


class Switched(Schema):
    subject: str
    state: Annotated[State, words_of(State)]


class Scan(Schema):
    uid: str
    rules: list[str]
    since: Moment
    until: Moment


@operation(router, "GET", "/rules", "ルールの一覧", roles=DESK, response=Rules, whole=True)
def rules(request: Asked, wanted: Query[Wanted]) -> dict[str, Any]:
    """Rules, the gravest first, 100 a page; what they found is counted over your companies. For staff."""
    shelf = place.shelf()
    theirs = list(request.auth.tenants().values_list("uid", flat=True))
    found, since = place.found(store.lake(), theirs, clock.naive(clock.now()))
    counts = {rule: sum(at.count for at in places) for rule, places in found.items()}
    narrowed = Narrowed(wanted.text, wanted.state, wanted.level, wanted.source, wanted.pack)
    chosen = sorted(
        place.narrowed(shelf.rules, narrowed), key=lambda one: (-LEVELS.get(one.card.level, 0), one.card.title)
    )
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(wanted.page, pages)
    return {
        "since": since,
        "on": shelf.on,
        "refused": shelf.refused,
        "problem": shelf.problem,
        "packs": [{"name": pack.name, "rules": len(pack.rules), "on": pack.on} for pack in shelf.packs],
        "page": page,
        "pages": pages,
        "total": len(chosen),
        "items": [told(one, counts) for one in chosen[(page - 1) * PAGE : page * PAGE]],
    }


@operation(router, "GET", "/rules/{rule}", "一つのルール", roles=DESK, response=RuleDetail, whole=True)
def rule(request: Asked, rule: Key) -> dict[str, Any]:
    """One rule with its text, what it found at which company, how it was run back, and who switched it."""
    one = listed(rule)
    said = about.rule(one, request.auth.user, store.lake(), jobs(), clock.now())
    return {
        "rule": told(one, {rule: sum(at.found.count for at in said["found"])}),
        "description": one.card.description,
        "falsepositives": one.card.falsepositives,
        "references": one.card.references,
        "source": said["source"],
        "advice": plain(said["advice"]),
        "found": [at.found for at in said["found"]],
        "suppressed": plain(said["suppressed"]),
        "retros": [run(one) for one in said["retros"]],
        "trial": run(said["trial"]) if said["trial"] else None,
        "history": [
            {"at": plain(entry.at), "actor": entry.actor, "action": entry.action, "detail": entry.detail}
            for entry in said["history"]
        ],
    }


@operation(router, "POST", "/rules/{rule}/switch", "ルールを切り替える", response=Switched, **OPERATE)
def rule_switch(request: Asked, rule: Key, body: Switch) -> dict[str, Any]:
    """Run it, try it (it only counts), or run it no more; it takes effect within seconds."""
    listed(rule)
    return turn(request, rule, SwitchForm(as_form(body)))


@operation(router, "POST", "/rule-packs/{pack}/switch", "ルール集を切り替える", response=Switched, **OPERATE)
def rules_pack(request: Asked, pack: Key, body: PackSwitch) -> dict[str, Any]:
    """The same for a folder of rules, from a least level on."""
    names = [each.name for each in place.shelf().packs]
    if pack not in names:
        raise not_found()
    return turn(request, pack, PackForm(names, as_form(body) | {"pack": pack}))


@operation(router, "POST", "/rules/{rule}/retro", "過去のイベントに当てる", response=Scan, status=202, **OPERATE)
def rule_retro(request: Asked, rule: Key) -> dict[str, Any]:
    """Run it over what the lake holds, once more; it is done in the background, and `rule` says how far it is."""
    listed(rule)
    theirs = list(request.auth.tenants().values_list("uid", flat=True))
    try:
        job = run_back(rule, request.auth.user, theirs, clock.now(), clock.address(request))
    except UnderWay as problem:
        raise Refusal(409, str(problem)) from problem
    return {"uid": job.uid, "rules": list(job.rules), "since": job.since, "until": job.until}


def as_form(body: Switch) -> dict[str, str]:
    given = {"state": body.state.value, "why": body.why, "level": getattr(body, "level", "")}
    return given | ({"retro": "on"} if body.retro else {})


def turn(request: Asked, subject: str, form: SwitchForm) -> dict[str, Any]:
    if not form.is_valid():
        raise refused(form)
    given = form.cleaned_data
    try:
        switch = switching.turn(
            place.folder(),
            subject,
            State(given["state"]),
            given["why"],
            now=clock.now(),
            actor=request.auth.user,
            is_pack=isinstance(form, PackForm),
            level=given.get("level", ""),
            with_retro=given["retro"],
            address=clock.address(request),
        )
    except SwitchesUnreadable as problem:
        raise Refusal(409, str(problem)) from problem
    return {"subject": subject, "state": switch.state}


def listed(rule: str) -> Listed:
    found = place.shelf().find(rule)
    if not found:
        raise not_found()
    return found[0]


def told(one: Listed, counts: dict[str, int]) -> dict[str, Any]:
    card = one.card
    return {
        **{name: getattr(card, name) for name in ("id", "title", "level", "logsource", "tags")},
        "pack": place.PACK_WORDS.get(card.pack, card.pack),
        "state": one.state,
        "is_running": one.is_running,
        "refused": one.refused.reason if one.refused else None,
        "findings": counts.get(card.id, 0),
    }


def run(one: about.Run) -> dict[str, Any]:
    return {
        "uid": one.job.uid,
        "by": one.job.by,
        "since": plain(one.job.since),
        "until": plain(one.job.until),
        "phase": one.progress.phase.value,
        "done": one.progress.done,
        "of": one.progress.total,
        "hits": one.hits,
        "recorded": one.recorded,
    }
