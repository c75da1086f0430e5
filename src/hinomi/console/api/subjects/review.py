"""The review queue over all companies: what is alike is one, and one decision with a reason answers all of it."""

from datetime import timedelta
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.values import NO_NUL, TENANT, Body, Key, Line, Moment, OfAll, plain
from hinomi.console.review import listing
from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import DESK
from hinomi.incidents.review import clusters, deciding
from hinomi.incidents.review import effort as efforts
from hinomi.incidents.review.clusters import Cluster
from hinomi.incidents.review.models import Verdict
from hinomi.incidents.review.problems import UnknownCluster
from hinomi.tenants.models import ApiScope
from hinomi.tenants.roles import Ability

WORDS = "確認待ち"
router = Router()
WORK: dict[str, Any] = {"roles": DESK, "ability": Ability.WORK, "scope": ApiScope.WORK, "whole": True}


class ReviewCluster(Schema):
    key: str
    title: str
    kind: str
    severity_id: int
    tenants: list[str]
    incidents: int
    findings: int
    first_seen: Moment
    last_seen: Moment
    asked_again: bool = Field(description="It was decided before; the decision ended or does not cover all of it.")


class ReviewQueue(OfAll):
    items: list[ReviewCluster]


class ReviewCase(Schema):
    tenant: str
    uid: str = Field(description="Of the incident.")
    title: str
    severity_id: int
    state: str = Field(description="What was seen of it; send it back as `seen` with the decision.")
    findings: int


class ReviewDetail(OfAll):
    cluster: ReviewCluster
    context: dict[str, list[str]] = Field(description="What a decision is made over: programs, other ends, hosts …")
    cases: list[ReviewCase]
    earlier: list[str] = Field(description="Uids of earlier decisions that are near to it.")


class ReviewVerdict(Body):
    verdict: Verdict
    reason: Line
    tenants: Annotated[
        list[Annotated[str, Field(pattern=TENANT)]] | None,
        Field(min_length=1, max_length=1000, description="For these companies; null: all that you may work on."),
    ] = None
    everywhere: Annotated[bool, Field(description="For every company, also those of tomorrow.")] = False
    days: Annotated[int | None, Field(ge=1, le=365, description="How long it stands; null: as the verdict has it.")] = (
        None
    )
    seen: Annotated[
        dict[Annotated[str, Field(max_length=128, pattern=NO_NUL)], Annotated[str, Field(max_length=64)]] | None,
        Field(
            max_length=5000,
            description="`uid`: `state` of what you looked at; what came since is not decided over. Null: all of it.",
        ),
    ] = None


class ReviewDecision(Schema):
    uid: str
    key: str
    title: str
    verdict: Verdict
    reason: str
    owner: str
    tenants: list[str]
    everywhere: bool
    created: Moment
    until: Moment
    stands: bool
    over: int = Field(description="Incidents that it was made over.")
    recognised: int = Field(description="Incidents that it answered later, and nobody was asked.")


class ReviewDecided(OfAll):
    decision: str = Field(description="Uid of the decision.")
    incidents: int
    until: Moment


class ReviewDecisions(OfAll):
    items: list[ReviewDecision]


class ReviewEnd(Body):
    take_back: Annotated[bool, Field(description="It was wrong: what it answered is asked again as well.")] = False


class ReviewEnded(OfAll):
    asked_again: int


class ReviewEffort(OfAll):
    months: list[dict[str, Any]]
    median_minutes: float | None = Field(description="Of a decision, as the console measured it.")
    yen_per_hour: int
    budget_yen: int = Field(description="Of a company and month.")


class WantedDecisions(Schema):
    every: Annotated[bool, Field(description="Also those that have ended.")] = False


@operation(
    router, "GET", "/review", "確認待ちの一覧", response=ReviewQueue, roles=DESK, ability=Ability.WORK, whole=True
)
def review(request: Asked) -> dict[str, Any]:
    """What waits for a decision of yours, the most urgent first. For staff."""
    return {"items": [gist(one) for one in clusters.queue(request.auth.user, clock.now())]}


