"""The consulting desk: what a company asks and is answered, what the desk asks back, and steps that were done."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, Query, Router, Schema
from pydantic import Base64Bytes

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found, wrong
from hinomi.console.api.subjects.incidents import found as incident_of
from hinomi.console.api.subjects.reports import MonthText
from hinomi.console.api.values import (
    NO_NUL,
    TENANT,
    Body,
    Moment,
    OfAll,
    OfTenant,
    Paged,
    PageNumber,
    Text,
    Uid,
    words_of,
)
from hinomi.console.consult import listing, telling
from hinomi.console.consult.question import FOLDER, Question
from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import COMPANY, DESK
from hinomi.incidents.cards import cards
from hinomi.incidents.consult import operations, queries
from hinomi.incidents.consult.attachments import LARGEST
from hinomi.incidents.consult.models import Post, State, Thread
from hinomi.incidents.consult.operations import Upload
from hinomi.incidents.consult.problems import UnknownThread
from hinomi.study.months import Month
from hinomi.tenants.models import ApiScope
from hinomi.tenants.roles import MEMBERS, Ability

WORDS = "相談"
router = Router()
Number = Annotated[int, Field(ge=1, lt=2**63)]
WRITE: dict[str, Any] = {"roles": COMPANY, "scope": ApiScope.WORK}
DESK_WRITES: dict[str, Any] = {"roles": DESK, "ability": Ability.WORK, "scope": ApiScope.WORK}


class File(Body):
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
    content: Annotated[
        Base64Bytes,
        Field(description=f"JPEG, PNG or PDF, base64; up to 1.8 MB here, {LARGEST // 2**20} MB at the page."),
    ]


class NewThread(Body):
    text: Text
    incident: Annotated[str, Field(max_length=128, pattern=NO_NUL, description="Uid of the incident it is about.")] = ""
    card: Annotated[str, Field(max_length=64, pattern=NO_NUL, description="Key of an advice card.")] = ""
    month: Annotated[MonthText | None, Field(description="Of the report it is about.")] = None
    attachment: File | None = None


class NewPost(Body):
    text: Text
    internal: Annotated[bool, Field(description="A note among the desk alone.")] = False
    attachment: File | None = None


class ThreadGist(Schema):
    number: int
    tenant: str
    subject: str
    state: Annotated[State, words_of(State)]
    incident: str | None
    card: str
    month: str
    assignee: str | None
    opened: Moment
    updated: Moment
    waiting_since: Moment | None


class ThreadPost(Schema):
    at: Moment
    author: str | None
    from_desk: bool
    internal: bool
    text: str
    attachment: int | None = Field(description="Number of the file that came with it.")


class Threads(OfTenant):
    items: list[ThreadGist]


class AllThreads(OfAll, Paged):
    items: list[ThreadGist]


class ThreadDetail(OfTenant):
    thread: ThreadGist
    posts: list[ThreadPost]


class WantedThreads(Schema):
    state: Literal["all", "waiting", "answered", "closed"] = "waiting"
    tenant: Annotated[str, Field(pattern=rf"^$|{TENANT}")] = ""
    mine: bool = False
    page: PageNumber = 1


@operation(router, "GET", "/threads", "相談の一覧", roles=DESK, ability=Ability.WORK, response=AllThreads, whole=True)
def threads_of_all(request: Asked, wanted: Query[WantedThreads]) -> dict[str, Any]:
    """What companies asked, those that wait longest first. For staff."""
    filter_ = listing.Filter(wanted.state, wanted.tenant, wanted.mine)
    page = listing.page(request.auth.user, filter_, str(wanted.page))
    return {
        "page": page.number,
        "pages": page.paginator.num_pages,
        "total": page.paginator.count,
        "items": [gist(one) for one in page.object_list],
    }


@operation(router, "GET", "/tenants/{tenant}/threads", "一社の相談", roles=COMPANY, response=Threads)
def threads(request: Asked, tenant: Uid) -> dict[str, Any]:
    """What one company asked, those to be read first; of the settled ones the last few."""
    found = listing.of_company(request.auth.user, request.company)
    return {"tenant": tenant, "items": [gist(one) for one in found.threads]}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/threads",
    "相談する",
    roles=MEMBERS,
    ability=Ability.NOTE,
    scope=ApiScope.WORK,
    response=ThreadDetail,
    status=201,
)
def thread_new(request: Asked, tenant: Uid, body: NewThread) -> dict[str, Any]:
    """Ask the desk, about an incident, an advice card, a month's report or anything; the desk is told."""
    if body.card and body.card not in cards():
        raise wrong("body.card", "この種類はありません (no such card).")
    question = Question(
        tenant=request.company,
        incident=incident_of(request, body.incident) if body.incident else None,
        card=body.card,
        month=Month.parse(body.month) if body.month else None,
        text=body.text,
    )
    asked = question.ask(request.auth.user, upload(body.attachment), clock.now(), clock.address(request))
    return detail(request, asked)


