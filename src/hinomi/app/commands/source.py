"""``hinomi source``: the shelf of sources."""

import json

import click
from rich.console import Console
from rich.table import Table

from hinomi.library import catalog


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
