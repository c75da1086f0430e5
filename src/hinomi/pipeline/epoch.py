"""Exactly once: the plan of an epoch is written down before its work, and forgotten after.

A crash at any moment leaves either no plan (nothing was begun) or a plan whose epoch is done again with
the same blocks; tables that hold the epoch already skip it. A plan with a correction reads kept blocks again.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from hinomi.lake.landing import write_durably


@dataclass(frozen=True)
class Correction:
    """As what blocks of a tenant are read again; None: as before."""

    tenant: str
    source: str | None = None
    timezone: str | None = None


@dataclass(frozen=True)
class Plan:
    """An epoch and its blocks: those that wait in the inbox or, with a correction, kept ones to be read again."""

    epoch: int
    blocks: tuple[str, ...]
    correction: Correction | None = None


class Planner:
    """Keeps the current plan below the lake's folder."""

    def __init__(self, root: Path) -> None:
        self.path = root / "epoch.json"
        self.lock_path = root / "pipeline.lock"

    def current(self) -> Plan | None:
        if not self.path.exists():
            return None
        document = json.loads(self.path.read_text(encoding="utf-8"))
        correction = document.get("correction")
        again = Correction(**correction) if correction else None
        return Plan(document["epoch"], tuple(document["blocks"]), again)

    def write(self, plan: Plan) -> None:
        write_durably(self.path, json.dumps(asdict(plan)).encode())

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process works on the lake; the kernel frees the lock of a killed one."""
        self.lock_path.parent.mkdir(parents=True, exist_ok=True)
        with self.lock_path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
