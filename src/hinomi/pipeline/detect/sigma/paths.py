"""Where files of Sigma rules lie."""

from collections.abc import Iterable, Iterator
from pathlib import Path

SUFFIXES = (".yml", ".yaml")


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files of rules at these paths and, in folders, below them, in order of their names.

    Raises:
        FileNotFoundError: there is no such path.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.suffix in SUFFIXES and found.is_file())
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(path)
