"""Captions of OCSF ids, read from the generated ``vocabulary.json``."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load() -> dict[str, Any]:
    text = files("hinomi.ocsf").joinpath("vocabulary.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def version() -> str:
    return str(load()["version"])


def class_caption(class_uid: int) -> str:
    return str(load()["classes"].get(str(class_uid), {}).get("caption", "Unknown"))


def category_uid(class_uid: int) -> int:
    return int(load()["classes"].get(str(class_uid), {}).get("category_uid", 0))


def category_caption(class_uid: int) -> str:
    return str(load()["categories"].get(str(category_uid(class_uid)), "Uncategorized"))


def activity_caption(class_uid: int, activity_id: int) -> str:
    activities = load()["classes"].get(str(class_uid), {}).get("activities", {})
    return str(activities.get(str(activity_id), "Unknown"))


def enum_caption(attribute: str, value: int) -> str:
    return str(load()["enums"][attribute].get(str(value), "Other"))
