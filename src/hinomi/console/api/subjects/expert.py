"""What experts read out of a month's detections (survey report, section 6.3): proposed, decided for many at once."""

from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import wrong
from hinomi.console.api.subjects.reports import MonthText
from hinomi.console.api.values import NO_NUL, TENANT, Body, OfAll, plain
from hinomi.console.expert.clusters import Line, clusters
from hinomi.console.shell import audit, clock, store
from hinomi.console.shell.access import DESK
from hinomi.console.shell.month import chosen_month, months_present
from hinomi.deliver.expert import proposed
from hinomi.deliver.programme import enrolments
from hinomi.incidents.expert import operations
from hinomi.incidents.expert.models import Ruling
from hinomi.incidents.expert.problems import BadRuling
from hinomi.incidents.expert.queries import latest
from hinomi.incidents.expert.queries import seen_by as decisions_seen_by
from hinomi.study.expert_kinds import BY_KEY
from hinomi.study.months import TOKYO, Month
from hinomi.tenants.models import ApiScope
from hinomi.tenants.roles import Ability

WORDS = "専門家の指摘"
router = Router()


class ExpertLine(Schema):
    tenant: str
    ruling: Literal["waiting", "confirmed", "dismissed"]
    hits: int
    grown: int = Field(description="Detections found since it was decided.")
    evidence: dict[str, Any]
    text: str = Field(description="What the company reads.")
    reason: str


class ExpertCluster(Schema):
    kind: str
    number: int
    seen: dict[str, Any] | str
    risk: dict[str, Any] | str
    tell: str = Field(description="A first draft of what the company is to read.")
    items: list[ExpertLine]


class Expert(OfAll):
    month: str
    months: list[str]
    items: list[ExpertCluster]


class ExpertRuling(Body):
    month: MonthText
    kind: Annotated[str, Field(json_schema_extra={"enum": sorted(BY_KEY)})]
    tenants: Annotated[list[Annotated[str, Field(pattern=TENANT)]], Field(min_length=1, max_length=1000)]
    confirm: bool
    reason: Annotated[str, Field(max_length=1000, pattern=NO_NUL, description="Needed to dismiss.")] = ""
    text: Annotated[str, Field(max_length=1000, pattern=NO_NUL, description="Needed to confirm.")] = ""


class ExpertDecided(OfAll):
    tenants: list[str]


class WantedMonth(Schema):
    month: Annotated[MonthText | None, Field(description="The latest with any record, if it is left out.")] = None


@operation(router, "GET", "/expert", "専門家の指摘", roles=DESK, ability=Ability.WORK, response=Expert, whole=True)
def expert(request: Asked, wanted: Query[WantedMonth]) -> dict[str, Any]:
    """A month's proposals and decisions, by kind and company. That they were looked at is written down. For staff."""
    lake, now = store.lake(), clock.now()
    tenants = list(request.auth.tenants())
    present = months_present(lake, [tenant.uid for tenant in tenants], TOKYO, clock.naive(now))
    month = chosen_month(wanted.month or "", present, now.astimezone(TOKYO).date())
    decided = latest(decisions_seen_by(request.auth.user).filter(month=str(month)))
    studied = {enrolment.tenant for enrolment in enrolments()}
    found = clusters(month, tenants, proposed(lake, tenants, month, now), decided, studied)
    audit.viewed(request, "expert", "", subject=str(month))
    return {
        "month": str(month),
        "months": [str(one) for one in present],
        "items": [
            {
                "kind": one.kind.key,
                "number": one.kind.number,
                "seen": plain(one.kind.seen),
                "risk": plain(one.kind.risk),
                "tell": one.kind.tell,
                "items": [told(line) for line in (*one.waiting, *one.decided)],
            }
            for one in found
        ],
    }


@operation(
    router,
    "POST",
    "/expert/decisions",
    "指摘を決める",
    roles=DESK,
    ability=Ability.WORK,
    response=ExpertDecided,
    scope=ApiScope.WORK,
    whole=True,
    status=201,
)
def expert_decide(request: Asked, body: ExpertRuling) -> dict[str, Any]:
    """Confirm or dismiss one kind of one month for some companies; reports count so from the next time on."""
    if body.kind not in BY_KEY:
        raise wrong("body.kind", "この種類はありません (no such kind).")
    tenants = list(request.auth.tenants().filter(pk__in=body.tenants))
    try:
        month = Month.parse(body.month)
        here = proposed(store.lake(), tenants, month, clock.now()) if tenants else ()
        rows = operations.decide(
            request.auth.user,
            [one for one in here if one.kind == body.kind],
            Ruling.CONFIRMED if body.confirm else Ruling.DISMISSED,
            reason=body.reason,
            text=body.text,
            now=clock.now(),
            address=clock.address(request),
        )
    except (BadRuling, ValueError) as problem:
        raise wrong("body", str(problem)) from problem
    return {"tenants": sorted(row.tenant_id for row in rows)}


def told(line: Line) -> dict[str, Any]:
    decision = line.decision
    ruling = "waiting" if decision is None else "confirmed" if decision.is_confirmed else "dismissed"
    return {
        "tenant": line.tenant.uid,
        "ruling": ruling,
        "hits": line.evidence.hits,
        "grown": line.grown,
        "evidence": plain(line.evidence),
        "text": decision.text if decision else "",
        "reason": decision.reason if decision else "",
    }
