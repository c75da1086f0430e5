"""Kept blocks read again: after a mapping was mended, or because their source or time zone was a wrong one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hinomi.lake.block import Block, CorruptBlock, Header
from hinomi.lake.landing import Landing
from hinomi.lake.replace import Replacement, Times, spanning
from hinomi.pipeline import reread
from hinomi.pipeline.epoch import Correction, Plan, Planner
from hinomi.pipeline.normalize import Outcome, normalize
from hinomi.pipeline.reread import Reread
from hinomi.pipeline.river import OnBlock, River, batches, frames, looked_at

GROUP_BYTES = 512 * 1024 * 1024
GROUP_BLOCKS = 1024
"""An epoch's payload and blocks: a file of the lake is rewritten once for all of them."""
LEDGER = "SELECT * FROM blocks WHERE block IN (SELECT unnest(?::VARCHAR[]))"
NOT_KEPT = "原本が残っていません。前の結果のままです (the block is no longer kept; its rows stay as they are)"


@dataclass(frozen=True)
class Wanted:
    """Which blocks are to be read again; None: any. ``since`` <= time of receipt < ``until``, naive UTC."""

    tenant: str
    sensor: str | None = None
    source: str | None = None
    block: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    rejected_only: bool = False

    def __call__(self, row: dict[str, Any]) -> bool:
        """Whether a block of which the ledger says this is one of them."""
        return (
            self.block in (None, row["block"])
            and self.sensor in (None, row["sensor"])
            and self.source in (None, row["source"])
            and (self.since is None or row["time"] >= self.since)
            and (self.until is None or row["time"] < self.until)
            and (row["rejects"] > 0 or not self.rejected_only)
        )


@dataclass(frozen=True)
class Kept:
    """A block that may be read again, and what was made of it so far; ``received`` is naive UTC."""

    block: str
    sensor: str
    received: datetime
    bytes: int
    events: int
    rejects: int
    findings: int


@dataclass(frozen=True)
class Unread:
    """A block that stays as it was, and why."""

    block: str
    problem: str


def choose(river: River, wanted: Wanted) -> tuple[list[Kept], list[Unread]]:
    """Blocks in order of receipt, and those that cannot be read again.

    A kept block of which the lake knows nothing is chosen too: so a lake that was lost is made again.
    """
    files = {path.stem: path for path in river.landing.kept_files(wanted.tenant, wanted.sensor)}
    ledger = {row["block"]: row for row in river.lake.ask(wanted.tenant, "SELECT * FROM blocks").rows()}
    chosen: list[Kept] = []
    unread: list[Unread] = []
    for block in sorted(ledger.keys() | files.keys()):
        try:
            row = ledger.get(block) or as_row(river.landing.header(files[block]))
        except CorruptBlock as damage:
            unread.append(Unread(block, str(damage)))
            continue
        if wanted(row) and block in files:
            counts = (row["events"], row["rejects"], row["findings"])
            chosen.append(Kept(block, row["sensor"], row["time"], row["bytes"], *counts))
        elif wanted(row):
            unread.append(Unread(block, NOT_KEPT))
    return sorted(chosen, key=lambda kept: (kept.received, kept.block)), unread


def as_row(header: Header) -> dict[str, Any]:
    """What the ledger would say of a block that was never read."""
    said = {"block": header.block, "sensor": header.sensor, "source": header.source, "time": header.received}
    return said | {"bytes": header.bytes, "events": 0, "rejects": 0, "findings": 0}


def epochs(blocks: Iterable[Kept]) -> Iterator[list[Kept]]:
    """Blocks in their order, grouped so that an epoch does not hold the lake for long."""
    group: list[Kept] = []
    for kept in blocks:
        full = sum(member.bytes for member in group) + kept.bytes > GROUP_BYTES
        if group and (full or len(group) == GROUP_BLOCKS):
            yield group
            group = []
        group.append(kept)
    if group:
        yield group


def work(river: River, planner: Planner, plan: Plan, correction: Correction, on_block: OnBlock) -> list[Unread]:
    """The epoch of a plan from its blocks to its commits; done again after a crash it ends the same."""
    tenant = correction.tenant
    ledger = {row["block"]: row for row in river.lake.ask(tenant, LEDGER, [list(plan.blocks)]).rows()}
    replacement = Replacement(river.lake, plan.epoch)
    unread: list[Unread] = []
    read: list[Header] = []
    spans: list[Times] = []
    meant = looked_at(normalized(river, plan, correction, unread), river.lookout)
    for outcomes in batches(understood(meant, set(ledger), unread)):
        replacement.add(frames(plan.epoch, outcomes))
        for outcome in outcomes:
            on_block(outcome)
            read.append(outcome.header)
        spans += (Times(outcome.events["time"].min(), outcome.events["time"].max()) for outcome in outcomes)  # type: ignore[arg-type]
        outcomes.clear()  # the next batch needs the memory
    if read:
        gone = [ledger[header.block] for header in read if header.block in ledger]
        before = spanning(Times(row["first_time"], row["last_time"]) for row in gone)
        received = spanning(Times(row["time"], row["time"]) for row in gone)
        blocks = tuple(header.block for header in read)
        for header in read:
            river.landing.correct(header)
        sensors = tuple(sorted({header.sensor for header in read}))
        note = Reread(plan.epoch, tenant, sensors, blocks, spanning([before, *spans]))
        for folder in (reread.FOLDER, reread.CORRELATED):
            reread.write(river.lake.root, note, folder)
        old = {"events": before, "findings": before, "hits": before, "rejects": received, "blocks": received}
        replacement.put_in_place(tenant, blocks, old)
    planner.forget()
    return unread


def normalized(river: River, plan: Plan, correction: Correction, unread: list[Unread]) -> Iterator[Outcome]:
    """What the lines of each block mean today; blocks that are not there to be read go to ``unread``."""
    for name in plan.blocks:
        block = readable(river.landing, name, correction)
        if isinstance(block, Unread):
            unread.append(block)
        else:
            yield normalize(block)


def understood(outcomes: Iterable[Outcome], known: set[str], unread: list[Unread]) -> Iterator[Outcome]:
    """Known blocks of which nothing can be made today go to ``unread``, and keep their rows."""
    for outcome in outcomes:
        name = outcome.header.block
        if outcome.problem and name in known:
            unread.append(Unread(name, outcome.problem))
        else:
            yield outcome


def readable(landing: Landing, name: str, correction: Correction) -> Block | Unread:
    path = landing.find(correction.tenant, name)
    try:
        if path is None:
            return Unread(name, NOT_KEPT)
        block = landing.read_file(path)
        header = replace(
            block.header,
            source=correction.source or block.header.source,
            timezone=correction.timezone or block.header.timezone,
        )
        return Block(header, block.payload)
    except CorruptBlock as damage:
        return Unread(name, str(damage))
