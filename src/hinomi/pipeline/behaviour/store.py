"""Where profiles lie: below ``lake/behaviour/``, in files of days and hours.

A crash leaves the state behind the files, and the same hours are computed again.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hinomi.lake.landing import write_durably
from hinomi.pipeline.hours.files import HourFiles

FOLDER = "behaviour"
VERSION = 1
"""Of the form of the files: one of another version is thrown away and computed again."""
SMALL = ("sign_ins",)
"""Profiles of which many days are looked at together, and which may stay in memory."""


@dataclass(frozen=True)
class State:
    """The epoch up to which profiles are made, and what is to be judged still.

    ``newest`` is the last local day of which anything is known, ``owed`` are days that a behaviour failed to judge.
    """

    epoch: int = 0
    newest: date | None = None
    owed: tuple[date, ...] = ()


class Store(HourFiles):
    """The profiles of a lake."""

    def __init__(self, lake_root: Path) -> None:
        super().__init__(lake_root / FOLDER)
        self.told: set[str] = set()
        """``metadata.uid`` of findings that the lake is known to hold."""

    def state(self) -> State:
        path = self.root / "state.json"
        if path.exists():
            document = json.loads(path.read_text(encoding="utf-8"))
            if document.get("version") == VERSION:
                newest = document["newest"]
                owed = tuple(map(date.fromisoformat, document["owed"]))
                return State(document["epoch"], date.fromisoformat(newest) if newest else None, owed)
        self.clear()
        return State()

    def keep(self, state: State) -> None:
        document = {
            "version": VERSION,
            "epoch": state.epoch,
            "newest": state.newest.isoformat() if state.newest else None,
            "owed": [day.isoformat() for day in state.owed],
        }
        write_durably(self.root / "state.json", json.dumps(document).encode())

    def clear(self) -> None:
        super().clear()
        self.told.clear()
