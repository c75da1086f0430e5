"""Microsoft Defender XDR: streams of advanced hunting, alerts and incidents of Graph and of the older interfaces.

A record of a stream names its table in ``category``; rows of a query or of Sentinel are known by their columns.
"""

import re

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import json_or_text
from hinomi.library.formats.events import activity
from hinomi.library.formats.json_or_table import records
from hinomi.library.formats.jsonlines import Document, part
from hinomi.library.formats.processes import said
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.microsoft_defender_xdr import alerts, devices, identities, mail
from hinomi.library.sources.microsoft_defender_xdr.fields import PRODUCT, Event, level, machine, nested, person, when
from hinomi.ocsf.classes import ClassUid

WITHIN = ("records", "value", "Results", "results")
HEADINGS = ("Timestamp", "TimeGenerated")
NOT_OURS = "Defender の記録ではありません (no record of Defender)"
PREFIX = "AdvancedHunting-"
ALERT_TABLES = ("AlertInfo", "AlertEvidence")
BEHAVIOURS = ("BehaviorInfo", "BehaviorEntities")
GUESSES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("AlertId", "EntityType"), "AlertEvidence"),
    (("AlertId", "Severity"), "AlertInfo"),
    (("DeliveryAction",), "EmailEvents"),
    (("RegistryKey", "DeviceId"), "DeviceRegistryEvents"),
    (("LogonType", "DeviceId"), "DeviceLogonEvents"),
    (("LogonType", "AccountUpn"), "IdentityLogonEvents"),
    (("QueryTarget",), "IdentityQueryEvents"),
    (("RemoteIPType",), "DeviceNetworkEvents"),
    (("ProcessVersionInfoProductName",), "DeviceProcessEvents"),
    (("Url", "Workload"), "UrlClickEvents"),
    (("ActivityObjects",), "CloudAppEvents"),
    (("DeviceId", "Timestamp"), "DeviceEvents"),
)
"""Tables by columns that rows of others lack."""
BY_ACTION = (("ProcessCreated", "DeviceProcessEvents"), ("File", "DeviceFileEvents"),
             ("Connection", "DeviceNetworkEvents"), ("ImageLoaded", "DeviceImageLoadEvents"))  # fmt: skip
GRAPH = re.compile(r"security\.(alert|incident)$")
ALERT_KEYS = (("title", "severity", "category"), ("alertId", "title"), ("alertCreationTime", "severity"))
INCIDENT_KEYS = (("incidentId", "alerts"), ("incidentName", "severity"), ("incidentWebUrl", "displayName"))
INVENTORY = (
    ("computerDnsName", "osPlatform"),
    ("machineId", "requestor"),
    ("cveId", "deviceId"),
    ("deviceId", "cvssV3"),
)


def normalize(payload: bytes, context: Context) -> Normalized:
    met: set[str] = set()

    def document(found: Document) -> Row | Reject:
        row = event(json_or_text.carried(found.value), found.text(), met)
        return row or found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)

    def line(found: Line) -> Row | Reject:
        return found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)

    if is_table(payload):
        collector = Collector()
        for found in records(payload, WITHIN, HEADINGS):
            outcome, number = json_or_text.json_event(found, context, document, line)
            collector.add(number, outcome)
        return collector.normalized()
    return json_or_text.normalize(payload, context, document, line, within=WITHIN)


def is_table(payload: bytes) -> bool:
    """Whether the first line is the headings of a query's result, exported as CSV."""
    heading = payload[:65536].lstrip().partition(b"\n")[0]
    return b"{" not in heading and heading.count(b",") > 1 and any(name.encode() in heading for name in HEADINGS)


def event(value: Event, raw: str, met: set[str]) -> Row | None:
    """``met`` are the alerts that the payload has told of so far."""
    category, properties = said(value, "category") or "", value.get("properties")
    if category.startswith(PREFIX):
        own = part(nested(properties))
        return table(category.removeprefix(PREFIX), {"time": value.get("time"), **own}, raw, met)
    kind = GRAPH.search(said(value, "@odata.type") or "")
    if (kind and kind[1] == "incident") or has(value, INCIDENT_KEYS):
        return alerts.incident(value, raw)
    if kind or has(value, ALERT_KEYS):
        return alerts.alert(value, raw)
    name = guess(value)
    if name:
        return table(name, value, raw, met)
    return inventory(value) if has(value, INVENTORY) else None


def has(value: Event, keys: tuple[tuple[str, ...], ...]) -> bool:
    return any(all(name in value for name in names) for names in keys)


def guess(value: Event) -> str | None:
    """The table of a row without one; Sentinel's rows name it in ``Type``."""
    if "TimeGenerated" in value and (named := said(value, "Type")):
        return named if named in READERS or named.startswith("Device") else None
    if "Timestamp" not in value:
        return None
    action = said(value, "ActionType") or ""
    by_action = next((name for start, name in BY_ACTION if action.startswith(start)), None)
    if by_action and "DeviceId" in value:
        return by_action
    return next((name for names, name in GUESSES if all(each in value for each in names)), None)


READERS = {**mail.READERS, **identities.READERS, **dict.fromkeys((*ALERT_TABLES, *BEHAVIOURS))}


def table(name: str, event: Event, raw: str, met: set[str]) -> Row:
    own = {**when(event), "metadata.log_name": name, "metadata.event_code": said(event, "ActionType")}
    reader = READERS.get(name)
    if name in ALERT_TABLES:
        uid = said(event, "AlertId") or ""
        new = uid not in met and said(event, "Title") is not None
        if new:
            met.add(uid)
        return alerts.hunted(event, raw, new) | own
    if name in BEHAVIOURS:
        return behaviour(event) | own
    if reader:
        return reader(event, raw) | own
    return devices.row(name, event, raw) | own


def behaviour(event: Event) -> Row:
    """What Defender noticed and did not judge."""
    title = said(event, "Title", "ActionType")
    return {
        **activity(ClassUid.DETECTION_FINDING, 1, product=PRODUCT, severity=level(event.get("Severity"))),
        **machine(event),
        **alerts.entity(event, {}),
        **person("user", event),
        "finding_info.title": title,
        "finding_info.types": alerts.kinds(event.get("Categories")) or None,
        "finding_info.uid": said(event, "BehaviorId"),
        "message": said(event, "Description") or title,
    }


def inventory(value: Event) -> Row:
    """Machines, their vulnerabilities and what was ordered of them: states, no events."""
    named = {
        "DeviceName": said(value, "computerDnsName", "deviceName"),
        "DeviceId": said(value, "machineId", "deviceId", "id"),
        "LocalIP": said(value, "lastIpAddress"),
        "OSPlatform": said(value, "osPlatform"),
    }
    words = (said(value, "type"), said(value, "cveId"), said(value, "status", "healthStatus"))
    return {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        **when(value, "lastUpdateDateTimeUtc", "creationDateTimeUtc", "lastSeen", "lastSeenTimestamp"),
        **machine(named),
        "message": " ".join(each for each in words if each) or "Defender for Endpoint",
    }
