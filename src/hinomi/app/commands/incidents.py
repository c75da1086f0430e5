"""``hinomi incidents``: one company's incidents, for another tool."""

import json
from datetime import datetime
from pathlib import Path

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
    from hinomi.incidents.document import document
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
