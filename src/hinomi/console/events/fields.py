"""The columns of one event as lines of a table, with the words for the ids."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hinomi.console.shell.text import visible
from hinomi.library.harmless import defanged, defanged_host
from hinomi.ocsf import vocabulary

CAPTIONED = frozenset(vocabulary.load()["enums"])
HOSTS = frozenset({"dst_endpoint.hostname", "url.hostname", "query.hostname"})
GIST = (
    "finding_info.title",
    "process.cmd_line",
    "url.url_string",
    "query.hostname",
    "email.subject",
    "file.path",
    "file.name",
    "process.file.path",
    "message",
    "app_name",
    "metadata.event_code",
)
"""What tells most of an event, the best first."""
HIDDEN = frozenset({"raw_data", "tenant"})


@dataclass(frozen=True)
class Field:
    name: str
    value: str
    caption: str = ""


def fields(event: Mapping[str, Any]) -> list[Field]:
    """Every column that holds anything, in the schema's order; the raw line is shown apart."""
    return [
        Field(name, written(name, value), caption(name, value, event))
        for name, value in event.items()
        if name not in HIDDEN
    ]


def gist(row: Mapping[str, Any]) -> str:
    """What an event is about in one line, harmless to read; columns carry the lake's names."""
    name = next((name for name in GIST if row.get(name)), None)
    return written(name, row[name]) if name else ""


def written(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.isoformat(sep=' ')} UTC"
    if isinstance(value, list):
        return defanged(visible(", ".join(str(part) for part in value)))
    if name == "unmapped":
        return defanged(visible(json.dumps(json.loads(value), ensure_ascii=False, indent=1)))
    text = visible(str(value))
    return defanged_host(text) if name in HOSTS else defanged(text)


def caption(name: str, value: Any, event: Mapping[str, Any]) -> str:
    """The standard's English caption of an id, as an analyst knows it."""
    if name == "class_uid":
        return vocabulary.class_caption(value)
    if name == "activity_id":
        return vocabulary.activity_caption(event["class_uid"], value)
    return vocabulary.enum_caption(name, value) if name in CAPTIONED else ""