@operation(router, "GET", "/tenants/{tenant}/threads/{number}", "一つの相談", roles=COMPANY, response=ThreadDetail)
def thread(request: Asked, tenant: Uid, number: Number) -> dict[str, Any]:
    """What was said, oldest first; the desk's own notes only for the desk. Written down."""
    row = found(request, number)
    audit.viewed(request, "thread", tenant, subject=str(row.pk))
    return detail(request, row)


@operation(
    router,
    "POST",
    "/tenants/{tenant}/threads/{number}/posts",
    "相談に書く",
    response=ThreadDetail,
    status=201,
    **WRITE,
)
def thread_post(request: Asked, tenant: Uid, number: Number, body: NewPost) -> dict[str, Any]:
    """Say something more: the desk's word answers the thread, the company's makes it wait."""
    row, now = found(request, number), clock.now()
    with transaction.atomic():
        post = operations.write(
            request.auth.user,
            row,
            body.text,
            now,
            internal=body.internal,
            upload=upload(body.attachment),
            address=clock.address(request),
        )
        if not post.internal:
            (telling.answered if post.from_desk else telling.asked)(post, now)
    return detail(request, found(request, number))


@operation(router, "POST", "/tenants/{tenant}/threads/{number}/close", "相談を終える", response=ThreadDetail, **WRITE)
def thread_close(request: Asked, tenant: Uid, number: Number) -> dict[str, Any]:
    """It is settled; a later word of the company opens it again."""
    row = found(request, number)
    operations.close(request.auth.user, row, clock.now(), address=clock.address(request))
    return detail(request, found(request, number))


@operation(
    router, "POST", "/tenants/{tenant}/threads/{number}/take", "相談を引き受ける", response=ThreadDetail, **DESK_WRITES
)
def thread_take(request: Asked, tenant: Uid, number: Number) -> dict[str, Any]:
    """Take it as the one who answers it, also from a colleague."""
    row = found(request, number)
    operations.take(request.auth.user, row, clock.now(), address=clock.address(request))
    return detail(request, found(request, number))


@operation(
    router,
    "GET",
    "/tenants/{tenant}/attachments/{number}",
    "添付ファイル",
    roles=COMPANY,
    response=None,
    file="application/octet-stream",
)
def thread_attachment(request: Asked, tenant: Uid, number: Number) -> HttpResponse:
    """A file that came with a post, to be saved: it came from outside. Written down."""
    row = queries.attachment(request.auth.user, number)
    of = row.post.thread
    if of.tenant_id != tenant:
        raise UnknownThread
    try:
        content = (settings.DATA_DIR / FOLDER / row.key).read_bytes()
    except FileNotFoundError as error:
        raise not_found() from error
    audit.viewed(request, "attachment", tenant, subject=str(of.pk), file=row.name)
    headers = {"Content-Disposition": content_disposition_header(True, row.name) or "attachment"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def upload(file: File | None) -> Upload | None:
    return Upload(file.name, file.content[: LARGEST + 1], settings.DATA_DIR / FOLDER) if file else None


def found(request: Asked, number: int) -> Thread:
    row = queries.find(request.auth.user, number)
    if row.tenant_id != request.company.uid:
        raise UnknownThread
    return row


FIELDS = ("tenant_id", "subject", "state", "card", "month", "opened", "updated", "waiting_since")


def gist(row: Thread) -> dict[str, Any]:
    return {
        "number": row.pk,
        **{name.removesuffix("_id"): getattr(row, name) for name in FIELDS},
        "incident": row.incident_id,
        "assignee": row.assignee.username if row.assignee else None,
    }


def detail(request: Asked, row: Thread) -> dict[str, Any]:
    posts = queries.posts(request.auth.user, row)
    return {"tenant": row.tenant_id, "thread": gist(row), "posts": [said(post) for post in posts]}


def said(post: Post) -> dict[str, Any]:
    file = getattr(post, "attachment", None)
    return {
        "at": post.at,
        "author": str(post.author) if post.author else None,
        "from_desk": post.from_desk,
        "internal": post.internal,
        "text": post.text,
        "attachment": file.pk if file else None,
    }
