"""What need not be raised: stated with a reason, an owner and an end, counted all the while."""

from datetime import timedelta
from typing import Annotated, Any

from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.values import NO_NUL, Body, Key, Line, Moment, OfAll, OfTenant, Uid
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import COMPANY, DESK
from hinomi.console.suppressions.views import KEPT
from hinomi.deliver.suppressed import Hidden, hidden
from hinomi.incidents import suppressing
from hinomi.incidents.models import Suppression as Row
from hinomi.incidents.problems import UnknownSuppression
from hinomi.ocsf import suppression as ocsf
from hinomi.ocsf.suppression import COLUMNS, Operator
from hinomi.tenants.models import ApiScope, Tenant
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.queries import serves_all
from hinomi.tenants.roles import Ability

WORDS = "知らせない検知"
router = Router()


class Condition(Body):
    column: Annotated[str, Field(json_schema_extra={"enum": list(COLUMNS)}, examples=["device.hostname"])]
    operator: Operator
    value: Line


class NewSuppression(Body):
    rule: Annotated[
        str, Field(min_length=1, max_length=200, pattern=NO_NUL, description="`finding_info.analytic.uid`.")
    ]
    conditions: Annotated[
        list[Condition], Field(max_length=10, description="All must hold; none: every finding of the rule.")
    ]
    reason: Line
    days: Annotated[int, Field(ge=1, le=365)] = 90


class Suppression(Schema):
    uid: str
    tenant: str | None = Field(description="Null: for every company.")
    rule: str
    conditions: list[Condition]
    reason: str
    owner: str | None = Field(description="Null: stated on the command line.")
    created: Moment
    until: Moment
    is_over: bool
    hidden: int = Field(description="Findings that it hid in the last 30 days, of the companies asked for.")


class Suppressions(OfTenant):
    items: list[Suppression]


class AllSuppressions(OfAll):
    items: list[Suppression]


class OneSuppression(OfTenant):
    suppression: Suppression


class OneSuppressionOfAll(OfAll):
    suppression: Suppression


class SuppressionPreview(OfTenant):
    findings: int = Field(description="Findings of the last 30 days that it would have covered.")
    last: Moment | None


@operation(
    router, "GET", "/tenants/{tenant}/suppressions", "一社の知らせない検知", roles=COMPANY, response=Suppressions
)
def suppressions(request: Asked, tenant: Uid) -> dict[str, Any]:
    """Those stated for this company, in force or ended within 90 days."""
    rows = recent(request).filter(tenant=tenant)
    return {"tenant": tenant, "items": told(rows, [tenant])}


@operation(router, "GET", "/suppressions", "全社の知らせない検知", roles=DESK, response=AllSuppressions, whole=True)
def suppressions_of_all(request: Asked) -> dict[str, Any]:
    """Those of all companies, and those stated for every company. For staff."""
    theirs = list(request.auth.tenants().values_list("uid", flat=True))
    return {"items": told(recent(request), theirs)}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/suppressions",
    "一社で知らせないことにする",
    roles=DESK,
    ability=Ability.WORK,
    response=OneSuppression,
    scope=ApiScope.WORK,
    status=201,
)
def suppression_state(request: Asked, tenant: Uid, body: NewSuppression) -> dict[str, Any]:
    """From now on findings like these are not raised at this company; they are kept and counted."""
    return {"tenant": tenant, "suppression": told([stated(request, body, request.company)], [tenant])[0]}


@operation(
    router,
    "POST",
    "/suppressions",
    "全社で知らせないことにする",
    roles=DESK,
    ability=Ability.WORK,
    response=OneSuppressionOfAll,
    scope=ApiScope.WORK,
    whole=True,
    status=201,
)
def suppression_state_for_all(request: Asked, body: NewSuppression) -> dict[str, Any]:
    """The same for every company. For who serves all of them."""
    if not serves_all(request.auth.user):
        raise NotAllowed("suppression.add")
    theirs = list(request.auth.tenants().values_list("uid", flat=True))
    return {"suppression": told([stated(request, body, None)], theirs)[0]}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/suppressions/preview",
    "何件を隠すか",
    roles=DESK,
    response=SuppressionPreview,
)
def suppression_preview(request: Asked, tenant: Uid, body: NewSuppression) -> dict[str, Any]:
    """How many findings of the last month it would have covered; nothing is stated."""
    now = clock.naive(clock.now())
    would_be = ocsf.Suppression("", None, body.rule, conditions(body), now + timedelta(days=body.days), "")
    suppressing.check(body.rule, conditions(body), body.reason, clock.now() + timedelta(days=body.days), clock.now())
    found = hidden(store.lake(), [would_be], [tenant], now)[""]
    return {"tenant": tenant, "findings": found.findings, "last": found.last}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/suppressions/{uid}/end",
    "また知らせる",
    roles=DESK,
    ability=Ability.WORK,
    response=OneSuppression,
    scope=ApiScope.WORK,
)
def suppression_end(request: Asked, tenant: Uid, uid: Key) -> dict[str, Any]:
    """End it now; findings from now on are raised again. Ending it twice changes nothing."""
    if not suppressing.seen_by(request.auth.user).filter(pk=uid, tenant=tenant).exists():
        raise UnknownSuppression(uid)
    row = suppressing.end(request.auth.user, uid, clock.now(), address=clock.address(request))
    return {"tenant": tenant, "suppression": told([row], [tenant])[0]}


@operation(
    router,
    "POST",
    "/suppressions/{uid}/end",
    "全社でまた知らせる",
    roles=DESK,
    ability=Ability.WORK,
    response=OneSuppressionOfAll,
    scope=ApiScope.WORK,
    whole=True,
)
def suppression_end_for_all(request: Asked, uid: Key) -> dict[str, Any]:
    """The same for one that was stated for every company."""
    if not serves_all(request.auth.user):
        raise NotAllowed("suppression.end")
    if not suppressing.seen_by(request.auth.user).filter(pk=uid, tenant=None).exists():
        raise UnknownSuppression(uid)
    row = suppressing.end(request.auth.user, uid, clock.now(), address=clock.address(request))
    return {"suppression": told([row], list(request.auth.tenants().values_list("uid", flat=True)))[0]}


def recent(request: Asked) -> Any:
    rows = suppressing.seen_by(request.auth.user)
    return rows.filter(until__gt=clock.now() - KEPT).order_by("-until", "uid")


def stated(request: Asked, body: NewSuppression, company: Tenant | None) -> Row:
    now = clock.now()
    return suppressing.suppress(
        request.auth.user,
        tenant=company,
        rule=body.rule,
        conditions=conditions(body),
        reason=body.reason,
        until=now + timedelta(days=body.days),
        now=now,
        address=clock.address(request),
    )


def conditions(body: NewSuppression) -> tuple[ocsf.Condition, ...]:
    return tuple(ocsf.Condition(one.column, one.operator, one.value) for one in body.conditions)


def told(rows: Any, tenants: list[str]) -> list[dict[str, Any]]:
    rows, now = list(rows), clock.now()
    counts = hidden(store.lake(), map(suppressing.as_value, rows), tenants, clock.naive(now))
    nothing = Hidden(0, 0, None)
    return [
        {
            "uid": row.uid,
            "tenant": row.tenant_id,
            "rule": row.rule,
            "conditions": [
                {"column": column, "operator": how, "value": value} for column, how, value in row.conditions
            ],
            "reason": row.reason,
            "owner": str(row.owner) if row.owner else None,
            "created": row.created,
            "until": row.until,
            "is_over": row.until <= now,
            "hidden": counts.get(row.uid, nothing).findings,
        }
        for row in rows
    ]
