"""``hinomi doctor``: what is installed, silent, full, late or broken, and what to do."""

import json
from pathlib import Path

import click

from hinomi.app import place
from hinomi.app.checkup import Level, checkup

MARKS = {Level.GOOD: "○", Level.WATCH: "△", Level.BAD: "×"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@place.data_dir_option
def command(as_json: bool, data_dir: Path) -> None:
    """動いているか、何をすればよいかを調べます (exit status 1 if something is broken)."""
    results = checkup(data_dir)
    for result in results:
        if as_json:
            click.echo(json.dumps(result.as_dict(), ensure_ascii=False))
        else:
            click.echo(f"{MARKS[result.level]} {result.subject}: {result.found}")
            if result.advice:
                click.echo(f"    → {result.advice}")
    if any(result.level is Level.BAD for result in results):
        raise click.exceptions.Exit(1)
