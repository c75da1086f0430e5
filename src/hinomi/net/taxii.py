"""A TAXII 2.1 server (OASIS): its collections, and the objects that were added to one, page by page."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from hinomi.net.fetch import Access, Document, FetchError, fetch

MEDIA = "application/taxii+json;version=2.1"
PAGE = 1_000
MOST_PAGES = 20_000
LAST_ADDED = "x-taxii-date-added-last"


@dataclass(frozen=True)
class Collection:
    """A collection as the server describes it."""

    id: str
    title: str
    can_read: bool


@dataclass(frozen=True)
class Page:
    """Objects of a collection, and when the last of them was added (RFC 3339, as the server says it)."""

    objects: list[Any]
    added_last: str | None


def collections(root: str, access: Access) -> list[Collection]:
    """Collections of an API root, whose URL ends in ``/``. Raises :class:`FetchError`."""
    url = f"{root.rstrip('/')}/collections/"
    told = envelope(get(url, access), url).get("collections", [])
    return [
        Collection(str(one.get("id")), str(one.get("title", "")), one.get("can_read") is True)
        for one in (told if isinstance(told, list) else [])
        if isinstance(one, dict)
    ]


def indicators(root: str, collection: str, access: Access, added_after: str | None = None) -> Iterator[Page]:
    """Pages of the indicators of a collection that were added after a time the server told, oldest first.

    Raises:
        FetchError: the server is away, refuses, or sends pages without an end.
    """
    url = f"{root.rstrip('/')}/collections/{quote(collection, safe='')}/objects/"
    asked = {"match[type]": "indicator", "limit": str(PAGE)}
    if added_after:
        asked["added_after"] = added_after
    seen: set[tuple[str, bytes]] = set()
    for _ in range(MOST_PAGES):
        document = get(f"{url}?{urlencode(asked)}", access)
        told = envelope(document, url)
        objects = told.get("objects", [])
        last = document.headers.get(LAST_ADDED)
        yield Page(objects if isinstance(objects, list) else [], last)
        if told.get("more") is not True:
            return
        following = told.get("next")
        if following is None and last:  # a server that pages by time alone
            asked["added_after"] = last
            following = last
        else:
            asked["next"] = str(following)
        mark = (str(following), hashlib.sha256(document.data).digest())  # a cursor may keep its name from page to page
        if following is None or mark in seen:
            raise FetchError(url, "続きがあると言いながら、次のページを言いません (more, but no next page)")
        seen.add(mark)
    raise FetchError(url, f"{MOST_PAGES:,} ページを超えました (pages without an end)")


def get(url: str, access: Access) -> Document:
    return fetch(url, access, {"Accept": MEDIA})


def envelope(document: Document, url: str) -> dict[str, Any]:
    try:
        told = orjson.loads(document.data) if document.data.strip() else {}
    except orjson.JSONDecodeError as error:
        raise FetchError(url, f"JSON ではない答えです。API root の URL ですか (no JSON): {error}") from error
    if not isinstance(told, dict):
        raise FetchError(url, "TAXII の答えではありません (no answer of TAXII)")
    return told
