"""Fields of an audit record, whatever the case of their names."""

from collections.abc import Mapping
from typing import Any

import orjson

from hinomi.library.formats import jsonlines

KEPT = (
    *("RecordType", "ResultStatus", "UserType", "ObjectId", "ApplicationId", "RequestType", "ErrorNumber"),
    *("LogonError", "LogonType", "Folder", "TargetUserOrGroupType", "TargetUserOrGroupName"),
)
PAIRED = ("Parameters", "ModifiedProperties", "ExtendedProperties", "DeviceProperties")
"""Fields that have no column or lose their own words in it, single and as lists of names and values."""
ABSENT = ("", "<null>", "N/A", "Not Available", "null")


class Audit:
    """A record by the lower-case names of its fields."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = {key.lower(): field for key, field in value.items()}

    def get(self, name: str) -> Any:
        return self.value.get(name)

    def text(self, *names: str) -> str | None:
        """The first of several fields that says something."""
        found = (jsonlines.text(self.value.get(name)) for name in names)
        return next((text for text in found if text is not None and text.strip() not in ABSENT), None)


def kept(audit: Audit) -> str | None:
    """What a record says beyond its columns, under its own names, as JSON text."""
    single = {name: text for name in KEPT if (text := audit.text(name.lower())) is not None}
    paired = {name: pairs for name in PAIRED if (pairs := named(audit.get(name.lower())))}
    target = audit.get("target")
    targets = [str(one.get("ID")) for one in target if isinstance(one, dict)] if isinstance(target, list) else []
    request = {"RequestType": said} if (said := paired.get("ExtendedProperties", {}).get("RequestType")) else {}
    found = request | single | paired | ({"Target": " ".join(targets)} if targets else {})
    return orjson.dumps(found).decode() if found else None


def named(pairs: object) -> dict[str, str]:
    """``[{"Name": "UserAgent", "Value": "…"}]`` as a mapping; a list of other things is none."""
    if not isinstance(pairs, list):
        return {}
    known = [pair for pair in pairs if isinstance(pair, dict)]
    return {str(pair.get("Name")): str(pair.get("Value") or pair.get("NewValue") or "") for pair in known}


def nested(value: object) -> dict[str, Any]:
    """An object, or one that was written as JSON text."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}
    return value if isinstance(value, dict) else {}