@operation(
    router,
    "GET",
    "/review/{key}",
    "一つの確認待ち",
    response=ReviewDetail,
    roles=DESK,
    ability=Ability.WORK,
    whole=True,
)
def review_cluster(request: Asked, key: Key) -> dict[str, Any]:
    """One with its incidents. That it was looked at is written down for each company; the minutes are counted."""
    one = clusters.cluster(request.auth.user, key, clock.now())
    for tenant in one.tenants:
        audit.viewed(request, "review", tenant.pk, subject=key)
    efforts.begin(request.auth.user, key, [tenant.pk for tenant in one.tenants], clock.now())
    return {
        "cluster": gist(one),
        "context": one.likeness.to_json(),
        "cases": [
            {
                "tenant": case.incident.tenant_id,
                "uid": case.incident.pk,
                "title": case.incident.title,
                "severity_id": case.incident.severity_id,
                "state": case.state,
                "findings": case.findings,
            }
            for case in one.cases
        ],
        "earlier": [again.decision.uid for again in one.again],
    }


@operation(router, "POST", "/review/{key}/decision", "判断する", response=ReviewDecided, status=201, **WORK)
def review_decide(request: Asked, key: Key, body: ReviewVerdict) -> dict[str, Any]:
    """Decide once for many: benign here or everywhere, watch, incident, device fault, policy."""
    now = clock.now()
    decision = deciding.decide(
        request.auth.user,
        key,
        body.verdict,
        reason=body.reason,
        now=now,
        tenants=body.tenants,
        everywhere=body.everywhere,
        until=now + timedelta(days=body.days) if body.days else None,
        seen=body.seen,
        address=clock.address(request),
    )
    return {"decision": decision.uid, "incidents": decision.answers.count(), "until": decision.until}


@operation(
    router,
    "GET",
    "/review-decisions",
    "判断の一覧",
    response=ReviewDecisions,
    roles=DESK,
    ability=Ability.WORK,
    whole=True,
)
def review_decisions(request: Asked, wanted: Query[WantedDecisions]) -> dict[str, Any]:
    """Decisions with what they answered, the latest first. For staff."""
    found = listing.decisions(request.auth.user, clock.now(), standing=not wanted.every)
    return {"items": [told(one) for one in found]}


@operation(router, "POST", "/review-decisions/{uid}/end", "判断を終える", response=ReviewEnded, **WORK)
def review_end(request: Asked, uid: Key, body: ReviewEnd) -> dict[str, Any]:
    """From now on it is asked again; taken back, what it answered is asked again, too."""
    given = deciding.end(request.auth.user, uid, clock.now(), take_back=body.take_back, address=clock.address(request))
    return {"asked_again": given}


@operation(router, "POST", "/review/{key}/beat", "見ていると伝える", response=None, status=204, **WORK)
def review_beat(request: Asked, key: Key) -> None:
    """Somebody is at it: so the minutes of a decision are measured. Only after it was opened."""
    if not efforts.beat(request.auth.user, key, clock.now()):
        raise UnknownCluster(key)


@operation(
    router,
    "GET",
    "/review-effort",
    "判断にかかった時間",
    response=ReviewEffort,
    roles=DESK,
    ability=Ability.WORK,
    whole=True,
)
def review_effort(request: Asked) -> dict[str, Any]:
    """Minutes and yen by company and month, against the budget. For staff."""
    effort = listing.effort(request.auth.user, clock.now())
    return {
        "months": [
            {
                "month": plain(month.first),
                "companies": month.companies,
                "minutes": month.minutes,
                "yen": month.yen,
                "decisions": month.decisions,
                "recognised": month.recognised,
                "items": [
                    {"tenant": line.tenant.pk, "minutes": line.minutes, "yen": line.yen, "percent": line.share}
                    for line in month.lines
                ],
            }
            for month in effort.months
        ],
        "median_minutes": effort.median_minutes,
        "yen_per_hour": effort.per_hour,
        "budget_yen": effort.budget,
    }


def gist(one: Cluster) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        "kind": one.kind,
        "severity_id": one.likeness.severity_id,
        "tenants": [tenant.pk for tenant in one.tenants],
        "incidents": len(one.cases),
        "findings": one.findings,
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "asked_again": bool(one.again),
    }


def told(one: listing.Listed) -> dict[str, Any]:
    row = one.row
    return {
        **{name: getattr(row, name) for name in ("uid", "key", "title", "verdict", "reason", "everywhere")},
        "owner": str(row.owner),
        "tenants": [tenant.pk for tenant in one.tenants],
        "created": row.created,
        "until": row.until,
        "stands": one.stands,
        "over": one.over,
        "recognised": one.recognised,
    }
