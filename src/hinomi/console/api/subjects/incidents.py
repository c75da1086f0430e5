"""Incidents: the queue, one with its story and its advice, and what people do to it."""

from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import wrong
from hinomi.console.api.values import TENANT, Body, Key, Line, Moment, OfAll, OfTenant, Paged, PageNumber, Text, Uid
from hinomi.console.incidents import queue
from hinomi.console.incidents.views import colleagues
from hinomi.console.shell import advice, audit, clock
from hinomi.console.shell.access import COMPANY, DESK
from hinomi.incidents import operations, queries, splitting
from hinomi.incidents.document import document, gist
from hinomi.incidents.models import Incident, Reason, Status
from hinomi.incidents.problems import UnknownIncident
from hinomi.ocsf.course import Urgency
from hinomi.tenants.models import ApiScope

WORDS = "インシデント"
router = Router()


class Wanted(Schema):
    """Which incidents; what is left out asks nothing."""

    status: Annotated[
        Literal["open", "all", "new", "working", "waiting", "watching", "closed"],
        Field(description="`open`: all but closed."),
    ] = "open"
    severity: Annotated[
        int, Field(ge=0, le=6, description="The least `severity_id` (OCSF): 2 low, 3 medium, 4 high, 5 critical.")
    ] = 0
    mine: Annotated[bool, Field(description="Only those assigned to you.")] = False
    page: PageNumber = 1


class WantedOfAll(Wanted):
    tenant: Annotated[str, Field(pattern=rf"^$|{TENANT}", description="Of this company alone.")] = ""


class IncidentGist(Schema):
    uid: str
    tenant: str
    title: str
    kind: str = Field(description="Key of its advice card.", examples=["ransomware"])
    severity_id: int = Field(description="OCSF.")
    urgency: Urgency
    status: Status
    reason: Reason | None = Field(description="Why it was closed.")
    assignee: str | None
    host: str | None
    address: str | None
    user: str | None
    first_seen: Moment
    last_seen: Moment
    updated: Moment


class Incidents(OfTenant, Paged):
    items: list[IncidentGist]


class AllIncidents(OfAll, Paged):
    items: list[IncidentGist]


class IncidentEntry(Schema):
    time: Moment
    finding: str
    sensor: str
    kind: str
    title: str
    detail: str
    severity_id: int
    disposition_id: int | None


class IncidentLink(Schema):
    finding: str
    other: str
    kind: str
    value: str
    reason: str


class IncidentNote(Schema):
    at: Moment
    author: str | None
    text: str


class IncidentChange(Schema):
    at: Moment
    who: str | None = Field(description="Null: the product itself.")
    field: str
    before: str
    after: str
    why: str


class Advice(Schema):
    """What to do now, in words for the company; harmless to forward."""

    title: str
    happened: str
    steps: list[str]
    avoid: str
    within: str
    contact: str
    level: str


class IncidentDetail(IncidentGist):
    timeline: list[IncidentEntry]
    links: list[IncidentLink]
    priority: dict[str, Any] | None = Field(description="How soon to look, with its reasons.")
    courses: list[dict[str, Any]] = Field(description="Which of the three patterns it may be, for each machine.")
    stages: list[dict[str, Any]]
    spread: dict[str, Any] | None
    lookback: dict[str, Any] | None
    advice: Advice | None
    notes: list[IncidentNote]
    history: list[IncidentChange]
    kept_apart: list[str] = Field(description="Uids of incidents that a person decided are different events.")


class NewStatus(Body):
    status: Status
    reason: Annotated[Reason | None, Field(description="Needed to close one.")] = None


class Assignee(Body):
    assignee: Annotated[
        str | None,
        Field(max_length=150, description="Username of one who works on incidents; null: nobody.", examples=["hanako"]),
    ]


class NewNote(Body):
    text: Text


class Split(Body):
    findings: Annotated[list[Line], Field(min_length=1, max_length=1000, description="To be taken out: some, not all.")]


class Merge(Body):
    other: Annotated[Line, Field(description="Uid of the other incident of this company.")]


@operation(router, "GET", "/tenants/{tenant}/incidents", "一社のインシデント", roles=COMPANY, response=Incidents)
def incidents(request: Asked, tenant: Uid, wanted: Query[Wanted]) -> dict[str, Any]:
    """One company's incidents, the most urgent first."""
    return {"tenant": tenant, **listed(request, WantedOfAll(**wanted.model_dump(), tenant=tenant))}


@operation(router, "GET", "/incidents", "全社のインシデント", roles=DESK, response=AllIncidents, whole=True)
def incidents_of_all(request: Asked, wanted: Query[WantedOfAll]) -> dict[str, Any]:
    """The queue over all companies, the most urgent first. For staff."""
    return listed(request, wanted)


@operation(
    router, "GET", "/tenants/{tenant}/incidents/{uid}", "一つのインシデント", roles=COMPANY, response=IncidentDetail
)
def incident(request: Asked, tenant: Uid, uid: Key) -> dict[str, Any]:
    """One with timeline, links, assessment, advice, notes and history. That it was looked at is written down.

    One that was merged into another is answered with that other.
    """
    row = found(request, uid)
    audit.viewed(request, "incident", row.tenant_id, subject=row.pk)
    return detail(row)


