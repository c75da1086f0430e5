"""What is set aside from the counts as a device's fault: listed, decided, stated."""

from datetime import date
from typing import Annotated, Any

from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found, refused
from hinomi.console.api.values import NO_NUL, Body, Key, Line, Moment, OfTenant, Uid, as_sent
from hinomi.console.events import queries as events
from hinomi.console.exclusions.form import ExcludeForm, stated
from hinomi.console.exclusions.listing import Listed, listed
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import COMPANY, DESK
from hinomi.incidents import excluding
from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.study.months import local
from hinomi.tenants.models import ApiScope
from hinomi.tenants.roles import Ability

WORDS = "集計から除外"
router = Router()


class Exclusion(Schema):
    key: str = Field(description="By which it is decided.")
    sensor: str
    rule: str = Field(description="The fault rule that proposes it, or `stated`.")
    signature: str
    since: Moment
    until: Moment
    count: int
    reason: str
    stands: bool = Field(description="False: it was no fault, and the findings count.")
    owner: str | None = Field(description="Who decided; null: nobody yet, the rule alone.")
    decided: Moment | None


class Exclusions(OfTenant):
    items: list[Exclusion]


class NewExclusionDecision(Body):
    stands: bool
    reason: Line


class NewExclusion(Body):
    finding: Annotated[
        str, Field(min_length=1, max_length=200, pattern=NO_NUL, description="Uid of one of the sensor's own findings.")
    ]
    first: Annotated[date, Field(description="First day, the company's.")]
    last: Annotated[date, Field(description="Last day, inclusive.")]
    reason: Line


class ExclusionDecided(OfTenant):
    signature: str
    stands: bool
    count: int


@operation(router, "GET", "/tenants/{tenant}/exclusions", "一社の集計から除外", roles=COMPANY, response=Exclusions)
def exclusions(request: Asked, tenant: Uid) -> dict[str, Any]:
    """What the rules propose, with what people decided, and what people stated; the latest first."""
    return {"tenant": tenant, "items": [told(one) for one in listed(store.lake(), [request.company])]}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/exclusions/{key}/decision",
    "除外を決める",
    roles=DESK,
    ability=Ability.WORK,
    response=ExclusionDecided,
    scope=ApiScope.WORK,
)
def exclusion_decide(request: Asked, tenant: Uid, key: Key, body: NewExclusionDecision) -> dict[str, Any]:
    """Confirm or revoke one; statistics and reports count so from the next time they are made."""
    chosen = next((one for one in listed(store.lake(), [request.company]) if one.key == key), None)
    if chosen is None:
        raise not_found()
    row = excluding.decide(
        request.auth.user,
        chosen.exclusion,
        stands=body.stands,
        reason=body.reason,
        now=clock.now(),
        address=clock.address(request),
    )
    return {"tenant": tenant, "signature": row.signature, "stands": row.stands, "count": row.count}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/exclusions",
    "除外を書く",
    roles=DESK,
    ability=Ability.WORK,
    response=ExclusionDecided,
    scope=ApiScope.WORK,
    status=201,
)
def exclusion_state(request: Asked, tenant: Uid, body: NewExclusion) -> dict[str, Any]:
    """State that a device's findings like this one were a fault on some days."""
    finding = events.one(store.lake(), tenant, body.finding)
    vendor = int(AnalyticTypeId.VENDOR)
    if not finding or finding.get("finding_info.analytic.type_id") != vendor or not finding.get("finding_info.title"):
        raise not_found()
    day = local(finding["time"], request.company.zone).date()
    form = ExcludeForm(day, as_sent(body.model_dump(exclude={"finding"})))
    if not form.is_valid():
        raise refused(form)
    now = clock.now()
    exclusion = stated(form, store.lake(), request.company, finding, clock.naive(now))
    row = excluding.decide(
        request.auth.user,
        exclusion,
        stands=True,
        reason=exclusion.reason,
        now=now,
        address=clock.address(request),
    )
    return {"tenant": tenant, "signature": row.signature, "stands": row.stands, "count": row.count}


FIELDS = ("sensor", "rule", "signature", "since", "until", "count", "reason")


def told(one: Listed) -> dict[str, Any]:
    return {
        "key": one.key,
        **{name: getattr(one.exclusion, name) for name in FIELDS},
        "stands": one.stands,
        "owner": str(one.decision.owner) if one.decision else None,
        "decided": one.decision.decided if one.decision else None,
    }
