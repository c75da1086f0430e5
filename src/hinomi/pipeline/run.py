"""The river on one screen: blocks that wait → OCSF rows → findings → one commit; then the next."""

import time
from collections.abc import Iterable, Sequence

from hinomi.lake.addition import Addition
from hinomi.lake.block import Block, CorruptBlock, Header
from hinomi.pipeline import reparse
from hinomi.pipeline.epoch import Correction, Plan, Planner
from hinomi.pipeline.normalize import Outcome
from hinomi.pipeline.reparse import Kept, Unread
from hinomi.pipeline.river import OnBlock, River, batches, frames, looked_at
from hinomi.pipeline.together import normalized

__all__ = ["River", "drain", "read_again"]

EPOCH_BYTES, EPOCH_BLOCKS = 48 * 1024 * 1024, 256
"""An epoch's payload and blocks: so much is done again where it is cut off, and becomes visible together."""
TURN = 0.05
"""Seconds in which another process that waits for the lake gets it between two epochs of a reparse."""


def ignore(outcome: Outcome) -> None:
    """Nobody wants to know of single blocks."""


def drain(river: River, on_block: OnBlock = ignore) -> set[str]:
    """Normalise every block that waits and commit what came of it, exactly once; returns the tenants touched.

    Waits for another process that does the same. May be killed at any moment and run again.
    """
    planner = Planner(river.lake.root)
    touched: set[str] = set()
    with planner.alone():
        if plan := planner.current():
            touched |= finish(river, planner, plan, on_block)
        for headers in epochs(river.landing.pending()):
            plan = Plan(river.lake.next_epoch(), tuple(header.block for header in headers))
            planner.write(plan)
            touched |= work(river, planner, plan.epoch, headers, on_block)
    return touched


def read_again(
    river: River, correction: Correction, blocks: Sequence[Kept], on_block: OnBlock = ignore
) -> tuple[Unread, ...]:
    """Put what kept blocks mean today in place of what was made of them before; returns those left as they were.

    Other processes work on the lake in between, but never during an epoch. May be killed at any moment: the
    epoch it was in is completed by whoever works on the lake next, blocks of later ones are as they were.
    """
    planner = Planner(river.lake.root)
    unread: list[Unread] = []
    for group in reparse.epochs(blocks):
        with planner.alone():
            if plan := planner.current():
                finish(river, planner, plan, ignore)
            plan = Plan(river.lake.next_epoch(), tuple(kept.block for kept in group), correction)
            planner.write(plan)
            unread += reparse.work(river, planner, plan, correction, on_block)
        time.sleep(TURN)
    return tuple(unread)


def epochs(headers: list[Header]) -> Iterable[list[Header]]:
    """Blocks in the order of receipt, grouped into epochs."""
    group: list[Header] = []
    for header in headers:
        full = sum(member.bytes for member in group) + header.bytes > EPOCH_BYTES
        if group and (full or len(group) == EPOCH_BLOCKS):
            yield group
            group = []
        group.append(header)
    if group:
        yield group


def finish(river: River, planner: Planner, plan: Plan, on_block: OnBlock) -> set[str]:
    """Complete an epoch that a crash cut off."""
    is_done = river.lake.last_epoch() >= plan.epoch
    if plan.correction:
        if not is_done:
            reparse.work(river, planner, plan, plan.correction, on_block)
        planner.forget()
        return {plan.correction.tenant}
    waiting = [header for header in river.landing.pending() if header.block in plan.blocks]
    if not is_done:
        return work(river, planner, plan.epoch, waiting, on_block)
    for header in waiting:
        river.landing.keep(header)
    planner.forget()
    return {header.tenant for header in waiting}


def work(river: River, planner: Planner, epoch: int, headers: list[Header], on_block: OnBlock) -> set[str]:
    addition = Addition(river.lake, epoch)
    done: list[Header] = []
    blocks = filter(None, (block_of(river, header) for header in headers))
    for outcomes in batches(looked_at(normalized(blocks), river.lookout)):
        addition.add(frames(epoch, outcomes))
        for outcome in outcomes:
            on_block(outcome)
            done.append(outcome.header)
    addition.commit()
    for header in done:
        river.landing.keep(header)
    planner.forget()
    return {header.tenant for header in done}


def block_of(river: River, header: Header) -> Block | None:
    """A damaged one is set aside and does not stop the rest."""
    try:
        return river.landing.read(header)
    except CorruptBlock as damage:
        river.landing.set_aside(header, str(damage))
        return None
