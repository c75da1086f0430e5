"""``hinomi rules``: which Sigma rules would run, and why others would not."""

import json
from pathlib import Path

import click

from hinomi.pipeline.detect.sigma import Refused, load


@click.group()
def command() -> None:
    """Sigma ルールを確かめます (look into Sigma rules)."""


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@click.argument("paths", metavar="DIR...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """ルールが動くか確かめます (how many rules run; which are refused, where and why)."""
    rules = load(paths)
    if as_json:
        document = {"loaded": len(rules.rules), "refused": [as_row(refused) for refused in rules.refused]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    click.echo(f"動くルール (loaded): {len(rules.rules)}")
    click.echo(f"動かないルール (refused): {len(rules.refused)}")
    for refused in rules.refused:
        line = f":{refused.line}" if refused.line else ""
        click.echo(f"  {refused.path}{line} [{refused.rule}] {refused.reason}")


def as_row(refused: Refused) -> dict[str, object]:
    return {"path": str(refused.path), "line": refused.line, "rule": refused.rule, "reason": refused.reason}
