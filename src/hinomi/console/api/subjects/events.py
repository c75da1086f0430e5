"""Events of one company: searched, one whole, the line as it was received, and all of an answer as a file."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import orjson
import polars as pl
from django.http import StreamingHttpResponse
from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found, refused, wrong
from hinomi.console.api.values import NO_NUL, Moment, OfTenant, Paged, PageNumber, Uid, as_sent
from hinomi.console.events import queries as events
from hinomi.console.events import table
from hinomi.console.events.forms import SearchForm
from hinomi.console.events.raw import raw_line
from hinomi.console.shell import audit, clock, store
from hinomi.console.shell.access import COMPANY
from hinomi.ocsf.nested import to_object, to_objects

WORDS = "イベント"
router = Router()
Said = Annotated[str, Field(max_length=255, pattern=NO_NUL)]
EventUid = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL, description="Its `metadata.uid`.")]


class Wanted(Schema):
    """What is left out asks nothing; without times the last day of which there is anything."""

    since: Annotated[
        datetime | None, Field(description="From, inclusive; without an offset on the company's clock.")
    ] = None
    until: Annotated[datetime | None, Field(description="To, exclusive.")] = None
    ip: Annotated[
        str, Field(max_length=64, pattern=NO_NUL, description="Whole; one that ends in `.` or `:` names a net.")
    ] = ""
    host: Said = ""
    user: Said = ""
    text: Said = ""
    class_uid: Annotated[int | None, Field(ge=0, le=99999, description="OCSF class.", examples=[4001])] = None
    source: Said = ""
    alerts_only: bool = False


class WantedPage(Wanted):
    page: PageNumber = 1


class Events(OfTenant, Paged):
    since: Moment
    until: Moment
    items: list[dict[str, Any]] = Field(description="OCSF objects, newest first; times in ms since the epoch.")


class Event(OfTenant):
    event: dict[str, Any] = Field(description="The OCSF object, whole.")


class RawLine(OfTenant):
    uid: str
    block: str
    line: int
    text: str | None = Field(description="The line as received; null where there is none, and `problem` says why.")
    is_text: bool = Field(description="False: no UTF-8, and `text` is a hex dump.")
    cut: bool
    origin: str
    received: Moment | None
    problem: str = Field(description="Empty, `expired`, `damaged` or `file`.")


@operation(router, "GET", "/tenants/{tenant}/events", "イベントを探す", roles=COMPANY, response=Events)
def events_search(request: Asked, tenant: Uid, wanted: Query[WantedPage]) -> dict[str, Any]:
    """Search one company's events. What was asked is written down."""
    form = form_for(request, wanted)
    search = form.search()
    rows, total, page = events.rows(store.lake(), search, wanted.page)
    audit.viewed(request, "events", tenant, **asked(form))
    return {
        "tenant": tenant,
        "since": search.since,
        "until": search.until,
        "page": page,
        "pages": max(1, -(-total // events.PAGE)),
        "total": total,
        "items": [to_object(row) for row in rows],
    }


@operation(
    router, "GET", "/tenants/{tenant}/events.csv", "イベントをCSVで", roles=COMPANY, response=None, file="text/csv"
)
def events_csv(request: Asked, tenant: Uid, wanted: Query[Wanted]) -> StreamingHttpResponse:
    """The answer to a search as CSV for a spreadsheet, at most 100,000 rows. Written down."""
    frame = export(request, wanted, "events.csv")
    return StreamingHttpResponse(table.lines(frame), content_type="text/csv; charset=utf-8")


@operation(
    router,
    "GET",
    "/tenants/{tenant}/events.ndjson",
    "イベントをJSONの行で",
    roles=COMPANY,
    response=None,
    file="application/x-ndjson",
)
def events_ndjson(request: Asked, tenant: Uid, wanted: Query[Wanted]) -> StreamingHttpResponse:
    """The same as OCSF objects, one a line."""
    frame = export(request, wanted, "events.ndjson")
    return StreamingHttpResponse(lines(frame), content_type="application/x-ndjson")


@operation(router, "GET", "/tenants/{tenant}/event", "一つのイベント", roles=COMPANY, response=Event)
def event(request: Asked, tenant: Uid, uid: Query[EventUid]) -> dict[str, Any]:
    """One event or finding with all that is known of it. That it was looked at is written down."""
    row = events.one(store.lake(), tenant, uid)
    if row is None:
        raise not_found()
    audit.viewed(request, "event", tenant, subject=uid)
    return {"tenant": tenant, "event": to_object({name: value for name, value in row.items() if name != "raw_data"})}


@operation(router, "GET", "/tenants/{tenant}/raw-line", "受け取ったままの行", roles=COMPANY, response=RawLine)
def event_raw(request: Asked, tenant: Uid, uid: Query[EventUid]) -> dict[str, Any]:
    """The line that an event was read from, as it was received. That it was looked at is written down."""
    row = events.one(store.lake(), tenant, uid)
    if row is None or not row.get("raw_ref"):
        raise not_found()
    audit.viewed(request, "raw_line", tenant, subject=uid)
    raw = raw_line(store.landing(), tenant, row["raw_ref"])
    return {"tenant": tenant, "uid": uid, **{name: getattr(raw, name) for name in RAW}}


RAW = ("block", "line", "text", "is_text", "cut", "origin", "received", "problem")


def form_for(request: Asked, wanted: Wanted) -> SearchForm:
    """The page's own form, filled in and valid.

    Raises:
        Refusal: what the form says of the values.
    """
    company = request.company
    given = as_sent(wanted.model_dump(exclude={"since", "until", "page"}))
    for name, moment in (("since", wanted.since), ("until", wanted.until)):
        if moment is not None:
            try:
                local = moment.astimezone(company.zone) if moment.tzinfo else moment
            except (OverflowError, ValueError) as error:
                raise wrong(f"query.{name}", "この日時は扱えません (no such time).") from error
            given[name] = local.replace(tzinfo=None).isoformat()
    span = events.present(store.lake(), company.uid)
    form = SearchForm.complete(given, [company], company, span, clock.now())
    if not form.is_valid():
        raise refused(form, "query")
    return form


def export(request: Asked, wanted: Wanted, what: str) -> pl.DataFrame:
    form = form_for(request, wanted)
    frame = events.download(store.lake(), form.search())
    audit.viewed(request, what, request.company.uid, rows=frame.height, **asked(form))
    return frame


def asked(form: SearchForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "tenant"}


async def lines(frame: pl.DataFrame) -> AsyncIterator[bytes]:
    for part in frame.iter_slices(table.ROWS):
        yield b"".join(orjson.dumps(one) + b"\n" for one in to_objects(part))
