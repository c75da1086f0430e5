"""The shelf of products whose logs are read, how each is set up, and what unknown lines are."""

from typing import Annotated, Any

from django.utils.translation import get_language
from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found, refused
from hinomi.console.api.values import NO_NUL, Body, Key, plain
from hinomi.console.shell import clock
from hinomi.console.shell.access import DESK, EVERYONE
from hinomi.console.sources import trying
from hinomi.console.sources.trying import TryForm
from hinomi.library import catalog
from hinomi.library.contracts import Kind, LibraryError, Manifest

WORDS = "対応製品"
LANGUAGES = ("ja", "en")
router = Router()


class Source(Schema):
    name: str
    title: dict[str, str]
    vendor: str
    product: str
    kind: Kind
    assumed: bool = Field(description="True where no real sample was seen.")


class Sources(Schema):
    items: list[Source]


class SourcePage(Source):
    setup: str = Field(description="How a device is set up: Markdown, in the reader's language; may be empty.")
    note: dict[str, str]
    references: list[str]


class Lines(Body):
    text: Annotated[str, Field(min_length=1, max_length=1024 * 1024, pattern=NO_NUL, description="Lines of a log.")]
    source: Annotated[str, Field(max_length=64, pattern=NO_NUL, description="Empty: nobody knows.")] = ""
    timezone: Annotated[str, Field(max_length=64, pattern=NO_NUL)] = "Asia/Tokyo"


class SourceCandidate(Schema):
    source: str
    records: int
    events: int


class SourceTried(Schema):
    sure: bool = Field(description="These are that product's lines beyond doubt, or you named it.")
    cut: bool = Field(description="Only the beginning was looked at.")
    candidates: list[SourceCandidate]
    unanswered: list[str] = Field(description="Sources that took too long.")
    examined: dict[str, Any] | None = Field(description="What the likeliest source makes of the lines.")
    problem: str | None


@operation(router, "GET", "/sources", "対応製品", roles=EVERYONE, response=Sources)
def sources(request: Asked) -> dict[str, Any]:
    """Products whose logs are read."""
    order = list(Kind)
    shelf = sorted(catalog.manifests().values(), key=lambda item: (order.index(item.kind), item.name))
    return {"items": [told(item) for item in shelf]}


@operation(router, "GET", "/sources/{name}", "一つの製品", roles=EVERYONE, response=SourcePage)
def source(request: Asked, name: Key) -> dict[str, Any]:
    """One product and how it is set up."""
    item = catalog.manifests().get(name)
    if item is None:
        raise not_found()
    return told(item) | {"setup": setup(name), "note": item.note, "references": item.references}


@operation(router, "POST", "/source-trials", "ログを試す", roles=DESK, response=SourceTried)
def sources_try(request: Asked, body: Lines) -> dict[str, Any]:
    """Which product's lines these are, what is read of them and what is refused. They are kept nowhere."""
    form = TryForm(body.model_dump())
    if not form.is_valid():
        raise refused(form)
    tried = trying.try_it(form.cleaned_data, clock.naive(clock.now()))
    return {
        "sure": tried.sure,
        "cut": tried.cut,
        "candidates": [
            {"source": one.attempt.source, "records": one.attempt.records, "events": one.attempt.events}
            for one in tried.candidates
        ],
        "unanswered": tried.unanswered,
        "examined": plain(tried.examined),
        "problem": tried.problem,
    }


def setup(name: str) -> str:
    """In the reader's language, or in another where there is no such."""
    for language in ((get_language() or "ja").split("-")[0], *LANGUAGES):
        try:
            return catalog.setup_page(name, language)
        except LibraryError:
            continue
    return ""


def told(item: Manifest) -> dict[str, Any]:
    return {name: getattr(item, name) for name in Source.model_fields}
