"""``hinomi study``: the programme's tables, and each of their numbers counted again."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hinomi.app import place
from hinomi.app.month import MonthName
from hinomi.study.months import Month, between
from hinomi.study.tables import TABLES

if TYPE_CHECKING:
    from hinomi.study.replay import Replay


@click.group()
def command() -> None:
    """調査の集計表と、その数え方 (the study's tables and how they were counted)."""


@command.command()
@click.argument("name", type=click.Choice(list(TABLES)), metavar="NAME")
@click.option("--include-exclusions", is_flag=True, help="除外した検知も数える (count what was set aside, too)")
@click.option(
    "--include-reports",
    is_flag=True,
    help="ログのない月は、機器の月次レポートの件数も数える (count vendors' monthly reports where there are no logs)",
)
@click.option(
    "--proposed",
    is_flag=True,
    help="expert-findings を、専門家が確かめる前の候補で数える (count what is proposed, before an expert confirmed it)",
)
@click.option("--since", type=MonthName(), help="この月から (first month)")
@click.option("--until", type=MonthName(), help="この月まで (last month)")
@click.option("--json", "as_json", is_flag=True, help="JSON で、数え方とともに (machine-readable, with the ledger)")
@place.data_dir_option
def table(
    name: str,
    include_exclusions: bool,
    include_reports: bool,
    proposed: bool,
    since: Month | None,
    until: Month | None,
    as_json: bool,
    data_dir: Path,
) -> None:
    """集計表を出します (prints a table of the study).

    NAME: detections, sensors, edr-kinds, waf-purposes, mail-items, mail-received, expert-findings
    """
    from hinomi.app.data import open_desk
    from hinomi.study.tables import document

    if (since is None) != (until is None):
        raise click.UsageError("--since と --until は両方書いてください (give both --since and --until).")
    months = tuple(between(since, until)) if since and until else ()
    if since and not months:
        raise click.UsageError("--until は --since より前にできません (--until is earlier than --since).")
    lake = place.lake(open_desk(data_dir))
    from hinomi.deliver.programme import study as programme

    study = programme(
        lake,
        now=datetime.now(UTC),
        months=months,
        include_exclusions=include_exclusions,
        include_reports=include_reports,
        proposed=proposed,
    )
    if not study.enrolments:
        click.echo("調査に参加しているセンサーはありません (no sensor takes part in the study).", err=True)
    answer = TABLES[name](lake, study)
    if as_json:
        click.echo(json.dumps(document(name, answer), ensure_ascii=False, indent=1))
        return
    from rich.console import Console

    console = Console()
    for sheet in answer.sheets():
        console.print(sheet)


@command.command("replay")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@place.data_dir_option
def replay_(file: Any, as_json: bool, data_dir: Path) -> None:
    """印刷した表を同じ条件で数え直します (counts a table printed with --json again).

    違いがあれば終了コード1 (exit status 1 if a number differs).
    """
    from hinomi.deliver.version import code_version
    from hinomi.study.replay import NotATable, replay

    now = datetime.now(UTC).replace(tzinfo=None)
    try:
        printed = json.load(file)
        if not isinstance(printed, dict):
            raise NotATable("not an object")
        answer = replay(place.lake(data_dir), printed, now=now, code_version=code_version())
    except (NotATable, ValueError) as problem:
        raise click.BadParameter(str(problem), param_hint="FILE") from problem
    report(answer, as_json=as_json)
    if answer.differences:
        raise click.exceptions.Exit(1)


def report(answer: "Replay", *, as_json: bool) -> None:
    changes = [{"before": difference.before, "after": difference.after} for difference in answer.differences]
    if as_json:
        click.echo(
            json.dumps(
                {
                    "table": answer.table,
                    "rows": answer.rows,
                    "differences": changes,
                    "before": answer.before,
                    "after": answer.after,
                },
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    if not changes:
        click.echo(f"{answer.rows}行すべて同じ数になりました (all {answer.rows} rows came out the same).")
        return
    click.echo(f"{len(changes)}行が違います (rows that differ):")
    for change in changes:
        click.echo(f"  - {json.dumps(change['before'], ensure_ascii=False)}")
        click.echo(f"  + {json.dumps(change['after'], ensure_ascii=False)}")
    click.echo(f"前 (before): {json.dumps(answer.before)}\n今 (now): {json.dumps(answer.after)}")
