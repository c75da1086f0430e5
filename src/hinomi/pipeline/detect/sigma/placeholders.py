"""Values for ``%name%`` in rules with the modifier ``expand``, from a folder of files."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from hinomi.pipeline.detect.sigma.ruleset import Refused

Values = dict[str, tuple[str, ...]]
NAMES_AND_VALUES = "「名前: 値」または「名前: [値, …]」で書いてください (write NAME: value or NAME: [values])"


def read(*folders: Path) -> tuple[Values, tuple[Refused, ...]]:
    """What the folders say, and the files that cannot be read; a later folder has the last word. None need exist.

    ``NAME.txt`` holds the values of one placeholder, one a line; lines that begin with ``#`` and empty ones are none.
    ``*.yml`` maps names to a value or a list of values. ``*`` and ``?`` in a value are wildcards. No values at all are
    an answer too: then nothing is meant.
    """
    values: Values = {}
    refused: list[Refused] = []
    for folder in folders:
        for path in sorted(folder.glob("*")):
            try:
                if path.suffix == ".txt":
                    values[path.stem] = tuple(lines(path.read_text(encoding="utf-8-sig")))
                elif path.suffix in (".yml", ".yaml"):
                    values |= mapped(path)
            except (OSError, ValueError, yaml.YAMLError) as problem:
                mark = getattr(problem, "problem_mark", None)
                said = getattr(problem, "problem", None) or str(problem)
                refused.append(Refused(path, path.name, f"値を読めません: {said}", mark.line + 1 if mark else 1))
    return values, tuple(refused)


def lines(text: str) -> Iterable[str]:
    stripped = (line.strip() for line in text.splitlines())
    return (line for line in stripped if line and not line.startswith("#"))


def mapped(path: Path) -> Values:
    found = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
    if not isinstance(found, Mapping):
        raise ValueError(NAMES_AND_VALUES)
    return {str(name): as_values(value) for name, value in found.items()}


def as_values(value: Any) -> tuple[str, ...]:
    several = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in several):
        raise ValueError(NAMES_AND_VALUES)
    return tuple(map(str, several))
