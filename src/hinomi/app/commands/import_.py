"""``hinomi import``: files of one sensor into the lake, every line accounted for."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from hinomi.app import intake, place
from hinomi.app.correlating import follow
from hinomi.app.data import open_desk
from hinomi.app.lookout import lookout
from hinomi.app.zone import timezone_option
from hinomi.lake.landing import checked
from hinomi.library import catalog
from hinomi.pipeline.run import River, drain


@click.command("import")
@click.option("--tenant", required=True, help="企業 (company)")
@click.option("--source", required=True, help="機器の種類 (hinomi source list に一覧)")
@click.option("--sensor", help="機器の名前。省くと機器の種類と同じ (default: the source's name)")
@timezone_option
@place.data_dir_option
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で (machine-readable result)")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def command(
    tenant: str,
    source: str,
    sensor: str | None,
    timezone: ZoneInfo,
    data_dir: Path,
    as_json: bool,
    paths: tuple[str, ...],
) -> None:
    """ファイル・フォルダ・.gz・.zst・.zip・標準入力 (-) のログを取り込みます (import logs).

    同じファイルをもう一度取り込んでも、二重には数えません (the same file is not counted twice).
    """
    started = time.monotonic()
    manifest = catalog.source_manifest(source)
    sensor = checked(sensor or source)
    landing, lake = place.landing(data_dir), place.lake(data_dir)
    received = intake.receive(
        landing, paths, tenant=checked(tenant), sensor=sensor, manifest=manifest, timezone=timezone
    )
    for problem in received.problems:
        click.echo(str(problem), err=True)
    if received.headers:
        introduce(data_dir, tenant, sensor, manifest.name)
    river = River(landing, lake, lookout(data_dir))
    drain(river)
    follow(lake, river.lookout.rules, datetime.now(UTC))
    settle_desk(data_dir, tenant)
    result = intake.totals(lake, tenant, received.headers) | {"seconds": round(time.monotonic() - started, 3)}
    if as_json:
        click.echo(json.dumps(result))
    else:
        show(result, received.known, tenant)
    if received.problems:
        raise click.exceptions.Exit(1)


def introduce(data_dir: Path, tenant: str, sensor: str, source: str) -> None:
    """Say under which new names this is filed: a mistyped one should not pass unseen.

    Only once the lines are safe, for the desk may be away; and before a running ``serve`` registers the names.
    """
    open_desk(data_dir)
    from hinomi.app.registration import introductions

    for said in introductions(tenant, sensor, source):
        click.echo(said, err=True)


def settle_desk(data_dir: Path, tenant: str) -> None:
    """Known to the desk from now on: the company, its sensors, and what was found."""
    open_desk(data_dir)
    from hinomi.app.registration import known_tenant
    from hinomi.app.watching import look_over_time
    from hinomi.app.worker import settle

    now, lake = datetime.now(UTC), place.lake(data_dir)
    known_tenant(tenant, now)
    look_over_time(lake, now)
    settle(lake, now)


def show(result: dict[str, int | float], known: int, tenant: str) -> None:
    click.echo(
        f"{tenant}: {result['lines']:,} 行を読み、{result['events']:,} 件のイベント、"
        f"{result['findings']:,} 件の検知になりました ({result['seconds']} 秒)。",
        err=True,
    )
    if result["rejects"]:
        click.echo(
            f"{result['rejects']:,} 行は読めませんでした。原文は残っています。"
            "理由はコンソールの「読めなかった行」にあります (not readable; kept, with reasons in the console).",
            err=True,
        )
    if known:
        click.echo(f"{known} 個は前に取り込み済みのため、数えていません (already received).", err=True)
