"""What a reparse leaves for the desk: whose findings may have changed, kept until the desk was brought up to it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hinomi.lake.landing import write_durably
from hinomi.lake.replace import Times

FOLDER = "reread"
CORRELATED = "recorrelated"
"""The same notes, for those who look at hits."""


@dataclass(frozen=True)
class Reread:
    """Blocks of a tenant that an epoch read again; ``times`` spans their events of before and after."""

    epoch: int
    tenant: str
    sensors: tuple[str, ...]
    blocks: tuple[str, ...]
    times: Times


def write(root: Path, reread: Reread, folder: str = FOLDER) -> None:
    """Before the epoch's first commit: a crash after it leaves the note; doing it again is doing it once."""
    document = {
        "tenant": reread.tenant,
        "sensors": reread.sensors,
        "blocks": reread.blocks,
        "times": [moment.isoformat() if moment else None for moment in (reread.times.first, reread.times.last)],
    }
    write_durably(path(root, reread.epoch, folder), json.dumps(document).encode())


def noted(root: Path, until: int, folder: str = FOLDER) -> Iterator[Reread]:
    """Notes of the epochs up to ``until``, oldest first; of an epoch that is not complete yet nothing is said."""
    for file in sorted((root / folder).glob("[0-9]*.json")):
        if (epoch := int(file.stem)) <= until:
            try:
                document = json.loads(file.read_text(encoding="utf-8"))
            except FileNotFoundError:  # another process has just brought the desk up to it
                continue
            first, last = (datetime.fromisoformat(moment) if moment else None for moment in document["times"])
            yield Reread(
                epoch, document["tenant"], tuple(document["sensors"]), tuple(document["blocks"]), Times(first, last)
            )


def forget(root: Path, epoch: int, folder: str = FOLDER) -> None:
    path(root, epoch, folder).unlink(missing_ok=True)


def path(root: Path, epoch: int, folder: str = FOLDER) -> Path:
    return root / folder / f"{epoch:08d}.json"
