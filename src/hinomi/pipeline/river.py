"""What a run needs, and what becomes of one block: rows for every table of the lake."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from hinomi.lake.block import Block
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.lake.tables import BLOCKS
from hinomi.ocsf.schema import empty
from hinomi.pipeline.detect import Lookout
from hinomi.pipeline.normalize import HIT_COLUMNS, REJECT_COLUMNS, Outcome, normalize, refuse

BATCH_BYTES, BATCH_ROWS = 32 * 1024 * 1024, 120_000
"""Payload and rows that are held in memory before they are written, some 100 MB: more at once are fewer files, each
of which costs a writer and every reader some milliseconds however few rows it has."""
BLOCK_COLUMNS = pl.from_arrow(BLOCKS.empty_table()).schema  # type: ignore[union-attr]

OnBlock = Callable[[Outcome], None]


@dataclass(frozen=True)
class River:
    """Where blocks wait, where rows go, what is looked for."""

    landing: Landing
    lake: Lake
    lookout: Lookout


def understood(block: Block, lookout: Lookout) -> Outcome:
    """One block through normalising and detection; never raises."""
    outcome = normalize(block)
    try:
        seen = lookout.look(outcome.events)
    except Exception as error:  # a fault of ours must not stop other tenants; it is recorded with the block
        return refuse(block, f"{type(error).__name__}: {error}")
    return replace(outcome, findings=seen.findings, hits=seen.hits)


def batches(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    """Outcomes grouped so that a group's rows fit in memory; a group is emptied before the next is made."""
    group: list[Outcome] = []
    for outcome in outcomes:
        group.append(outcome)
        del outcome  # its rows are to go before those of the next block come
        if sum(member.header.bytes for member in group) > BATCH_BYTES or sum(map(rows_of, group)) > BATCH_ROWS:
            yield group
            group.clear()
    if group:
        yield group


def rows_of(outcome: Outcome) -> int:
    return outcome.events.height + outcome.findings.height + outcome.rejects.height


def frames(epoch: int, outcomes: Sequence[Outcome]) -> dict[str, pl.DataFrame]:
    """Rows of these blocks for each table."""
    return {
        "events": pl.concat([empty(), *(outcome.events for outcome in outcomes)]),
        "findings": pl.concat([empty(), *(outcome.findings for outcome in outcomes)]),
        "hits": hits_of(epoch, outcomes),
        "rejects": pl.concat([pl.DataFrame(schema=REJECT_COLUMNS), *(outcome.rejects for outcome in outcomes)]),
        "blocks": pl.DataFrame([ledger_row(epoch, outcome) for outcome in outcomes], schema=BLOCK_COLUMNS),
    }


def hits_of(epoch: int, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    found = pl.concat([pl.DataFrame(schema=HIT_COLUMNS), *(outcome.hits for outcome in outcomes)])
    return found.with_columns(pl.lit(epoch, HIT_COLUMNS["epoch"]).alias("epoch"))


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
