"""Vision One's endpoint activity: what its sensors saw, by ``eventId`` and ``eventSubId``.

Source: Trend Vision One Automation Center, "Search - endpoint activity data", eventId and eventSubId.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from hinomi.library.formats.events import activity
from hinomi.library.formats.jsonlines import integer, texts
from hinomi.library.formats.processes import account, file, process
from hinomi.library.formats.rows import Row
from hinomi.library.sources.trendmicro_vision_one.fields import (
    Object,
    acting,
    connection,
    evidence_process,
    machine,
    said,
    touched_file,
)
from hinomi.ocsf.classes import ClassUid

PRODUCT = ("Trend Micro", "Vision One")
LOAD_IMAGE, LAUNCH, LOAD = 4, 1, 1


def started(value: Object) -> Row:
    """The process an event is about is its object, that which acts its subject."""
    path = said(value, "objectFilePath", "objectName")
    parent = said(value, "processFilePath", "processName")
    return {
        **process("process", path, value.get("objectCmd"), value.get("objectPid")),
        **process("process.parent_process", parent, value.get("processCmd"), value.get("processPid")),
        **file(None, None, value.get("objectFileHashSha256")),
        **account("user", value.get("objectUser"), value.get("objectUserDomain")),
    }


def looked_up(value: Object) -> Row:
    answers = [found for name in ("objectIps", "objectIp") for found in texts(value.get(name))]
    return {"query.hostname": said(value, "hostName", "objectHostName", "request"), "answers": answers or None}


def registered(value: Object) -> Row:
    return {
        "reg_key.path": said(value, "objectRegistryKeyHandle"),
        "reg_value.name": said(value, "objectRegistryValue"),
        "reg_value.data": said(value, "objectRegistryData"),
    }


def scripted(value: Object) -> Row:
    return {"script.script_content": "\n".join(texts(value.get("objectRawDataStr"))) or None, **evidence_process(value)}


def nothing(value: Object) -> Row:
    return {}


@dataclass(frozen=True)
class Family:
    """Events of one ``eventId``: their class, the activity of each ``eventSubId``, and what is theirs."""

    class_uid: ClassUid
    activities: dict[int, int] = field(default_factory=dict)
    otherwise: int = 99
    details: Callable[[Object], Row] = nothing


FAMILIES = {
    "1": Family(ClassUid.PROCESS_ACTIVITY, {1: 3, 2: 1, 3: 2, 5: 1}, details=started),
    "2": Family(
        ClassUid.FILE_ACTIVITY, {101: 1, 102: 14, 103: 4, 104: 7, 105: 1, 106: 5, 108: 6, 109: 3}, 99, touched_file
    ),
    "3": Family(ClassUid.NETWORK_ACTIVITY, {202: 7}, 1, connection),
    "4": Family(ClassUid.DNS_ACTIVITY, {}, 1, looked_up),
    "5": Family(ClassUid.REGISTRY_VALUE_ACTIVITY, {402: 2, 403: 4}, 99, registered),
    "6": Family(ClassUid.ACCOUNT_CHANGE, {501: 1, 502: 6}, 99),
    "7": Family(ClassUid.HTTP_ACTIVITY, {}, 0, connection),
    "8": Family(ClassUid.PROCESS_ACTIVITY, {}, 4, started),
    "9": Family(ClassUid.PROCESS_ACTIVITY, {}, 99, started),
    "11": Family(ClassUid.SCRIPT_ACTIVITY, {}, 1, scripted),
    "13": Family(ClassUid.PROCESS_ACTIVITY, {}, 99, started),
}
NAMES = {
    "TELEMETRY_PROCESS": "1", "TELEMETRY_FILE": "2", "TELEMETRY_CONNECTION": "3", "TELEMETRY_DNS": "4",
    "TELEMETRY_REGISTRY": "5", "TELEMETRY_ACCOUNT": "6", "TELEMETRY_INTERNET": "7", "TELEMETRY_MODIFIED_PROCESS": "8",
    "TELEMETRY_WINDOWS_HOOK": "9", "TELEMETRY_WINDOWS_EVENT": "10", "TELEMETRY_AMSI": "11", "TELEMETRY_WMI": "12",
    "TELEMETRY_MEMORY": "13", "TELEMETRY_BM": "14",
}  # fmt: skip
KEYS = {401: 1, 404: 5, 405: 4}
"""Changes of registry keys rather than of their values: create, rename, delete."""
FIRST_DETECTION = 100_000
"""Events of detections have numbers from here on."""


def is_telemetry(value: Object) -> bool:
    number = event_id(value)
    return number.isdigit() and int(number) < FIRST_DETECTION


def event_id(value: Object) -> str:
    found = said(value, "eventId") or said(value, "eventName") or ""
    return NAMES.get(found, found)


def row(value: Object) -> Row:
    """Columns of an endpoint's activity; a Base Event where its kind is not known."""
    number, sub = event_id(value), integer(value.get("eventSubId")) or 0
    family = FAMILIES.get(number)
    found: Row = {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        "metadata.log_name": "endpoint activity",
        "metadata.event_code": f"{number}.{sub}" if sub else number,
        "metadata.correlation_uid": said(value, "uuid"),
        **machine(value),
    }
    if family is None:
        message = " ".join(part for part in ("Vision One", number, said(value, "eventName", "objectCmd")) if part)
        return {**found, **acting(value), "message": message}
    found |= {"class_uid": int(family.class_uid), "activity_id": family.activities.get(sub, family.otherwise)}
    found |= {**acting(value), **family.details(value)}
    if number == "1" and sub == LOAD_IMAGE:
        found = {name: item for name, item in found.items() if not name.startswith("process.")}
        found |= {
            "class_uid": int(ClassUid.MODULE_ACTIVITY),
            "activity_id": LOAD,
            "module.file.path": said(value, "objectFilePath", "objectName"),
        }
    if number == "5" and sub in KEYS:
        found |= {"class_uid": int(ClassUid.REGISTRY_KEY_ACTIVITY), "activity_id": KEYS[sub]}
    return found
