"""``hinomi events``: one company's events, for a spreadsheet, a notebook or another tool."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import duckdb
import orjson
import polars as pl

from hinomi.app import place
from hinomi.app.zone import timezone_option
from hinomi.lake.lake import Lake
from hinomi.ocsf.nested import to_objects
from hinomi.ocsf.schema import empty

MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
FORMULA = r"^[=+\-@\t\r]"


@click.command()
@click.option("--tenant", required=True, help="企業 (company)")
@click.option("--since", type=click.DateTime(MOMENTS), help="この時刻から (from, inclusive)")
@click.option("--until", type=click.DateTime(MOMENTS), help="この時刻まで (to, exclusive)")
@click.option("--where", help="DuckDB の条件 (a condition in SQL): \"src_endpoint.ip\" = '192.168.1.5'")
@click.option("--format", "form", type=click.Choice(["json", "csv", "parquet"]), default="json", show_default=True)
@timezone_option
@place.data_dir_option
def command(
    tenant: str,
    since: datetime | None,
    until: datetime | None,
    where: str | None,
    form: str,
    timezone: ZoneInfo,
    data_dir: Path,
) -> None:
    """一社のイベントを標準出力に出します (one company's events to standard output)."""
    days = counted(daily(place.lake(data_dir), tenant, utc(since, timezone), utc(until, timezone), where))
    if form == "json":
        for frame in days:
            for event in to_objects(frame):
                sys.stdout.write(orjson.dumps(event).decode() + "\n")
    elif form == "csv":
        sys.stdout.write(",".join(empty().columns) + "\n")
        for frame in days:
            sys.stdout.write(spreadsheet_safe(frame).write_csv(include_header=False))
    else:
        pl.concat([empty(), *days]).write_parquet(sys.stdout.buffer)


def counted(days: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same, and a word on stderr if there was nothing."""
    found = 0
    for frame in days:
        found += frame.height
        yield frame
    if not found:
        click.echo("当てはまるイベントはありません。企業の名前と期間を確かめてください (no such events).", err=True)


def utc(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A wall clock time of the zone as naive UTC."""
    return moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) if moment else None


def daily(
    lake: Lake, tenant: str, since: datetime | None, until: datetime | None, where: str | None
) -> Iterator[pl.DataFrame]:
    """Events in order of time, a day at a time, so that a year fits in memory."""
    condition = f"WHERE {where}" if where else ""
    for start, end in lake.days(since, until):
        try:
            answer = lake.ask(tenant, f"SELECT * FROM events {condition} ORDER BY time", since=start, until=end)
        except duckdb.Error as error:
            raise click.BadParameter(f"{error}", param_hint="--where") from error
        yield answer.frame()


def spreadsheet_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists joined, and no text cell that a spreadsheet would take for a formula."""
    joined = frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join("; ")
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.List)
    )
    return joined.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, dtype in joined.schema.items()
        if dtype == pl.String
    )
