"""The river on one screen: blocks that wait → OCSF rows → findings → one commit; then the next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from hinomi.lake.block import CorruptBlock, Header
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.lake.tables import BLOCKS
from hinomi.ocsf.schema import empty
from hinomi.pipeline.detect.sigma import RuleSet
from hinomi.pipeline.detect.stage import findings
from hinomi.pipeline.epoch import Plan, Planner
from hinomi.pipeline.normalize import REJECT_COLUMNS, Outcome, normalize, refuse

EPOCH_BYTES = 48 * 1024 * 1024
EPOCH_BLOCKS = 256
BLOCK_COLUMNS = pl.from_arrow(BLOCKS.empty_table()).schema  # type: ignore[union-attr]


@dataclass(frozen=True)
class River:
    """What a run needs: where blocks wait, where rows go, what is looked for."""

    landing: Landing
    lake: Lake
    rules: RuleSet


def drain(river: River, on_block: Callable[[Outcome], None] = lambda outcome: None) -> set[str]:
    """Normalise every block that waits and commit what came of it, exactly once; returns the tenants touched.

    Waits for another process that does the same. May be killed at any moment and run again.
    """
    planner = Planner(river.lake.root)
    touched: set[str] = set()
    with planner.alone():
        if plan := planner.current():
            touched |= finish(river, planner, plan, on_block)
        epoch = river.lake.last_epoch()
        for headers in epochs(river.landing.pending()):
            epoch += 1
            plan = Plan(epoch, tuple(header.block for header in headers))
            planner.write(plan)
            touched |= work(river, planner, epoch, headers, on_block)
    return touched


def epochs(headers: list[Header]) -> Iterable[list[Header]]:
    """Blocks in the order of receipt, grouped so that an epoch fits in memory."""
    group: list[Header] = []
    for header in headers:
        full = sum(member.bytes for member in group) + header.bytes > EPOCH_BYTES
        if group and (full or len(group) == EPOCH_BLOCKS):
            yield group
            group = []
        group.append(header)
    if group:
        yield group


def finish(river: River, planner: Planner, plan: Plan, on_block: Callable[[Outcome], None]) -> set[str]:
    """Complete an epoch that a crash cut off."""
    waiting = [header for header in river.landing.pending() if header.block in plan.blocks]
    if river.lake.last_epoch() < plan.epoch:
        return work(river, planner, plan.epoch, waiting, on_block)
    for header in waiting:
        river.landing.keep(header)
    planner.forget()
    return {header.tenant for header in waiting}


def work(
    river: River, planner: Planner, epoch: int, headers: list[Header], on_block: Callable[[Outcome], None]
) -> set[str]:
    outcomes = [outcome for header in headers if (outcome := process(river, header, on_block))]
    river.lake.append(epoch, frames(epoch, outcomes))
    for outcome in outcomes:
        river.landing.keep(outcome.header)
    planner.forget()
    return {outcome.header.tenant for outcome in outcomes}


def process(river: River, header: Header, on_block: Callable[[Outcome], None]) -> Outcome | None:
    """One block through normalising and detection; a damaged one is set aside and does not stop the rest."""
    try:
        block = river.landing.read(header)
    except CorruptBlock as damage:
        river.landing.set_aside(header, str(damage))
        return None
    outcome = normalize(block)
    try:
        found = findings(outcome.events, river.rules)
    except Exception as error:  # a fault of ours must not stop other tenants; it is recorded with the block
        outcome = refuse(block, f"{type(error).__name__}: {error}")
        found = outcome.findings
    outcome = Outcome(outcome.header, outcome.events, outcome.rejects, outcome.records, outcome.problem, found)
    on_block(outcome)
    return outcome


def frames(epoch: int, outcomes: list[Outcome]) -> dict[str, pl.DataFrame]:
    return {
        "events": pl.concat([empty(), *(outcome.events for outcome in outcomes)]),
        "findings": pl.concat([empty(), *(outcome.findings for outcome in outcomes)]),
        "rejects": pl.concat([pl.DataFrame(schema=REJECT_COLUMNS), *(outcome.rejects for outcome in outcomes)]),
        "blocks": pl.DataFrame([ledger_row(epoch, outcome) for outcome in outcomes], schema=BLOCK_COLUMNS),
    }


def ledger_row(epoch: int, outcome: Outcome) -> dict[str, object]:
    header = outcome.header
    return {
        "tenant": header.tenant,
        "sensor": header.sensor,
        "source": header.source,
        "timezone": header.timezone,
        "time": header.received,
        "block": header.block,
        "origin": header.origin,
        "live": header.live,
        "sha256": header.sha256,
        "bytes": header.bytes,
        "records": outcome.records,
        "events": outcome.events.height,
        "rejects": outcome.rejects.height,
        "findings": outcome.findings.height,
        "first_time": outcome.events["time"].min(),
        "last_time": outcome.events["time"].max(),
        "epoch": epoch,
        "problem": outcome.problem,
    }
