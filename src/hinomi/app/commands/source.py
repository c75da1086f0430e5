"""``hinomi source``: the shelf of sources, and unknown lines tried on it."""

import json
import shlex
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from hinomi.app.zone import timezone_option
from hinomi.library import catalog
from hinomi.library.contracts import Framing
from hinomi.pipeline.collect import files
from hinomi.pipeline.trial import sample


@click.group()
def command() -> None:
    """読める機器の一覧 (the shelf of sources)."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
def list_(as_json: bool) -> None:
    """読める機器を表示します (list the sources hinomi can read)."""
    shelf = catalog.manifests().values()
    if as_json:
        rows = [
            {
                "name": item.name,
                "title": item.title,
                "vendor": item.vendor,
                "product": item.product,
                "kind": item.kind.value,
                "framing": item.framing.value,
                "assumed": item.assumed,
                "note": item.note,
            }
            for item in shelf
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table("名前 (name)", "機器 (product)", "種類 (kind)", "書式 (format)")
    for item in shelf:
        table.add_row(item.name, item.title["ja"], item.kind.value, "想定 (assumed)" if item.assumed else "実物で確認")
    Console(width=None if Console().is_terminal else 120).print(table)


@command.command("show")
@click.argument("name")
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", help="表示の言葉 (language of the page)")
def show(name: str, language: str) -> None:
    """機器からログを送る設定を表示します (how to make a device send its logs)."""
    click.echo(catalog.setup_page(name, language), nl=False)


@command.command("try")
@click.argument("path", metavar="FILE|-")
@click.option("--source", "name", help="機器の種類。省くと、読める機器をすべてためす (default: every source)")
@timezone_option
@click.option("--lines", type=click.IntRange(1, 100_000), default=sample.LINES, show_default=True, help="ためす行数")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で (machine-readable result)")
def try_(path: str, name: str | None, timezone: ZoneInfo, lines: int, as_json: bool) -> None:
    """何の機器か分からないログを試します。どう読まれるかを示し、何も保存しません (try unknown lines).

    どの機器のログか、どの列が埋まり、どの項目が使われず、何がなぜ読めないかを示します。データフォルダは要りません。
    """
    from hinomi.app import trial
    from hinomi.pipeline.trial.bench import Limits, run

    if name:
        catalog.source_manifest(name)
    found = sample.read(path, lines, files.standard_input(), datetime.now(UTC).replace(tzinfo=None))
    if isinstance(found, files.InputProblem):
        raise click.ClickException(str(found))
    tried = run(found, name, timezone.key, lines, Limits())
    source = tried.examined.source if tried.examined else name
    commands = next_commands(source, path, timezone.key) if source else []
    if as_json:
        click.echo(json.dumps(trial.document(tried, commands), ensure_ascii=False))
    else:
        for line in trial.report(tried, name is not None, commands):
            click.echo(line)
    if tried.examined is None or not tried.examined.events:
        raise click.exceptions.Exit(1)


def next_commands(source: str, path: str, timezone: str) -> list[str]:
    """How what was tried becomes a sensor; words in capitals are the person's to fill in."""
    common = f"--tenant COMPANY --source {source} --timezone {timezone}"
    file = "FILE" if path == files.STDIN else shlex.quote(path)
    add = f"hinomi sensor add NAME {common} --peer ADDRESS"
    import_ = f"hinomi import {file} {common} --sensor NAME"
    return [import_] if catalog.source_manifest(source).framing is Framing.FILE else [add, import_]
