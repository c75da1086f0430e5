"""Which machine made another one work: logons and sessions from one machine inside to another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.observing import NOTHING


@dataclass(frozen=True, order=True)
class Move:
    """From one machine (its key) to another, from ``first`` to ``last`` (naive UTC, within five minutes)."""

    first: datetime
    last: datetime
    origin: str
    target: str
    how: str
    """``logon`` or ``session``."""
    uid: str
    """``metadata.uid`` of an event that shows it."""


def moves(machines: Machines, rows: pl.DataFrame = NOTHING["moves"]) -> Iterator[Move]:
    """``rows`` (of :data:`observing.MOVES` of one company) between machines that are known, or addresses of nobody."""
    for row in rows.unique().sort("first", "uid", "from_ip", "from_name").iter_rows(named=True):
        origin = end(machines, row["from_name"], row["from_ip"], row["first"])
        target = end(machines, row["to_name"], row["to_ip"], row["first"])
        if origin and target and origin != target:
            yield Move(row["first"], row["last"], origin, target, row["how"], row["uid"] or "")


def end(machines: Machines, name: str | None, address: str | None, time: datetime) -> str | None:
    """The machine at one end: an address behind which many hide is none."""
    if name:
        return machines.machine(name)
    if not address:
        return None
    holder = machines.holder(address, time)
    if holder.sight:
        return holder.sight.machine
    return None if holder.shared else address
