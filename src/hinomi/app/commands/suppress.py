"""``hinomi suppress``: findings that need not be raised, with reason, owner and end; what they hide is counted."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hinomi.app import place
from hinomi.app.data import open_desk
from hinomi.app.rulenames import nearest, rule_names
from hinomi.ocsf.suppression import COLUMNS, Condition, Operator

if TYPE_CHECKING:
    from hinomi.incidents.models import Suppression

DAYS = 90
WIDE = ("verdict/", "intelligence/")
"""Not one rule, but all that a kind of device or a feed finds."""


class Stated(click.ParamType[Condition]):
    """``COLUMN=VALUE`` or ``COLUMN:OPERATOR=VALUE``."""

    name = "COLUMN[:OPERATOR]=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Condition:
        asked, equals, wanted = str(value).partition("=")
        column, _, how = asked.partition(":")
        if not equals or column not in COLUMNS or (how or "is") not in list(Operator):
            self.fail(
                f"「{value}」は読めません。例: process.name=AnyDesk.exe、dst_endpoint.ip:network=198.51.100.0/24。"
                f"項目 (columns): {', '.join(COLUMNS)}。比べ方 (operators): {', '.join(Operator)}",
                param,
                ctx,
            )
        return Condition(column, Operator(how or "is"), wanted)


@click.group()
def command() -> None:
    """知らせなくてよい検知 (findings that need not be raised)."""


@command.command()
@click.option("--rule", required=True, help="ルールの id (finding_info.analytic.uid)")
@click.option("--tenant", help="企業 (company)")
@click.option("--all", "for_all", is_flag=True, help="全企業 (every company)")
@click.option("--where", "conditions", multiple=True, type=Stated(), help="条件。複数ならすべて (all must hold)")
@click.option("--reason", required=True, help="理由 (why)")
@click.option("--days", type=click.IntRange(1, 365), default=DAYS, show_default=True, help="期限までの日数 (it ends)")
@click.option("--even-unknown", is_flag=True, help="まだ知らない id でも決める (also a rule not known yet)")
@place.data_dir_option
def add(
    rule: str,
    tenant: str | None,
    for_all: bool,
    conditions: tuple[Condition, ...],
    reason: str,
    days: int,
    even_unknown: bool,
    data_dir: Path,
) -> None:
    """知らせなくてよい検知を、理由と期限を付けて決めます (state a suppression)."""
    if (tenant is None) != for_all:
        raise click.UsageError("--tenant か --all のどちらか一つを書いてください (give one of them).")
    if rule.startswith(WIDE) and not conditions:
        raise click.UsageError(
            f"{rule} は機器や情報源の検知すべてです。--where で絞ってください (all that it finds: say --where)."
        )
    open_desk(data_dir)
    if not even_unknown:
        check_known(rule, data_dir)
    from hinomi.deliver.suppressed import hidden
    from hinomi.incidents import suppressing
    from hinomi.tenants import queries
    from hinomi.tenants.models import Tenant

    now = datetime.now(UTC)
    company = queries.tenant(tenant) if tenant else None
    row = suppressing.suppress(
        None,
        tenant=company,
        rule=rule,
        conditions=conditions,
        reason=reason,
        until=now + timedelta(days=days),
        now=now,
    )
    everyone = [tenant] if tenant else list(Tenant.objects.values_list("uid", flat=True))
    covered = hidden(place.lake(data_dir), [suppressing.as_value(row)], everyone, now.replace(tzinfo=None))[row.uid]
    click.echo(f"この30日では {covered.findings:,} 件に当たります (findings of the last 30 days).", err=True)
    click.echo(row.uid)


def check_known(rule: str, data_dir: Path) -> None:
    """A slip of the pen would suppress nothing, and nobody would see it."""
    names = rule_names(data_dir)
    if rule in names:
        return
    like = "".join(f"\n  {one}" for one in nearest(rule, names))
    raise click.UsageError(
        f"「{rule}」という id のルールはありません。"
        + (f"これのことですか (did you mean):{like}" if like else "hinomi rules list で確かめてください。")
        + "\nこれから入れるルールなら --even-unknown を付けてください (no such rule; --even-unknown for one to come)."
    )


@command.command()
@click.argument("uid")
@place.data_dir_option
def end(uid: str, data_dir: Path) -> None:
    """期限の前にやめます (end it now)."""
    open_desk(data_dir)
    from hinomi.incidents import suppressing

    suppressing.end(None, uid, datetime.now(UTC))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@place.data_dir_option
def listing(as_json: bool, data_dir: Path) -> None:
    """抑止と、この30日に隠した件数 (suppressions, and what they hid in the last 30 days)."""
    open_desk(data_dir)
    from hinomi.deliver.suppressed import hidden
    from hinomi.incidents import suppressing
    from hinomi.incidents.models import Suppression
    from hinomi.tenants.models import Tenant

    rows = list(Suppression.objects.select_related("owner"))
    everyone = list(Tenant.objects.values_list("uid", flat=True))
    now = datetime.now(UTC).replace(tzinfo=None)
    counts = hidden(place.lake(data_dir), map(suppressing.as_value, rows), everyone, now)
    documents = [as_document(row, counts[row.uid].findings) for row in rows]
    if as_json:
        click.echo(json.dumps(documents, ensure_ascii=False, indent=1))
        return
    for one in documents:
        where = " ".join(f"{column}:{how}={value}" for column, how, value in one["where"])
        click.echo(
            f"{one['uid']}  {one['tenant'] or '全企業'}  {one['rule']}  {where}  {one['until']} まで"
            f"  {one['hidden']:,} 件  {one['reason']}"
        )


def as_document(row: "Suppression", count: int) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "tenant": row.tenant_id,
        "rule": row.rule,
        "where": row.conditions,
        "reason": row.reason,
        "owner": row.owner.username if row.owner else None,
        "created": row.created.isoformat(),
        "until": row.until.isoformat(),
        "hidden": count,
    }
