"""``hinomi reparse``: kept logs read again, after a mapping was mended or as of another source or time zone."""

import json
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from hinomi.app import intake, place
from hinomi.app.commands.events import MOMENTS, utc
from hinomi.app.commands.import_ import settle_desk
from hinomi.app.correlating import follow
from hinomi.app.data import open_desk
from hinomi.app.lookout import lookout
from hinomi.app.zone import TimeZone
from hinomi.lake.landing import checked
from hinomi.library import catalog
from hinomi.pipeline import reparse
from hinomi.pipeline.epoch import Correction
from hinomi.pipeline.reparse import Kept, Unread, Wanted
from hinomi.pipeline.run import River, drain, read_again

SHOWN = 5
"""Blocks that could not be read again and are named one by one."""


@click.command()
@click.option("--tenant", required=True, help="企業 (company)")
@click.option("--sensor", help="この機器のものだけ (of this sensor only)")
@click.option("--source", help="今この種類として読まれているものだけ (read as of this source so far)")
@click.option("--block", help="この受信ブロックだけ (this block only)")
@click.option("--since", type=click.DateTime(MOMENTS), help="この時刻から受信したもの (received from, inclusive)")
@click.option("--until", type=click.DateTime(MOMENTS), help="この時刻までに受信したもの (received to, exclusive)")
@click.option("--rejected", is_flag=True, help="読めなかった行があるものだけ (only blocks with unread lines)")
@click.option("--as-source", help="これからはこの種類として読む (read as of this source from now on)")
@click.option("--timezone", type=TimeZone(), help="これからはこの時間帯で読む (in this zone from now on)")
@place.data_dir_option
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で (machine-readable result)")
def command(
    tenant: str,
    sensor: str | None,
    source: str | None,
    block: str | None,
    since: datetime | None,
    until: datetime | None,
    rejected: bool,
    as_source: str | None,
    timezone: ZoneInfo | None,
    data_dir: Path,
    as_json: bool,
) -> None:
    """保存してある原本を読み直し、前の結果と入れ替えます (read kept logs again; the new result replaces the old).

    機器の読み方 (mapping) を直したあとや、機器の種類・時間帯を間違えて取り込んだときに使います。
    いつ止めても、行が消えたり二重になったりしません。--since と --until は企業の時間帯です。
    """
    started = time.monotonic()
    if as_source is not None:
        catalog.source_manifest(as_source)
    open_desk(data_dir)
    from hinomi.tenants import queries

    owner = queries.tenant(checked(tenant))
    river = River(place.landing(data_dir), place.lake(data_dir), lookout(data_dir))
    drain(river)
    span = (utc(since, owner.zone), utc(until, owner.zone))
    wanted = Wanted(tenant, sensor, source, block, *span, rejected_only=rejected)
    chosen, unread = reparse.choose(river, wanted)
    correction = Correction(tenant, as_source, timezone.key if timezone else None)
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=len(chosen), label="読み直し (reparsing)", file=sys.stderr, hidden=hidden) as bar:
        unread += read_again(river, correction, chosen, lambda outcome: bar.update(1))
    follow(river.lake, river.lookout.rules, datetime.now(UTC))
    settle_desk(data_dir, tenant)
    result = counted(river, tenant, chosen, unread) | {"seconds": round(time.monotonic() - started, 3)}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        show(result, tenant)
    if (as_source or timezone) and chosen:
        remind(tenant, {kept.sensor for kept in chosen}, correction)
    if unread:
        raise click.exceptions.Exit(1)


def counted(river: River, tenant: str, chosen: list[Kept], unread: list[Unread]) -> dict[str, Any]:
    """What the blocks that were read again hold now, and what they held before."""
    left = {one.block for one in unread}
    done = [kept for kept in chosen if kept.block not in left]
    before = {
        "events": sum(kept.events for kept in done),
        "rejects": sum(kept.rejects for kept in done),
        "findings": sum(kept.findings for kept in done),
    }
    unread_rows = [{"block": one.block, "problem": one.problem} for one in unread]
    (now,) = river.lake.ask(tenant, intake.TOTALS, [[kept.block for kept in done]]).rows()
    return now | {"before": before, "unread": unread_rows}


def show(result: dict[str, Any], tenant: str) -> None:
    if not result["blocks"] and not result["unread"]:
        click.echo(f"{tenant}: 読み直す受信ブロックはありません (there is nothing to read again).", err=True)
        return
    before = result["before"]
    click.echo(
        f"{tenant}: {result['blocks']:,} 個の受信ブロック ({result['lines']:,} 行) を読み直しました "
        f"({result['seconds']} 秒)。",
        err=True,
    )
    for name, word in (("events", "イベント"), ("findings", "検知"), ("rejects", "読めなかった行")):
        click.echo(f"  {word} ({name}): {before[name]:,} → {result[name]:,}", err=True)
    for one in result["unread"][:SHOWN]:
        click.echo(f"  {one['block']}: {one['problem']}", err=True)
    if result["unread"]:
        click.echo(
            f"{len(result['unread']):,} 個は読み直せず、前の結果のままです (not read again; rows are as they were).",
            err=True,
        )


def remind(tenant: str, names: set[str], correction: Correction) -> None:
    """Lines to come are read as the desk says: where that still is the old way, the command that mends it."""
    from hinomi.tenants.models import Sensor

    for sensor in Sensor.objects.filter(tenant_id=tenant, name__in=names):
        source, timezone = correction.source or sensor.source, correction.timezone or sensor.timezone
        if (source, timezone) == (sensor.source, sensor.timezone):
            continue
        named = catalog.manifests().get(sensor.source)
        own_title = "" if named and sensor.title == named.title["ja"] else sensor.title
        words = ["hinomi", "sensor", "add", sensor.name, "--tenant", tenant, "--source", source, "--timezone", timezone]
        for option, value in (
            ("--title", own_title),
            ("--port", sensor.listener_port),
            ("--peer", sensor.listener_peer),
            ("--certificate", sensor.listener_certificate),
        ):
            words += [option, str(value)] if value else []
        click.echo(
            "これから届く行も同じように読むには、登録も直してください (for lines to come, correct the sensor too):\n"
            f"  {shlex.join(words)}",
            err=True,
        )
