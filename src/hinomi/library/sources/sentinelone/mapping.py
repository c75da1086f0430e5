"""SentinelOne: threats, alerts and activities of the interface, syslog of the console, Cloud Funnel.

A record says by its keys which it is. Times carry no zone: epochs, or texts in UTC.
"""

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import json_or_text
from hinomi.library.formats.addresses import ip, mac
from hinomi.library.formats.events import activity
from hinomi.library.formats.jsonlines import Document, part, text
from hinomi.library.formats.processes import account, kept, said
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.sentinelone import activities, findings, syslog, telemetry
from hinomi.library.sources.sentinelone.findings import PRODUCT, Event
from hinomi.ocsf.classes import ClassUid

WITHIN = ("data", "alerts", "value", "records")
NOT_OURS = "SentinelOne の記録ではありません (no record of SentinelOne)"
ACTIVITY = ("activityType", "activitytype")
INVENTORY = (("computerName", "networkInterfaces"), ("agentComputerName", "agentUuid"), ("siteId", "createdAt"),
             ("applicationName", "endpointName"))  # fmt: skip
"""Pairs of keys of agents, groups, applications and their risks."""


def normalize(payload: bytes, context: Context) -> Normalized:
    def document(found: Document) -> Row | Reject:
        row = event(json_or_text.carried(found.value), found.text())
        return row or found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)

    def line(found: Line) -> Row | Reject:
        fields = syslog.read(found.text)
        if fields is None:
            return found.reject(Reason.NOT_THIS_FORMAT, NOT_OURS)
        return activities.row(fields, found.whole, "syslog")

    return json_or_text.normalize(payload, context, document, line, within=WITHIN)


def event(value: Event, raw: str) -> Row | None:
    if part(value.get("threatInfo")):
        return findings.threat(value, raw)
    if part(value.get("alertInfo")):
        return findings.star(value, raw)
    if any(name in value for name in ACTIVITY):
        return activities.row(activities.flat(value), raw)
    if telemetry.is_telemetry(value):
        return telemetry.row(value, raw)
    if "detectedAt" in value and "severity" in value and any(name in value for name in ("assets", "asset", "name")):
        return findings.unified(value, raw)
    return inventory(value) if any(all(name in value for name in pair) for pair in INVENTORY) else None


def inventory(value: Event) -> Row:
    """Agents, groups and applications: states, no events."""
    interface = findings.first(value, "networkInterfaces")
    return {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        **findings.when(value, "updatedAt", "lastActiveDate", "createdAt", "detectionDate"),
        **account("user", said(value, "lastLoggedInUserName"), said(value, "domain")),
        **kept(
            {
                "device.hostname": said(value, "computerName", "agentComputerName", "endpointName"),
                "device.ip": ip(said(value, "lastIpToMgmt")) or ip(said(interface, "inet")),
                "device.mac": mac(interface.get("physical")),
                "device.uid": said(value, "uuid", "agentUuid", "endpointUuid"),
                "device.os.name": said(value, "osName", "agentOsType", "osType"),
            }
        ),
        "message": " ".join(("SentinelOne", text(value.get("name") or value.get("computerName")) or "")).strip(),
    }
