"""From the desk's rows, and what the lake still holds of them, to what is forwarded to a vendor."""

from collections.abc import Mapping
from typing import Any

from hinomi.incidents import assessment
from hinomi.incidents.forwarding import MOST, Matter, Sign
from hinomi.incidents.models import Entry, Incident
from hinomi.library import catalog
from hinomi.tenants.models import Sensor

Row = Mapping[str, Any]


def told_of(incident: Incident) -> list[Entry]:
    """The gravest findings, in order of time: as many as are told one by one."""
    gravest = incident.entries.order_by("-severity_id", "time", "finding")[:MOST]
    return sorted(gravest, key=lambda entry: (entry.time, entry.finding))


def matter(incident: Incident, asks: tuple[str, ...], centre: str, logged: Mapping[str, Row] | None = None) -> Matter:
    """``logged`` are rows of the lake by finding (columns of ``ocsf.schema``); without them the timeline's words do."""
    tenant, known = incident.tenant, assessment.of_incident(incident)
    devices = devices_of(tenant.uid)
    rows = logged or {}
    return Matter(
        reference=incident.pk,
        company=tenant.name,
        title=incident.title,
        severity_id=incident.severity_id,
        host=incident.host,
        address=incident.address,
        user=incident.user_name,
        first=incident.first_seen.astimezone(tenant.zone),
        last=incident.last_seen.astimezone(tenant.zone),
        findings=incident.entries.count(),
        signs=tuple(sign(entry, devices.get(entry.sensor, ""), rows.get(entry.finding)) for entry in told_of(incident)),
        outside=known.spread.outside if known.spread else (),
        asks=asks,
        centre=centre,
    )


def devices_of(tenant: str) -> dict[str, str]:
    """Vendor and product by the sensor's name."""
    shelf = catalog.manifests()
    return {
        row.name: f"{shelf[row.source].vendor} {shelf[row.source].product}" if row.source in shelf else row.title
        for row in Sensor.objects.filter(tenant=tenant)
    }


def sign(entry: Entry, device: str, row: Row | None) -> Sign:
    told = Sign(
        time=entry.time,
        sensor=entry.sensor,
        device=device,
        title=entry.title,
        disposition_id=entry.disposition_id,
        detail="" if row else entry.detail,
    )
    return logged(told, row) if row else told


def logged(told: Sign, row: Row) -> Sign:
    def first(*columns: str) -> str:
        return next((str(row[column]) for column in columns if row.get(column)), "")

    def end(side: str) -> str:
        name, port = first(f"{side}.ip", f"{side}.hostname"), row.get(f"{side}.port")
        return f"{name}:{port}" if name and port else name

    return Sign(
        time=told.time,
        sensor=told.sensor,
        device=told.device,
        title=told.title,
        rule=first("metadata.event_code", "finding_info.analytic.uid"),
        source=end("src_endpoint"),
        destination=end("dst_endpoint"),
        url=first("url.url_string", "query.hostname"),
        file=first("file.path", "file.name"),
        sha256=first("file.hashes.sha256"),
        user=first("actor.user.name", "user.name"),
        detail=first("process.cmd_line", "actor.process.cmd_line"),
        disposition_id=told.disposition_id,
        count=row.get("count") or 1,
    )
