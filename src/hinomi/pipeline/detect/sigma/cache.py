"""Sets of rules kept on disk in the form in which they run: thousands of rules are there at once.

    rules = load(paths)              # as rulefiles.load, from the user's cache folder where it has them
    remember(rules)                  # keep what the data taught about the rarity of literals

A set is known by what its files hold, by the code that made it and by the versions of what that stands on. What is
kept are pickles, so only a folder that is ours and that nobody else may write to is used; else rules are made anew.
"""

import hashlib
import os
import sys
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from hinomi.library.formats.machine import versions
from hinomi.library.own_folder import own_folder
from hinomi.pipeline.detect.sigma.mapped import read, write
from hinomi.pipeline.detect.sigma.paths import SUFFIXES, files
from hinomi.pipeline.detect.sigma.ruleset import RuleSet
from hinomi.pipeline.detect.sigma.tree import Placeholders

LIBRARIES = ("pysigma", "google-re2", "numpy", "polars")
KEPT = 8
"""Sets on disk; the one that was used least recently gives way."""
RULES, LEARNED, STAMPED = ".rules", ".learned", ".stamp"
WORTH_KEEPING = 100
"""Rules of a set; smaller ones are made faster than others of the kept ones would be made again."""
SETTLED = 2_000_000_000
"""Nanoseconds after which a file that is written to again surely has another time of change."""


def load(paths: Iterable[Path], placeholders: Placeholders | None = None) -> RuleSet:
    """As :func:`rulefiles.load`. Raises FileNotFoundError."""
    given = list(paths)
    folder = own_folder("rules")
    if folder is None:
        return load_files(given, placeholders)
    begin = time.time_ns()
    stamp, newest = stamp_of(given, placeholders or {})
    digest = read(folder / (stamp + STAMPED))  # without reading the files, where none has changed since
    if not isinstance(digest, str):
        digest = digest_of(given, placeholders or {})
    found = read(folder / (digest + RULES))
    if not isinstance(found, RuleSet):
        found = load_files(given, placeholders)
        found.prepare()
        if len(found.rules) < WORTH_KEEPING:
            return found
        found.digest = digest
        write(folder / (digest + RULES), found)
        tidy(folder)
    if newest < begin - SETTLED:
        write(folder / (stamp + STAMPED), digest)
    learned = read(folder / (digest + LEARNED))
    if learned is not None:
        found.windows.resume(learned)
    return found


def remember(rules: RuleSet) -> None:
    folder = own_folder("rules")
    if folder is not None and rules.digest is not None and rules.windows.has_learned:
        write(folder / (rules.digest + LEARNED), rules.windows.learned)


def load_files(paths: Iterable[Path], placeholders: Placeholders | None) -> RuleSet:
    from hinomi.pipeline.detect.sigma import rulefiles  # with pySigma, which takes long to load

    return rulefiles.load(paths, placeholders)


def stamp_of(paths: Iterable[Path], placeholders: Placeholders) -> tuple[str, int]:
    """What the files are like from outside, and when one last changed (nanoseconds of Unix time)."""
    found, newest = hashlib.sha256(code()), 0
    found.update(repr([(name, list(values)) for name, values in sorted(placeholders.items())]).encode())
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        within = sorted(os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)  # noqa: PTH118
        for name in [one for one in within if one.endswith(SUFFIXES)] or [str(path)]:
            said = os.stat(name)  # noqa: PTH116 — thousands of them: a Path each takes longer than the question
            newest = max(newest, said.st_ctime_ns)
            found.update(f"{name}\0{said.st_size},{said.st_mtime_ns},{said.st_ctime_ns},{said.st_ino}\0".encode())
    return found.hexdigest(), newest


def digest_of(paths: Iterable[Path], placeholders: Placeholders) -> str:
    found = hashlib.sha256(code())
    for name, values in sorted(placeholders.items()):
        found.update(repr((name, list(values))).encode())
    for path in files(paths):
        content = path.read_bytes()
        found.update(f"{path}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


@cache
def code() -> bytes:
    """Names the code that makes and runs rules."""
    found = hashlib.sha256(repr((sys.version, versions(*LIBRARIES))).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.digest()


def tidy(folder: Path) -> None:
    newest = sorted(folder.glob("*" + RULES), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest[KEPT:]:
        path.unlink(missing_ok=True)
        path.with_suffix(LEARNED).unlink(missing_ok=True)
    stamps = sorted(folder.glob("*" + STAMPED), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in stamps[KEPT:]:
        path.unlink(missing_ok=True)
