"""Tasks of the background that fail, since when and why: told by ``hinomi doctor`` until they succeed again."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from hinomi.lake.landing import write_durably

FILE = "troubles.json"
LONGEST = 300


@dataclass(frozen=True)
class Trouble:
    """A task that has failed without a success in between; times are ISO 8601 with their zone."""

    task: str
    since: str
    last: str
    times: int
    problem: str


class Troubles:
    """Written only when something fails or works again."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE
        self.known = {one.task: one for one in read(data_dir)}

    def failed(self, task: str, error: BaseException, now: datetime) -> None:
        moment, problem = now.isoformat(timespec="seconds"), f"{type(error).__name__}: {error}"[:LONGEST]
        before = self.known.get(task, Trouble(task, moment, moment, 0, problem))
        self.known[task] = replace(before, last=moment, times=before.times + 1, problem=problem)
        self.write()

    def worked(self, task: str) -> None:
        if self.known.pop(task, None):
            self.write()

    def write(self) -> None:
        write_durably(self.path, json.dumps([asdict(one) for one in self.known.values()]).encode())


def read(data_dir: Path) -> list[Trouble]:
    """Nothing where no task has failed, or where the file says nothing we know."""
    try:
        return [Trouble(**row) for row in json.loads((data_dir / FILE).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
