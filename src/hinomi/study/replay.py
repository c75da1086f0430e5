"""Counting a printed table again: the same inputs, today's lake and code; what differs is named."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.study.tables import TABLES, document, study_of


class NotATable(ValueError):
    """A file that is no document of ``hinomi study table NAME --json``."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"hinomi study table NAME --json が出力したファイルではありません: {problem} "
            "(not a file that hinomi study table NAME --json printed)."
        )


@dataclass(frozen=True)
class Difference:
    """A row that is no longer what it was; None where it did not exist."""

    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class Replay:
    """What counting again gave. The lake may have grown and the code changed; both cuts and versions say so."""

    table: str
    rows: int
    differences: tuple[Difference, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    """``data_cut`` and ``code_version`` of each document."""


def replay(lake: Lake, printed: dict[str, Any], *, now: datetime, code_version: str) -> Replay:
    """Count a document's table again.

    Raises:
        NotATable: the document lacks what it takes to count it again.
    """
    try:
        name, rows = printed["table"], list(printed["rows"])
        study = study_of(printed["inputs"], now=now, code_version=code_version)
        before = {key: printed[key] for key in ("data_cut", "code_version")}
        count = TABLES[name]
    except (KeyError, TypeError, ValueError) as error:
        raise NotATable(f"{type(error).__name__}: {error}") from error
    again = document(name, count(lake, study))
    return Replay(
        name,
        len(rows),
        tuple(differences(rows, again["rows"])),
        before,
        {key: again[key] for key in before},
    )


def differences(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Difference]:
    gone = [Difference(row, None) for row in before[len(after) :]]
    new = [Difference(None, row) for row in after[len(before) :]]
    changed = [Difference(old, now) for old, now in zip(before, after, strict=False) if old != now]
    return [*changed, *gone, *new]
