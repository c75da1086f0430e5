"""MISP from outside: a feed (files behind a web server), and an instance asked by its REST interface.

Source: the MISP book, "Managing feeds" and "Automation and MISP API".
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson

from hinomi.net.fetch import Access, FetchError, fetch

UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PAGE = 5_000
MOST_PAGES = 2_000
MOST_EVENTS = 50_000


def manifest(url: str, access: Access) -> dict[str, str]:
    """Events of a feed, by UUID, with what tells a changed one from what it was. Raises :class:`FetchError`."""
    told = document(f"{url.rstrip('/')}/manifest.json", access)
    if not isinstance(told, dict):
        raise FetchError(url, "manifest.json が MISP のものではありません (no manifest of MISP)")
    events = {str(uuid): about for uuid, about in told.items() if UUID.fullmatch(str(uuid))}
    if len(events) > MOST_EVENTS:
        raise FetchError(url, f"イベントが {MOST_EVENTS:,} 件を超えています (too many events)")
    return {uuid: str(about.get("timestamp", "") if isinstance(about, dict) else "") for uuid, about in events.items()}


def event(url: str, uuid: str, access: Access) -> Any:
    """The event's JSON. Raises :class:`FetchError`."""
    return document(f"{url.rstrip('/')}/{uuid}.json", access)


def attributes(url: str, access: Access, since: datetime | None = None) -> Iterator[list[Mapping[str, Any]]]:
    """Attributes of an instance that are for detection and on none of its warning lists, a page at a time.

    ``access`` has the API key as its secret. Raises :class:`FetchError`.
    """
    where = f"{url.rstrip('/')}/attributes/restSearch"
    asked: dict[str, Any] = {
        "returnFormat": "json",
        "to_ids": 1,
        "deleted": 0,
        "enforceWarninglist": 1,
        "includeEventTags": 1,
        "limit": PAGE,
    }
    if since:
        asked["timestamp"] = int(since.timestamp())
    for page in range(1, MOST_PAGES + 1):
        told = document(where, access, orjson.dumps(asked | {"page": page}))
        response = told.get("response") if isinstance(told, dict) else None
        found = response.get("Attribute") if isinstance(response, dict) else None
        if not isinstance(found, list):
            raise FetchError(where, "MISP の答えではありません (no answer of MISP)")
        yield [one for one in found if isinstance(one, dict)]
        if len(found) < PAGE:
            return
    raise FetchError(where, f"{MOST_PAGES:,} ページを超えました (pages without an end)")


def document(url: str, access: Access, body: bytes | None = None) -> Any:
    headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body is not None else {})
    data = fetch(url, access, headers, body).data
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise FetchError(url, f"JSON ではない答えです (no JSON): {error}") from error
