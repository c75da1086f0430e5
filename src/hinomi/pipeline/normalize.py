"""A block to OCSF rows and rejects; no record is lost on the way, and no block stops another."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.lake.block import Block, Header
from hinomi.lake.tables import HITS, REJECTS
from hinomi.library import catalog
from hinomi.library.contracts import Context, Framing, LibraryError, Normalized, Reason, Reject
from hinomi.ocsf.schema import conform, empty

CLOCK_TOLERANCE = timedelta(hours=24)
EARLIEST, LATEST = datetime(1970, 1, 1), datetime(2200, 1, 1)
RAW_KEPT = 64 * 1024
REJECT_COLUMNS = pl.from_arrow(REJECTS.empty_table()).schema  # type: ignore[union-attr]
HIT_COLUMNS = pl.from_arrow(HITS.empty_table()).schema  # type: ignore[union-attr]
NO_REJECTS, NO_HITS = pl.DataFrame(schema=REJECT_COLUMNS), pl.DataFrame(schema=HIT_COLUMNS)


@dataclass(frozen=True)
class Outcome:
    """What became of a block: ``records == events.height + rejects.height``, always.

    ``problem`` says why a source could make nothing of the block at all (its records are then rejects,
    and the block stays re-parsable in the landing zone).
    """

    header: Header
    events: pl.DataFrame
    rejects: pl.DataFrame
    records: int
    problem: str | None = None
    findings: pl.DataFrame = field(default_factory=empty)
    hits: pl.DataFrame = field(default_factory=lambda: NO_HITS)


class BrokenSource(Exception):
    """A source did not account for every record it was given."""

    def __init__(self, source: str, normalized: Normalized) -> None:
        super().__init__(
            f"source {source} was given {normalized.records} records and returned "
            f"{normalized.events.height} events and {len(normalized.rejects)} rejects"
        )


def normalize(block: Block) -> Outcome:
    """Never raises for what a sender sent, nor for a source's own fault: that becomes rejects and a problem."""
    header = block.header
    try:
        read = catalog.source(header.source)
        normalized = read(block.payload, Context(ZoneInfo(header.timezone), header.received, header.live))
        if not header.live:  # a live one gets the time of receipt
            normalized = believable(normalized, block.payload)
        if normalized.records != normalized.events.height + len(normalized.rejects):
            raise BrokenSource(header.source, normalized)
        events = complete(normalized.events, header)
        return Outcome(header, events, reject_frame(normalized.rejects, header), normalized.records)
    except LibraryError as error:
        return refuse(block, str(error))
    except Exception as error:  # a fault of ours must not stop other tenants; it is recorded with the block
        return refuse(block, f"{type(error).__name__}: {error}")


def believable(normalized: Normalized, payload: bytes) -> Normalized:
    """A record whose time cannot be (year 1, year 9999) is a reject."""
    if normalized.events.is_empty():
        return normalized
    possible = pl.col("time").is_between(EARLIEST, LATEST, closed="left").fill_null(value=False)
    impossible = normalized.events.filter(~possible)["line"].to_list()
    if not impossible:
        return normalized
    lines = payload.split(b"\n")
    detail = "時刻がありえません。機器の時計と書式を確かめてください (a time that cannot be)"
    rejects = (
        Reject(line, Reason.BAD_TIME, detail, lines[line - 1][:RAW_KEPT] if line <= len(lines) else b"")
        for line in impossible
    )
    return Normalized(normalized.events.filter(possible), (*normalized.rejects, *rejects), normalized.records)


def complete(events: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Add what the pipeline knows: whose it is, where its raw line lies, when it arrived."""
    return completed(
        events.with_columns(
            pl.lit(header.tenant).alias("tenant"),
            pl.lit(header.sensor).alias("sensor"),
            pl.lit(header.block).alias("block"),
        ),
        header,
    )


def completed(events: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Events that say whose they are (``tenant``, ``sensor``, ``block``, ``line``); the rest is as ``header`` says."""
    if events.is_empty():
        return empty()
    reference = pl.format("{}:{}", pl.col("block"), pl.col("line"))
    known = events.with_columns(
        pl.lit(header.source).alias("source"),
        pl.lit(header.received).cast(pl.Datetime("us")).alias("metadata.logged_time"),
        reference.alias("metadata.uid"),
        reference.alias("raw_ref"),
    ).drop("line", "block")
    return conform(overrule_clock(known, header) if header.live else known)


def overrule_clock(events: pl.DataFrame, header: Header) -> pl.DataFrame:
    """For a live stream, a device clock more than a day off gives way to the time of receipt, and says so."""
    received = pl.lit(header.received).cast(pl.Datetime("us"))
    wrong = (pl.col("time") - received).abs() > CLOCK_TOLERANCE
    labels = pl.col("metadata.labels") if "metadata.labels" in events.columns else pl.lit(None)
    known = labels.cast(pl.List(pl.String)).fill_null(pl.lit([], dtype=pl.List(pl.String)))
    note = pl.lit(["time_source:receive"], dtype=pl.List(pl.String))
    return events.with_columns(
        pl.when(wrong).then(received).otherwise(pl.col("time")).alias("time"),
        pl.when(wrong)
        .then(known.list.concat(note))
        .otherwise(labels.cast(pl.List(pl.String)))
        .alias("metadata.labels"),
    )


def reject_frame(rejects: tuple[Reject, ...], header: Header) -> pl.DataFrame:
    if not rejects:
        return NO_REJECTS
    rows = [
        {
            "tenant": header.tenant,
            "sensor": header.sensor,
            "source": header.source,
            "time": header.received,
            "block": header.block,
            "origin": header.origin,
            "line": reject.line,
            "reason": reject.reason.value,
            "detail": reject.detail,
            "raw": reject.raw[:RAW_KEPT],
        }
        for reject in rejects
    ]
    return pl.DataFrame(rows, schema=REJECT_COLUMNS)


def refuse(block: Block, problem: str) -> Outcome:
    """Every record of a block as a reject: a line each, or the file as a whole."""
    header = block.header
    manifest = catalog.manifests().get(header.source)
    whole = manifest is not None and manifest.framing is Framing.FILE
    pieces = [(1, block.payload)] if whole else enumerate(block.payload.split(b"\n"), start=1)
    rejects = tuple(
        Reject(number, Reason.CORRUPT, problem, raw[:RAW_KEPT]) for number, raw in pieces if raw.strip() or whole
    )
    return Outcome(header, empty(), reject_frame(rejects, header), len(rejects), problem)
