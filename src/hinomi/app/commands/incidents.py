"""``hinomi incidents``: one company's incidents, for another tool."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hinomi.app import place
from hinomi.app.data import open_desk


@click.command()
@click.option("--tenant", required=True, help="企業 (company)")
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@place.data_dir_option
def command(tenant: str, as_json: bool, data_dir: Path) -> None:
    """一社のインシデントを新しい順に表示します (one company's incidents, newest first)."""
    open_desk(data_dir)
    from hinomi.incidents.queries import for_tenant
    from hinomi.tenants import queries

    owner = queries.tenant(tenant)
    rows = [document(incident) for incident in for_tenant(owner).order_by("-last_seen", "uid")]
    if as_json:
        click.echo(json.dumps({"tenant": tenant, "incidents": rows}, ensure_ascii=False, indent=1))
        return
    for row in rows:
        seen = datetime.fromisoformat(row["first_seen"]).astimezone(owner.zone)
        click.echo(f"{seen:%Y-%m-%d %H:%M}  {row['status']:8} {row['host'] or '-':12} {row['title']}")
    if not rows:
        click.echo("インシデントはありません (no incidents).", err=True)


def document(incident: Any) -> dict[str, Any]:
    """An incident with its timeline, the reasons its findings belong together, and what correlation made of it.

    Codes are those of :mod:`hinomi.ocsf.course`; times are UTC, ISO 8601.
    """
    from hinomi.incidents.models import HowSoon

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
