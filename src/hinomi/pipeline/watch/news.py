"""What was added to the lake beside the blocks, kept until the desk was brought up to it."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from hinomi.lake.landing import write_durably

FOLDER = "news"


@dataclass(frozen=True)
class News:
    """Findings of a tenant between two times (naive UTC, both inclusive)."""

    path: Path
    tenant: str
    first: datetime
    last: datetime


def write(root: Path, findings: pl.DataFrame) -> None:
    """Before the commit: a crash after it leaves the note, and telling what is known already does no harm.

    ``findings`` has at least the columns ``tenant`` and ``time``.
    """
    spans = findings.group_by("tenant").agg(pl.col("time").min().alias("first"), pl.col("time").max().alias("last"))
    for tenant, first, last in spans.sort("tenant").iter_rows():
        document = {"tenant": tenant, "first": first.isoformat(), "last": last.isoformat()}
        write_durably(root / FOLDER / f"{secrets.token_hex(8)}.json", json.dumps(document).encode())


def noted(root: Path) -> Iterator[News]:
    for path in sorted((root / FOLDER).glob("*.json")):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:  # another process has just brought the desk up to it
            continue
        first, last = (datetime.fromisoformat(document[name]) for name in ("first", "last"))
        yield News(path, document["tenant"], first, last)


def forget(news: News) -> None:
    news.path.unlink(missing_ok=True)
