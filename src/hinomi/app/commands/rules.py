"""``hinomi rules``: which Sigma rules would run, and why others would not."""

import json
from collections import Counter
from pathlib import Path

import click

from hinomi.app import ruleswitch
from hinomi.pipeline.detect.sigma import Refused, placeholders
from hinomi.pipeline.detect.sigma.rulefiles import Reading, read


@click.group()
def command() -> None:
    """Sigma ルールを確かめます (look into Sigma rules)."""


for switch in ruleswitch.COMMANDS:
    command.add_command(switch)


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@click.option(
    "--placeholders",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="%名前% の値のフォルダ (folder of values for placeholders; default: none)",
)
@click.argument("paths", metavar="DIR...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...], folder: Path | None, as_json: bool) -> None:
    """ルールが動くか確かめます (how many rules run; which are refused, where and why)."""
    values, unreadable = placeholders.read(folder) if folder else ({}, ())
    found = read(paths, values)
    for one in unreadable:
        click.echo(f"{one.path}:{one.line} {one.reason}", err=True)
    if as_json:
        click.echo(json.dumps(document(found), ensure_ascii=False, indent=1))
    else:
        tell(found)


def document(found: Reading) -> dict[str, object]:
    return {
        "files": found.files,
        "documents": found.documents,
        "loaded": len(found.rules),
        "correlations": len(found.correlations),
        "filters": len(found.filters),
        "reasons": [{"reason": reason, "rules": times} for reason, times in reasons(found.refused)],
        "refused": [as_row(one) for one in found.refused],
    }


def tell(found: Reading) -> None:
    click.echo(f"ファイル (files): {found.files}、ルール文書 (documents): {found.documents}")
    click.echo(f"動くルール (loaded): {len(found.rules)}")
    click.echo(f"動く相関ルール (correlations): {len(found.correlations)}")
    click.echo(f"フィルター (filters): {len(found.filters)}")
    click.echo(f"動かないルール (refused): {len(found.refused)}")
    for reason, times in reasons(found.refused):
        click.echo(f"  {times:5}  {reason}")
    for one in found.refused:
        line = f":{one.line}" if one.line else ""
        click.echo(f"  {one.path}{line} [{one.rule}] {one.reason}")


def reasons(refused: tuple[Refused, ...]) -> list[tuple[str, int]]:
    """How many rules each reason stops, most first."""
    counted = Counter(one.reason for one in refused)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def as_row(refused: Refused) -> dict[str, object]:
    return {"path": str(refused.path), "line": refused.line, "rule": refused.rule, "reason": refused.reason}