@operation(
    router,
    "POST",
    "/tenants/{tenant}/incidents/{uid}/status",
    "状態を変える",
    roles=DESK,
    response=IncidentDetail,
    scope=ApiScope.WORK,
)
def incident_status(request: Asked, tenant: Uid, uid: Key, body: NewStatus) -> dict[str, Any]:
    """Move it on; closing needs a reason, and a closed one may be opened again."""
    row = found(request, uid)
    operations.set_status(
        request.auth.user, row, body.status, clock.now(), reason=body.reason, address=clock.address(request)
    )
    return detail(found(request, uid))


@operation(
    router,
    "POST",
    "/tenants/{tenant}/incidents/{uid}/assignee",
    "担当者を決める",
    roles=DESK,
    response=IncidentDetail,
    scope=ApiScope.WORK,
)
def incident_assign(request: Asked, tenant: Uid, uid: Key, body: Assignee) -> dict[str, Any]:
    """Give it to a person who works on incidents, or to nobody."""
    row = found(request, uid)
    someone = None
    if body.assignee is not None:
        someone = colleagues(row.tenant_id).filter(username=body.assignee.replace("\x00", "")).first()
        if someone is None:
            raise wrong("body.assignee", "この名前の担当者はいません (nobody of this name works on incidents).")
    operations.assign(request.auth.user, row, someone, clock.now(), address=clock.address(request))
    return detail(found(request, uid))


@operation(
    router,
    "POST",
    "/tenants/{tenant}/incidents/{uid}/notes",
    "メモを書く",
    roles=COMPANY,
    response=IncidentDetail,
    scope=ApiScope.WORK,
    status=201,
)
def incident_note(request: Asked, tenant: Uid, uid: Key, body: NewNote) -> dict[str, Any]:
    """Write a note beside the timeline; the company sees it too."""
    row = found(request, uid)
    operations.add_note(request.auth.user, row, body.text, clock.now(), address=clock.address(request))
    return detail(found(request, uid))


@operation(
    router,
    "POST",
    "/tenants/{tenant}/incidents/{uid}/split",
    "検知を分ける",
    roles=DESK,
    response=IncidentDetail,
    scope=ApiScope.WORK,
    status=201,
)
def incident_split(request: Asked, tenant: Uid, uid: Key, body: Split) -> dict[str, Any]:
    """Take some findings out into an incident of their own, which is answered."""
    row = found(request, uid)
    taken = splitting.split(request.auth.user, row, body.findings, clock.now(), address=clock.address(request))
    return detail(taken)


@operation(
    router,
    "POST",
    "/tenants/{tenant}/incidents/{uid}/merge",
    "1件にまとめる",
    roles=DESK,
    response=IncidentDetail,
    scope=ApiScope.WORK,
)
def incident_merge(request: Asked, tenant: Uid, uid: Key, body: Merge) -> dict[str, Any]:
    """Make one of two incidents of the company; the older is answered, and the younger's uid leads to it."""
    row, other = found(request, uid), found(request, body.other)
    return detail(splitting.join(request.auth.user, row, other, clock.now(), address=clock.address(request)))


def found(request: Asked, uid: str) -> Incident:
    """The incident, if it is the company's that the path names.

    Raises:
        UnknownIncident: there is none.
    """
    row = queries.find(request.auth.user, uid)
    if row.tenant_id != request.company.uid:
        raise UnknownIncident(uid)
    return row


def listed(request: Asked, wanted: WantedOfAll) -> dict[str, Any]:
    asked = queue.Filter(wanted.status, wanted.severity, wanted.tenant, wanted.mine)
    page = queue.page(queue.asked(request.auth.user, asked), str(wanted.page))
    audit.viewed_each(request, "incidents", (row.tenant_id for row in page))
    return {
        "page": page.number,
        "pages": page.paginator.num_pages,
        "total": page.paginator.count,
        "items": [told(row) for row in page.object_list],
    }


def told(row: Incident) -> dict[str, Any]:
    return gist(row) | {
        "reason": row.reason or None,
        "assignee": row.assignee.username if row.assignee else None,
        "updated": row.updated,
    }


def detail(row: Incident) -> dict[str, Any]:
    card = advice.for_incident(row)
    return {
        **document(row),
        **told(row),
        "advice": {name: getattr(card, name) for name in Advice.model_fields} if card else None,
        "notes": [
            {"at": note.at, "author": str(note.author) if note.author else None, "text": note.text}
            for note in queries.notes(row)
        ],
        "history": [
            {
                "at": one.at,
                "who": str(one.who) if one.who else None,
                "field": one.field,
                "before": one.before,
                "after": one.after,
                "why": one.why,
            }
            for one in queries.history(row)
        ],
        "kept_apart": [other.pk for other in queries.kept_apart(row)],
    }
