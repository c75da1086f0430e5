"""What a run needs, and what becomes of one block: rows for every table of the lake."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.lake.tables import BLOCKS
from hinomi.ocsf.schema import empty
from hinomi.pipeline.detect import Lookout
from hinomi.pipeline.normalize import HIT_COLUMNS, REJECT_COLUMNS, Outcome

BATCH_BYTES, BATCH_ROWS = 32 * 1024 * 1024, 120_000
"""Payload and rows that are held in memory before they are written, some 100 MB: more at once are fewer files, each
of which costs a writer and every reader some milliseconds however few rows it has."""
LOOK_ROWS = 20_000
"""Rows of several blocks that are looked at together."""
LINE = r":\d+$"
"""What the reference to a raw line has behind its block."""
BLOCK_COLUMNS = pl.from_arrow(BLOCKS.empty_table()).schema  # type: ignore[union-attr]

OnBlock = Callable[[Outcome], None]


@dataclass(frozen=True)
class River:
    """Where blocks wait, where rows go, what is looked for."""

    landing: Landing
    lake: Lake
    lookout: Lookout


def looked_at(outcomes: Iterable[Outcome], lookout: Lookout) -> Iterator[Outcome]:
    """Normalised blocks with what was found in them, in their order; never raises for a block.

    Small ones are looked at together: to look at a hundred rows takes almost as long as to look at thousands.
    """
    for group in grouped(outcomes, lambda group: sum(map(rows_of, group)) > LOOK_ROWS):
        try:
            yield from found(group, lookout)
        except Exception:  # a fault of ours over one block must not hide what is in others
            for outcome in group:
                yield looked_at_alone(outcome, lookout)


def looked_at_alone(outcome: Outcome, lookout: Lookout) -> Outcome:
    """The block's events are kept where the look at them fails, and the ledger says why nothing was found in them."""
    try:
        return found([outcome], lookout)[0]
    except Exception as error:
        return replace(outcome, problem=f"{type(error).__name__}: {error}")


def found(group: Sequence[Outcome], lookout: Lookout) -> list[Outcome]:
    seen = lookout.look(pl.concat([outcome.events for outcome in group]))
    findings, hits = by_block(seen.findings), by_block(seen.hits)
    return [
        replace(outcome, findings=findings.get(name, outcome.findings), hits=hits.get(name, outcome.hits))
        for outcome in group
        for name in [outcome.header.block]
    ]


def by_block(rows: pl.DataFrame) -> dict[object, pl.DataFrame]:
    blocks = rows["raw_ref"].str.replace(LINE, "").alias("block")
    parts = rows.with_columns(blocks).partition_by("block", as_dict=True, include_key=False)
    return {block: part for (block,), part in parts.items()}


def batches(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    """Outcomes grouped so that a group's rows fit in memory."""

    def is_full(group: list[Outcome]) -> bool:
        return sum(member.header.bytes for member in group) > BATCH_BYTES or sum(map(rows_of, group)) > BATCH_ROWS

    return grouped(outcomes, is_full)


def grouped(outcomes: Iterable[Outcome], is_full: Callable[[list[Outcome]], bool]) -> Iterator[list[Outcome]]:
    """Each group is emptied before the next is made."""
    group: list[Outcome] = []
    for outcome in outcomes:
        group.append(outcome)
        del outcome  # its rows are to go before those of the next block come
        if is_full(group):
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
