"""Parameters of an activity, which nest in three ways, as plain objects."""

from collections.abc import Iterator, Mapping
from typing import Any

from hinomi.library.formats.jsonlines import part

VALUES = ("value", "intValue", "boolValue", "multiValue", "multiIntValue", "multiBoolValue")
DEEPEST = 6


def parameters(value: object, depth: int = 0) -> dict[str, Any]:
    """``[{"name": "subject", "value": "…"}, {"name": "source", "messageValue": {"parameter": […]}}]`` as a mapping.

    What is a mapping already (another relay's doing) is taken as it is.
    """
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or depth > DEEPEST:
        return {}
    found: dict[str, Any] = {}
    for one in value:
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            found[one["name"]] = parameter(one, depth)
    return found


def parameter(one: Mapping[str, Any], depth: int) -> Any:
    if "messageValue" in one:
        return parameters(part(one["messageValue"]).get("parameter"), depth + 1)
    if isinstance(one.get("multiMessageValue"), list):
        return [parameters(part(each).get("parameter"), depth + 1) for each in one["multiMessageValue"]]
    return next((one[key] for key in VALUES if one.get(key) is not None), None)


def events(activity: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The events of an activity; an activity may be one event itself."""
    listed = activity.get("events")
    if isinstance(listed, dict):
        yield listed
    elif isinstance(listed, list):
        yield from (event for event in listed if isinstance(event, dict))
    else:
        yield activity


def bigquery(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """A row of BigQuery's REST interface (``row`` with ``f`` and ``v``, ``schema``) by its names; None for others."""
    row, schema = part(value.get("row")), part(value.get("schema"))
    if not isinstance(row.get("f"), list) or not isinstance(schema.get("fields"), list):
        return None
    return record(row["f"], schema["fields"], 0)


def record(cells: object, fields: object, depth: int) -> dict[str, Any]:
    if not isinstance(cells, list) or not isinstance(fields, list) or depth > DEEPEST:
        return {}
    found: dict[str, Any] = {}
    for cell, field in zip(cells, fields, strict=False):
        said = part(field)
        value = part(cell).get("v")
        if isinstance(value, list):
            value = [inner(part(each).get("v"), said, depth) for each in value]
        else:
            value = inner(value, said, depth)
        if value is not None:
            found[str(said.get("name"))] = value
    return found


def inner(value: object, field: Mapping[str, Any], depth: int) -> Any:
    nested = isinstance(value, dict) and isinstance(value.get("f"), list)
    return record(part(value)["f"], field.get("fields"), depth + 1) if nested else value


def truth(value: object) -> bool:
    return value is True or str(value).lower() == "true"
