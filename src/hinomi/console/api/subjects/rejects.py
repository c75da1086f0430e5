"""Records that could not be read: counted by source and reason, and looked at."""

from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.values import NO_NUL, Moment, OfAll, OfTenant, Uid, plain
from hinomi.console.rejects import queries
from hinomi.console.shell import audit, store
from hinomi.console.shell.access import COMPANY, DESK
from hinomi.tenants.roles import Ability

WORDS = "読めなかった行"
router = Router()


class RejectGroup(Schema):
    source: str
    reason: str
    count: int
    companies: int
    tenants: list[str]
    first: Moment
    last: Moment


class RejectRepair(Schema):
    tenant: str
    source: str
    rejects: int
    blocks: int
    command: str = Field(description="What reads them again once a mapping is mended.")


class Rejects(OfTenant):
    groups: list[RejectGroup]


class AllRejects(OfAll):
    groups: list[RejectGroup]
    repairs: list[RejectRepair] = Field(description="For operators; empty for others.")


class RejectExample(Schema):
    sensor: str
    origin: str
    line: int
    detail: str
    text: str
    is_text: bool
    cut: bool


class RejectExamples(OfTenant):
    source: str
    reason: str
    items: list[RejectExample]


class WantedExamples(Schema):
    source: Annotated[str, Field(max_length=64, pattern=NO_NUL, examples=["fortinet_fortigate"])]
    reason: Annotated[str, Field(max_length=64, pattern=NO_NUL, examples=["not_this_format"])]


@operation(router, "GET", "/tenants/{tenant}/rejects", "一社の読めなかった行", roles=COMPANY, response=Rejects)
def rejects(request: Asked, tenant: Uid) -> dict[str, Any]:
    """Counts by source and reason."""
    return {"tenant": tenant, "groups": queries.groups(store.lake(), [tenant])}


@operation(router, "GET", "/rejects", "全社の読めなかった行", roles=DESK, response=AllRejects, whole=True)
def rejects_of_all(request: Asked) -> dict[str, Any]:
    """Counts over all companies, and what a mended mapping would read again. For staff."""
    theirs = list(request.auth.tenants().values_list("uid", flat=True))
    operates = request.auth.may(Ability.OPERATE)
    return {
        "groups": queries.groups(store.lake(), theirs),
        "repairs": queries.repairs(store.lake(), theirs) if operates else [],
    }


@operation(
    router, "GET", "/tenants/{tenant}/rejects/examples", "読めなかった行の例", roles=DESK, response=RejectExamples
)
def rejects_examples(request: Asked, tenant: Uid, which: Query[WantedExamples]) -> dict[str, Any]:
    """The latest of each detail. That they were looked at is written down."""
    found = queries.examples(store.lake(), [tenant], which.source, which.reason)
    if found:
        audit.viewed(request, "rejects", tenant, subject=f"{which.source}/{which.reason}")
    return {"tenant": tenant, **which.model_dump(), "items": plain(found)}
