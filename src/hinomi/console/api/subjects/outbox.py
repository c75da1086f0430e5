"""What was sent to whom, and what to say on the telephone."""

from typing import Annotated, Any

from django.db.models import Q
from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import Refusal, not_found, refused
from hinomi.console.api.subjects.incidents import Advice
from hinomi.console.api.subjects.incidents import found as incident_of
from hinomi.console.api.values import (
    NO_NUL,
    TENANT,
    Body,
    Key,
    Moment,
    OfAll,
    OfTenant,
    Paged,
    PageNumber,
    Uid,
    words_of,
)
from hinomi.console.notifications import calling, outbox
from hinomi.console.notifications.calling import REACHED_JA, CallForm
from hinomi.console.shell import advice, audit, clock
from hinomi.console.shell.access import DESK
from hinomi.deliver.notify import contacts, queries
from hinomi.deliver.notify.levels import Level, level_of
from hinomi.deliver.notify.models import Channel, State
from hinomi.deliver.notify.models import Notification as Row
from hinomi.incidents import operations
from hinomi.tenants.models import ApiScope
from hinomi.tenants.roles import Ability

WORDS = "送信と電話"
router = Router()
Said = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
REACHED = sorted(REACHED_JA)


class Message(Schema):
    number: int
    tenant: str | None
    incident: str | None
    channel: Channel
    address: str
    subject: str
    state: Annotated[State, words_of(State)]
    attempts: int
    next_attempt: Moment
    last_error: str
    created: Moment
    sent_at: Moment | None
    acknowledged_at: Moment | None


class Outbox(OfAll, Paged):
    items: list[Message]


class WantedMessages(Schema):
    state: Annotated[State, words_of(State)] | None = None
    tenant: Annotated[str, Field(pattern=rf"^$|{TENANT}")] = ""
    page: PageNumber = 1


class Retried(OfAll):
    number: int


class CallLine(Schema):
    name: str
    phone: str
    rank: int


class CallScript(OfTenant):
    incident: str
    title: str
    level: Level
    advice: Advice | None = Field(description="What to say.")
    lines: list[CallLine] = Field(description="Whom to call, in order.")
    told: list[Message] = Field(description="What was sent to the company about it.")


class CallNoted(Body):
    reached: Annotated[str, Field(json_schema_extra={"enum": REACHED})]
    who: Annotated[str, Field(max_length=100, pattern=NO_NUL)] = ""
    doing: Said = ""
    unplugged: Annotated[str, Field(json_schema_extra={"enum": ["", "はい", "いいえ"]})] = ""
    others: Said = ""
    next: Annotated[str, Field(max_length=1000, pattern=NO_NUL)] = ""


class CallKept(OfTenant):
    incident: str
    note: str


@operation(router, "GET", "/outbox", "送信の状況", roles=DESK, ability=Ability.WORK, response=Outbox, whole=True)
def outbox_list(request: Asked, wanted: Query[WantedMessages]) -> dict[str, Any]:
    """What waits, was sent or failed, and why; the latest first. For staff."""
    rows = queries.outbox().filter(theirs(request)).order_by("-created", "-pk")
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.tenant:
        rows = rows.filter(tenant=wanted.tenant)
    total = rows.count()
    pages = max(1, -(-total // outbox.PAGE))
    page = min(wanted.page, pages)
    items = rows[(page - 1) * outbox.PAGE : page * outbox.PAGE]
    return {"page": page, "pages": pages, "total": total, "items": [message(row) for row in items]}


@operation(
    router,
    "POST",
    "/outbox/{number}/retry",
    "もう一度送る",
    roles=DESK,
    ability=Ability.WORK,
    scope=ApiScope.WORK,
    response=Retried,
    whole=True,
)
def outbox_retry(request: Asked, number: int) -> dict[str, Any]:
    """Try a message that waits or was refused again now."""
    row = queries.outbox().filter(theirs(request), pk=number).first() if 0 < number < 2**63 else None
    if row is None:
        raise not_found()
    if not contacts.retry(request.auth.user, row, clock.now(), address=clock.address(request)):
        raise Refusal(409, "送信済みか、取り消されたか、古すぎます (sent, taken back or too old).")
    return {"number": number}


@operation(
    router,
    "GET",
    "/tenants/{tenant}/incidents/{uid}/call",
    "電話で話すこと",
    roles=DESK,
    ability=Ability.WORK,
    response=CallScript,
)
def call(request: Asked, tenant: Uid, uid: Key) -> dict[str, Any]:
    """What to say in a minute, and whom to call. That it was looked at is written down."""
    row = incident_of(request, uid)
    audit.viewed(request, "call", tenant, subject=row.pk)
    card = advice.for_incident(row)
    return {
        "tenant": tenant,
        "incident": row.pk,
        "title": row.title,
        "level": level_of(row),
        "advice": {name: getattr(card, name) for name in Advice.model_fields} if card else None,
        "lines": calling.lines(row.tenant),
        "told": [message(one) for one in queries.history(row) if not one.staff],
    }


@operation(
    router,
    "POST",
    "/tenants/{tenant}/incidents/{uid}/call",
    "電話の内容を残す",
    roles=DESK,
    ability=Ability.WORK,
    scope=ApiScope.WORK,
    response=CallKept,
    status=201,
)
def call_note(request: Asked, tenant: Uid, uid: Key, body: CallNoted) -> dict[str, Any]:
    """What was answered becomes a note on the incident."""
    row = incident_of(request, uid)
    form = CallForm(body.model_dump())
    if not form.is_valid():
        raise refused(form)
    note = operations.add_note(request.auth.user, row, form.note(), clock.now(), address=clock.address(request))
    return {"tenant": tenant, "incident": row.pk, "note": note.text}


def theirs(request: Asked) -> Q:
    return outbox.theirs(request.auth.user)


MESSAGE = ("channel", "address", "subject", "state", "attempts", "next_attempt", "last_error", "created", "sent_at")


def message(row: Row) -> dict[str, Any]:
    return {
        "number": row.pk,
        "tenant": row.tenant_id,
        "incident": row.incident_id,
        **{name: getattr(row, name) for name in MESSAGE},
        "acknowledged_at": row.acknowledged_at,
    }
