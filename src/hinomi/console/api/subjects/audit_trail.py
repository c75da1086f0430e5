"""Who did what and who looked at what: for operators, and for a company's lead about that company."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.values import NO_NUL, TENANT, Moment, OfAll, OfTenant, Paged, PageNumber, Uid
from hinomi.console.audit import trail
from hinomi.console.audit.views import PAGE, READERS, Line, lines
from hinomi.console.shell import audit
from hinomi.tenants.roles import Ability, Role

WORDS = "監査証跡"
router = Router()


class WantedEntries(Schema):
    person: Annotated[str, Field(max_length=150, pattern=NO_NUL)] = ""
    kind: Literal["", "views", "sign-ins", "changes"] = ""
    since: Annotated[
        date | None, Field(description="Days of the console's zone, both inclusive.", ge=date(1970, 1, 2))
    ] = None
    until: Annotated[date | None, Field(ge=date(1970, 1, 2), le=date(9000, 1, 1))] = None
    page: PageNumber = 1


class WantedEntriesOfAll(WantedEntries):
    tenant: Annotated[str, Field(pattern=rf"^$|{TENANT}")] = ""


class AuditLine(Schema):
    at: Moment
    actor: str
    name: str
    role: str
    action: str
    words: str
    tenant: str
    subject: str
    detail: dict[str, Any]
    address: str | None = Field(description="For operators.")


class Audit(OfTenant, Paged):
    items: list[AuditLine]


class AuditOfAll(OfAll, Paged):
    items: list[AuditLine]


@operation(
    router,
    "GET",
    "/tenants/{tenant}/audit",
    "一社の閲覧と操作の記録",
    roles=READERS,
    ability=Ability.MANAGE,
    response=Audit,
)
def audit_of_company(request: Asked, tenant: Uid, wanted: Query[WantedEntries]) -> dict[str, Any]:
    """What was done with this company's data, the latest first, 100 a page. Reading it is in it."""
    return {"tenant": tenant, **page(request, asked(wanted, tenant), wanted.page)}


@operation(
    router,
    "GET",
    "/audit",
    "監査証跡",
    roles=(Role.OPERATOR,),
    ability=Ability.OPERATE,
    response=AuditOfAll,
    whole=True,
)
def audit_of_all(request: Asked, wanted: Query[WantedEntriesOfAll]) -> dict[str, Any]:
    """The whole trail, the latest first, 100 a page. For operators. Reading it is in it."""
    return page(request, asked(wanted, wanted.tenant), wanted.page)


def asked(wanted: WantedEntries, tenant: str) -> trail.Asked:
    return trail.Asked(tenant, wanted.person.strip(), wanted.kind, wanted.since, wanted.until)


def page(request: Asked, asked: trail.Asked, number: int) -> dict[str, Any]:
    found = trail.found(request.auth.user, asked)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    chosen = min(number, pages)
    shown = lines(found[(chosen - 1) * PAGE : chosen * PAGE])
    given = {name: str(value) for name, value in asdict(asked).items() if value and name != "tenant"}
    audit.viewed(request, "audit", asked.tenant, **given)
    shows_address = request.auth.may(Ability.OPERATE)
    return {
        "page": chosen,
        "pages": pages,
        "total": total,
        "items": [told(line, shows_address) for line in shown],
    }


def told(line: Line, shows_address: bool) -> dict[str, Any]:
    entry = line.entry
    return {
        **{name: getattr(entry, name) for name in ("at", "actor", "action", "tenant", "subject", "detail")},
        "name": line.who,
        "role": line.role,
        "words": line.act,
        "address": entry.address if shows_address else None,
    }
