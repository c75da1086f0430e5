"""What a deployment looks for: the shelf's own rules, those the operator put into ``DATA/rules``, and indicators."""

import logging
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from hinomi.app import place
from hinomi.pipeline import rules
from hinomi.pipeline.detect import Lookout
from hinomi.pipeline.detect.sigma import RuleSet
from hinomi.pipeline.intelligence.index import load
from hinomi.pipeline.intelligence.shelf import Shelf
from hinomi.pipeline.intelligence.told import Told

log = logging.getLogger("hinomi")

INTELLIGENCE = "intelligence"

Made = TypeVar("Made")


def rule_files(data_dir: Path) -> list[Path]:
    """The operator's own rules, what their placeholders stand for, and what people decided of rules."""
    folder = data_dir / "rules"
    placed = sorted((data_dir / rules.selection.PLACEHOLDERS).glob("*"))
    return [*sorted(folder.rglob("*.y*ml")), *placed, folder / rules.switches.FILE]


def rule_set(data_dir: Path) -> RuleSet:
    """Rules of the shelf and of the operator's folder that are on; those refused are listed with reasons."""
    return rules.rule_set(data_dir / "rules")


def lookout(data_dir: Path) -> Lookout:
    """All that is looked for in single events, as the data folder says now."""
    return Current(data_dir).lookout()


class Current:
    """The lookout of a data folder, kept up to its files.

    Asked every few seconds it costs a look at the files' dates. What changed is made again, the rest is kept: new
    indicators do not compile rules, and a new rule does not load indicators.
    """

    def __init__(self, data_dir: Path) -> None:
        self.rules = Part("検知ルール", lambda: identity(rule_files(data_dir)), lambda: rule_set(data_dir))
        shelf = Shelf(data_dir / INTELLIGENCE)
        self.indicators = Part("脅威情報", lambda: identity(shelf.files()), lambda: load(shelf))
        self.told = Told(place.lake(data_dir))
        self.latest: Lookout | None = None

    def lookout(self) -> Lookout:
        """What the files say now: the same object as before where none of them changed."""
        rules, indicators = self.rules.now(), self.indicators.now()
        if self.latest is None or self.latest.rules is not rules or self.latest.indicators is not indicators:
            self.latest = Lookout(rules, indicators, self.told)
        return self.latest


class Part(Generic[Made]):
    """Something made of files, made again when these are others than before.

    What cannot be made again stays as it was, is said once, and tried when the files change again.
    """

    def __init__(self, name: str, fingerprint: Callable[[], Hashable], make: Callable[[], Made]) -> None:
        self.name, self.fingerprint, self.make = name, fingerprint, make
        self.seen = fingerprint()
        self.made = make()

    def now(self) -> Made:
        seen = self.fingerprint()
        if seen != self.seen:
            self.seen = seen
            try:
                self.made = self.make()
                log.info("%sを読み直しました (reloaded)", self.name)
            except Exception:  # also a fault of ours must not stop what works
                log.exception("%sを読み直せません。前のまま続けます (cannot reload; going on as before)", self.name)
        return self.made


def identity(paths: Iterable[Path]) -> Hashable:
    """What tells files from what they were: their names, inodes, sizes and times of change."""
    return tuple((path, *about) for path in paths if (about := dates(path)))


def dates(path: Path) -> tuple[int, int, int] | None:
    """None where the file has just gone."""
    try:
        said = path.stat()
    except FileNotFoundError:
        return None
    return said.st_ino, said.st_size, said.st_mtime_ns
