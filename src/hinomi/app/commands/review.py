"""``hinomi review``: what waits for a decision over all companies, and what deciding costs."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hinomi.app import place
from hinomi.app.data import open_desk

if TYPE_CHECKING:
    from hinomi.incidents.review.clusters import Cluster


@click.group()
def command() -> None:
    """全企業の確認待ちと、判断にかかった時間 (what waits for a decision, and what deciding costs)."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@place.data_dir_option
def listing(as_json: bool, data_dir: Path) -> None:
    """確認待ちを、急ぐ順に表示します (what waits, the most urgent first)."""
    open_desk(data_dir)
    from hinomi.incidents.review.clusters import everything

    waiting = everything(datetime.now(UTC))
    if as_json:
        click.echo(json.dumps([as_document(one) for one in waiting], ensure_ascii=False, indent=1))
        return
    for one in waiting:
        mark = " [再確認]" if one.again else ""
        click.echo(
            f"{one.key}  {len(one.tenants):3} 社 {len(one.cases):4} 件  {one.last_seen:%Y-%m-%d}  {one.title}{mark}"
        )
    if not waiting:
        click.echo("確認待ちはありません (nothing waits).", err=True)


def as_document(one: "Cluster") -> dict[str, Any]:
    """Times are UTC, ISO 8601; ``context`` has values by facet."""
    return {
        "key": one.key,
        "title": one.title,
        "kind": one.kind,
        "severity_id": one.likeness.severity_id,
        "urgency": one.first_case.incident.urgency,
        "tenants": [tenant.pk for tenant in one.tenants],
        "incidents": [case.incident.pk for case in one.cases],
        "findings": one.findings,
        "first_seen": one.first_seen.astimezone(UTC).isoformat(),
        "last_seen": one.last_seen.astimezone(UTC).isoformat(),
        "context": one.likeness.to_json(),
        "again": [
            {
                "decision": again.decision.pk,
                "verdict": again.decision.verdict,
                "reason": again.decision.reason,
                "is_over": again.is_over,
                "graver": again.new.graver,
                "new": {facet.value: sorted(values) for facet, values in again.new.facets.items()},
            }
            for again in one.again
        ],
    }


@command.command()
@click.option("--months", type=click.IntRange(1, 60), default=6, show_default=True, help="何か月分 (how many months)")
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@place.data_dir_option
def effort(months: int, as_json: bool, data_dir: Path) -> None:
    """企業と月ごとの時間と費用 (minutes and yen per company and month, as far as the console measures them)."""
    open_desk(data_dir)
    from django.conf import settings

    from hinomi.incidents.review.effort import BUDGET_YEN, latest
    from hinomi.tenants.models import Tenant

    companies = list(Tenant.objects.all())
    report = latest(companies, datetime.now(UTC), months)
    per_hour = settings.ANALYST_YEN_PER_HOUR
    rows = [
        {
            "tenant": row.tenant,
            "month": f"{row.month:%Y-%m}",
            "minutes": round(row.seconds / 60, 2),
            "yen": round(row.yen(per_hour)),
            "decisions": row.decisions,
            "decisions_shared": round(row.shared, 4),
            "recognised": row.recognised,
        }
        for row in report.rows
    ]
    if as_json:
        document = {
            "yen_per_hour": per_hour,
            "budget_yen": BUDGET_YEN,
            "companies": len(companies),
            "decisions_timed": report.looks,
            "median_minutes": None if report.median_seconds is None else round(report.median_seconds / 60, 2),
            "rows": rows,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    for one in rows:
        click.echo(
            f"{one['month']}  {one['tenant']:8} {one['minutes']:7.1f} 分 {one['yen']:7,} 円"
            f"  判断 {one['decisions']} 回  自動 {one['recognised']} 件"
        )
    if not rows:
        click.echo("まだ測ったものがありません (nothing measured yet).", err=True)
