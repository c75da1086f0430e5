"""How far correlating has come, kept beside the lake."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hinomi.lake.landing import write_durably

MARKER, LOCK = "correlated.json", "correlation.lock"


@dataclass(frozen=True)
class Marker:
    """Up to which epoch hits were looked at, until when windows were judged that must be over, and by whom."""

    epoch: int = 0
    over: datetime | None = None
    correlations: frozenset[str] = frozenset()


def read(root: Path) -> Marker:
    path = root / MARKER
    if not path.exists():
        return Marker()
    document: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    over = datetime.fromisoformat(document["over"]) if document["over"] else None
    return Marker(document["epoch"], over, frozenset(document["correlations"]))


def write(root: Path, marker: Marker) -> None:
    over = marker.over.isoformat() if marker.over else None
    document = {"epoch": marker.epoch, "over": over, "correlations": sorted(marker.correlations)}
    write_durably(root / MARKER, json.dumps(document).encode())


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """One round at a time; the kernel frees the lock of a killed process."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
