"""Sets of rules kept on disk in the form in which they run: thousands of rules are there at once.

    rules = load(paths)              # as rulefiles.load, from the user's cache folder where it has them
    remember(rules)                  # keep what the data taught about the rarity of literals

A set is known by what its files hold, by the code that made it and by the versions of what that stands on. What is
kept are pickles, so only a folder that is ours and that nobody else may write to is used; else rules are made anew.
"""

import gc
import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hinomi.pipeline.detect.sigma.documents import files
from hinomi.pipeline.detect.sigma.rulefiles import load as load_files
from hinomi.pipeline.detect.sigma.ruleset import RuleSet
from hinomi.pipeline.detect.sigma.tree import Placeholders

LIBRARIES = ("pysigma", "google-re2", "numpy", "polars")
KEPT = 8
"""Sets on disk; the one that was used least recently gives way."""
RULES, LEARNED = ".rules", ".learned"


def load(paths: Iterable[Path], placeholders: Placeholders | None = None) -> RuleSet:
    """As :func:`rulefiles.load`. Raises FileNotFoundError."""
    given = list(paths)
    folder = own_folder()
    if folder is None:
        return load_files(given, placeholders)
    digest = digest_of(given, placeholders or {})
    found = read(folder / (digest + RULES))
    if not isinstance(found, RuleSet):
        found = load_files(given, placeholders)
        found.prepare()
        found.digest = digest
        write(folder / (digest + RULES), found)
        tidy(folder)
    learned = read(folder / (digest + LEARNED))
    if learned is not None:
        found.windows.resume(learned)
    return found


def remember(rules: RuleSet) -> None:
    folder = own_folder()
    if folder is not None and rules.digest is not None:
        write(folder / (rules.digest + LEARNED), rules.windows.learned)


def own_folder() -> Path | None:
    """The user's cache folder for rules, made if need be; None where there is none that is only ours."""
    root = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache" if "HOME" in os.environ else None)
    if not root:
        return None
    folder = Path(root) / "hinomi" / "rules"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = folder.lstat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(said.st_mode) and said.st_uid == os.getuid() and not said.st_mode & 0o077
    return folder if is_ours else None


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
    found = hashlib.sha256(repr((sys.version, [version(name) for name in LIBRARIES])).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.digest()


def read(path: Path) -> Any:
    """What is kept, or None; a file that is damaged is none."""
    try:
        with path.open("rb") as file, without_collection():
            found = pickle.load(file)  # noqa: S301 — the folder is ours alone
        path.touch()
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return None
    return found


def write(path: Path, kept: object) -> None:
    """Whole or not at all; a full disk costs only time."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(pickle.dumps(kept, protocol=5))
        partial.replace(path)
    except (OSError, RecursionError):  # a condition may be nested deeper than pickles can be
        partial.unlink(missing_ok=True)


def tidy(folder: Path) -> None:
    newest = sorted(folder.glob("*" + RULES), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest[KEPT:]:
        path.unlink(missing_ok=True)
        path.with_suffix(LEARNED).unlink(missing_ok=True)


@contextmanager
def without_collection() -> Iterator[None]:
    """Looking for garbage among objects that are being made by the million takes most of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
