"""What the live worker says it runs: written by it when it takes up a set of rules, read by desk and background."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hinomi.lake.landing import write_durably

FILE = "running.json"


@dataclass(frozen=True)
class Running:
    """Rules by id, each with the digest of what it says, since when (naive UTC), and how many were refused."""

    since: datetime
    rules: Mapping[str, str] = field(default_factory=dict)
    refused: int = 0


def read(folder: Path) -> Running | None:
    """None where no worker has said anything yet."""
    try:
        document = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Running(datetime.fromisoformat(document["since"]), document["rules"], document["refused"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, running: Running) -> None:
    document = {"since": running.since.isoformat(), "rules": dict(running.rules), "refused": running.refused}
    write_durably(folder / FILE, json.dumps(document).encode())
