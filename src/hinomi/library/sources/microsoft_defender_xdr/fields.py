"""What the records of Defender have in common: times, machines, people, processes, JSON within texts."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.formats import times
from hinomi.library.formats.addresses import ip, mac
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import part, text
from hinomi.library.formats.processes import account, joined, kept, number, process, ransomware, said
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

Event = Mapping[str, Any]

PRODUCT = ("Microsoft", "Defender XDR")
UTC = ZoneInfo("UTC")
CREATE = 1
SEVERITIES = {
    "informational": SeverityId.INFORMATIONAL, "low": SeverityId.LOW, "medium": SeverityId.MEDIUM,
    "high": SeverityId.HIGH, "critical": SeverityId.CRITICAL,
}  # fmt: skip
TIMES = ("Timestamp", "TimeGenerated", "time", "EndTime", "DataAggregationEndTime", "CreatedDateTime")


def nested(value: object) -> Any:
    """An object or a list, also one that was written as JSON text; texts of anything else are themselves."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def more(event: Event) -> Event:
    """``AdditionalFields``."""
    return part(nested(event.get("AdditionalFields")))


def when(event: Event, *names: str) -> Row:
    for name in names or TIMES:
        if time := times.iso(event.get(name), UTC) or times.epoch(event.get(name)):
            return {"time": time, "metadata.original_time": text(event[name])}
    return {}


def machine(event: Event) -> Row:
    addresses = [part(each) for each in nested(event.get("IPAddresses")) or [] if isinstance(each, dict)]
    local = [found for each in addresses if each.get("AddressType") != "LinkLocal" and (found := ip(each["IPAddress"]))]
    first = next((each for each in local if "." in each), local[0] if local else None)
    return kept(
        {
            "device.hostname": said(event, "DeviceName"),
            "device.ip": first or ip(said(event, "LocalIP")),
            "device.mac": mac(said(event, "MacAddress")),
            "device.uid": said(event, "DeviceId"),
            "device.os.name": said(event, "OSPlatform"),
        }
    )


def person(column: str, event: Event, prefix: str = "") -> Row:
    """``Account*``, or ``InitiatingProcessAccount*``; who has no name has an address or is shown somehow."""
    name = said(event, *(prefix + each for each in ("AccountName", "AccountUpn", "AccountDisplayName")))
    uid = said(event, prefix + "AccountSid", prefix + "AccountObjectId")
    return account(column, name, said(event, prefix + "AccountDomain"), uid)


def initiating(event: Event, column: str = "actor.process") -> Row:
    """The process that did it."""
    return process(
        column,
        joined(event.get("InitiatingProcessFolderPath"), event.get("InitiatingProcessFileName")),
        event.get("InitiatingProcessCommandLine"),
        number(event.get("InitiatingProcessId")) or None,
        event.get("InitiatingProcessFileName"),
    )


def above(event: Event) -> Row:
    """The parent of the process that did it."""
    return process(
        "process.parent_process",
        name=event.get("InitiatingProcessParentFileName"),
        pid=number(event.get("InitiatingProcessParentId")) or None,
    )


def finding(
    title: str | None, kinds: list[str], severity: SeverityId, raw: str, done: DispositionId, unmapped: str | None
) -> Row:
    titled = title or (kinds[0] if kinds else "Defender")
    named = ransomware(titled, kinds)
    return {
        **activity(ClassUid.DETECTION_FINDING, CREATE, product=PRODUCT),
        **verdict(
            titled,
            kinds[0] if kinds else "Alert",
            severity=max(severity, SeverityId.HIGH) if named else severity,
            raw=raw,
            disposition=done,
            unmapped=unmapped,
        ),
        **({"finding_info.types": kinds} if kinds else {}),
        **named,
    }


def level(value: object) -> SeverityId:
    return SEVERITIES.get((text(value) or "").lower(), SeverityId.MEDIUM)


def rest(event: Event, *names: str) -> str | None:
    return evidence({name: nested(event.get(name)) for name in names}, *names)
