"""An incident as a JSON document, for other tools: the command line and the API say the same."""

from datetime import UTC, datetime
from typing import Any

from hinomi.incidents.models import HowSoon, Incident


def gist(incident: Incident) -> dict[str, Any]:
    """What a list says of it; times are UTC, ISO 8601."""
    return {
        "uid": incident.uid,
        "tenant": incident.tenant_id,
        "title": incident.title,
        "kind": incident.kind,
        "severity_id": incident.severity_id,
        "status": incident.status,
        "host": incident.host or None,
        "address": incident.address or None,
        "user": incident.user_name or None,
        "first_seen": moment(incident.first_seen),
        "last_seen": moment(incident.last_seen),
        "urgency": HowSoon(incident.urgency).code.value,
    }


def document(incident: Incident) -> dict[str, Any]:
    """An incident with its timeline, the reasons its findings belong together, and what correlation made of it.

    Codes are those of :mod:`hinomi.ocsf.course`.
    """
    return {
        **gist(incident),
        "priority": incident.assessment.get("priority"),
        "courses": incident.assessment.get("courses", []),
        "stages": incident.assessment.get("stages", []),
        "spread": incident.assessment.get("spread"),
        "lookback": incident.assessment.get("lookback"),
        "timeline": [
            {
                "time": moment(entry.time),
                "finding": entry.finding,
                "sensor": entry.sensor,
                "kind": entry.kind,
                "title": entry.title,
                "detail": entry.detail,
                "severity_id": entry.severity_id,
                "disposition_id": entry.disposition_id,
            }
            for entry in incident.entries.all()
        ],
        "links": [
            {
                "finding": link.finding,
                "other": link.other,
                "kind": link.kind,
                "value": link.value,
                "reason": link.reason,
            }
            for link in incident.links.all()
        ],
    }


def moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()
