"""``hinomi advice``: are the advice cards fit to be read, the shelf's and an operator's own?"""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from hinomi.app import place
from hinomi.library import catalog
from hinomi.library.advice.check import Problem, problems
from hinomi.library.contracts import MalformedItem

OWN = "advice"
"""Folder of the data folder for own cards; a file stands before the shelf's of its name."""


@click.group()
def command() -> None:
    """助言カードを確かめます (look into the advice cards)."""


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
@click.argument("files", metavar="[FILE…]", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@place.data_dir_option
def check(files: tuple[Path, ...], as_json: bool, data_dir: Path) -> None:
    """カードが読めるものかを確かめます。FILE がなければ、付属のカードと DATA/advice のカードすべて。

    (check advice cards: these files, or those of the shelf and of DATA/advice; exit status 1 if any has a problem.)
    """
    paths = files or (*catalog.card_files(catalog.SHELVES / "advice"), *catalog.card_files(data_dir / OWN))
    found = [(path, list(of_file(path))) for path in paths]
    if as_json:
        for path, wrong in found:
            rows = [{"place": one.place, "language": one.language, "problem": one.what} for one in wrong]
            click.echo(json.dumps({"file": str(path), "card": path.stem, "problems": rows}, ensure_ascii=False))
    else:
        for one in (one for _path, wrong in found for one in wrong):
            click.echo(str(one))
        click.echo(summary(found), err=True)
    if any(wrong for _path, wrong in found):
        raise click.exceptions.Exit(1)


def of_file(path: Path) -> Iterator[Problem]:
    """The problems of the card in a file; one that is no card has this problem."""
    try:
        card = catalog.card(path)
    except MalformedItem as error:
        yield Problem(path.stem, str(path), "", f"カードとして読めません (is no card): {error.problem}")
        return
    yield from problems(card)
    if path.stem not in catalog.cards():
        what = "この名前のカードを使う検知は付属の棚にありません (nothing on the shelf leads to a card of this name)"
        yield Problem(path.stem, str(path), "", what)


def summary(found: list[tuple[Path, list[Problem]]]) -> str:
    wrong = sum(len(each) for _path, each in found)
    return f"カード (cards): {len(found)}、問題 (problems): {wrong}"
