"""Small blocks of one moment read at once: a block of a hundred lines takes almost as long to read as one of thousands.

Only live blocks of a source whose lines mean the same alone (``alone`` of its manifest), of one time zone and received
at one moment: then reading them together is reading one after the other, whosever they are.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from hinomi.lake.block import Block
from hinomi.library import catalog
from hinomi.library.contracts import Context, Normalized, Reject
from hinomi.library.formats.lines import BYTE_ORDER_MARK
from hinomi.pipeline.normalize import BrokenSource, Outcome, completed, normalize, reject_frame

SMALL = 256 * 1024
"""Octets of a block that is read with others."""
MOST = 4 * 1024 * 1024
"""Octets of blocks that wait for others of their kind."""

Kind = tuple[object, ...]


def normalized(blocks: Iterable[Block]) -> Iterator[Outcome]:
    """As :func:`normalize` of each; not quite in their order."""
    waiting: dict[Kind, list[Block]] = defaultdict(list)
    size = 0
    for block in blocks:
        if not is_small(block):
            yield normalize(block)
            continue
        header = block.header
        waiting[header.source, header.timezone, header.received].append(block)
        size += header.bytes
        if size > MOST:
            yield from emptied(waiting)
            size = 0
    yield from emptied(waiting)


def emptied(waiting: dict[Kind, list[Block]]) -> Iterator[Outcome]:
    for group in waiting.values():
        yield from at_once(group) if len(group) > 1 else map(normalize, group)
    waiting.clear()


def is_small(block: Block) -> bool:
    header = block.header
    return (
        header.live
        and header.bytes <= SMALL
        and not block.payload.startswith(BYTE_ORDER_MARK)
        and header.source in catalog.manifests()
        and catalog.manifests()[header.source].alone
    )


def at_once(blocks: Sequence[Block]) -> Iterable[Outcome]:
    """Blocks of one kind; each alone where together something is wrong with them."""
    try:
        return apart(blocks, read(blocks))
    except Exception:  # a fault of ours over one block is no other's: alone, it is recorded with its block
        return map(normalize, blocks)


def read(blocks: Sequence[Block]) -> Normalized:
    header = blocks[0].header
    payload = b"".join(ended(block.payload) for block in blocks)
    found = catalog.source(header.source)(payload, Context(ZoneInfo(header.timezone), header.received, header.live))
    if found.records != found.events.height + len(found.rejects):
        raise BrokenSource(header.source, found)
    return found


def ended(payload: bytes) -> bytes:
    return payload if payload.endswith(b"\n") or not payload else payload + b"\n"


def apart(blocks: Sequence[Block], found: Normalized) -> list[Outcome]:
    """What of it is each block's, its lines counted from its own beginning."""
    counts = [ended(block.payload).count(b"\n") for block in blocks]
    ends = list(accumulate(counts))
    owners = pl.DataFrame(
        {
            "tenant": [block.header.tenant for block in blocks],
            "sensor": [block.header.sensor for block in blocks],
            "block": [block.header.block for block in blocks],
            "before": [end - count for end, count in zip(ends, counts, strict=True)],
        }
    )
    events = found.events.sort("line") if found.events.height else pl.DataFrame({"line": []}, {"line": pl.Int64})
    whose = np.searchsorted(ends, events["line"].to_numpy())
    own = events.hstack(owners[whose]).with_columns(pl.col("line") - pl.col("before")).drop("before")
    rows = completed(own, blocks[0].header)
    cuts = [0, *np.searchsorted(whose, np.arange(len(blocks)), side="right").tolist()]
    rejects: dict[int, list[Reject]] = defaultdict(list)
    for reject in found.rejects:
        number = bisect_left(ends, reject.line)
        rejects[number].append(replace(reject, line=reject.line - ends[number] + counts[number]))
    return [
        Outcome(
            block.header,
            rows[begin:end],
            reject_frame(tuple(rejects[number]), block.header),
            end - begin + len(rejects[number]),
        )
        for number, (block, (begin, end)) in enumerate(zip(blocks, pairwise(cuts), strict=True))
    ]
