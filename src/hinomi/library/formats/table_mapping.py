"""A grid to OCSF events by the rules of a ``columns.yaml``, and rejects for what does not fit."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import table_cells as filling
from hinomi.library.formats.table_columns import Cell, Columns, First, Rule
from hinomi.library.formats.table_grid import KEPT, LABEL, LINE, RAW, Grid
from hinomi.library.formats.table_values import key_of
from hinomi.ocsf.schema import POLARS

EVENTS = pl.Schema(dict(POLARS) | {"line": pl.Int64()})
AT_ONCE = 100_000
"""Rows that are mapped at a time, which bounds the memory that mapping takes beside its result."""
TIME, REASON, DETAIL, RULE = "\0time", "\0reason", "\0detail", "\0rule"


def events(grid: Grid, columns: Columns, zone: ZoneInfo) -> tuple[pl.DataFrame, list[Reject]]:
    """Events in the order of the file, with only the columns that were filled, and the rejects."""
    if grid.missing:
        return EVENTS.to_frame(), _without_headings(grid)
    parts: list[pl.DataFrame] = []
    rejects: list[Reject] = []
    for cells in grid.cells.iter_slices(AT_ONCE):
        found, refused = _events(cells, columns, zone)
        parts += found
        rejects += refused
    return (pl.concat(parts, how="diagonal") if parts else EVENTS.to_frame()), rejects


def _events(cells: pl.DataFrame, columns: Columns, zone: ZoneInfo) -> tuple[list[pl.DataFrame], list[Reject]]:
    apart = {name: cells[name] for name in (LINE, RAW, LABEL)}
    frame = filling.clean(cells.drop(apart), columns.null_words).with_columns(**apart)
    frame = frame.with_columns(filling.times(frame, columns.time, zone).alias(TIME))
    frame = frame.with_columns(_rule_of(frame, columns).alias(RULE))
    frame = frame.with_columns(_problem(frame, columns))
    rejects = list(_rejects(frame))
    parts: list[pl.DataFrame] = []
    for number, rule in enumerate(columns.rules):
        chosen = frame.filter((pl.col(RULE) == number) & pl.col(REASON).is_null())
        if chosen.height:
            part, refused = _apply(chosen, rule, columns, zone)
            parts.append(part)
            rejects += refused
    return ([pl.concat(parts, how="diagonal").sort("line")] if parts else []), rejects


def _without_headings(grid: Grid) -> list[Reject]:
    lacking, seen = "、".join(grid.missing), "、".join(grid.seen) or "(なし)"
    detail = f"見出し「{lacking}」がありません。読めた見出し: {seen} (required heading missing; see columns.yaml)"
    rows = grid.cells.select(LINE, RAW).iter_rows()
    return [Reject(line, Reason.NOT_THIS_FORMAT, detail, raw.encode()[:KEPT]) for line, raw in rows]


def _rule_of(frame: pl.DataFrame, columns: Columns) -> pl.Series:
    """The number of the first rule that fits each row; null where none does."""
    headings = {heading for rule in columns.rules for heading in rule.when}
    folded = {heading: _folded(filling.text_of(frame, Cell(heading))) for heading in headings}
    chosen = pl.repeat(None, frame.height, dtype=pl.Int32, eager=True)
    for number, rule in reversed(list(enumerate(columns.rules))):
        fits = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
        for heading, texts in rule.when.items():
            fits &= folded[heading].is_in(list(texts)).fill_null(False)
        for heading in rule.given:
            fits &= filling.text_of(frame, Cell(heading)).is_not_null()
        chosen = chosen.set(fits, number)
    return chosen


def _folded(text: pl.Series) -> pl.Series:
    texts = text.drop_nulls().unique()
    keys = pl.Series([key_of(value) for value in texts], dtype=pl.String)
    return text.replace_strict(texts, keys, default=None, return_dtype=pl.String)


def _problem(frame: pl.DataFrame, columns: Columns) -> Iterable[pl.Expr]:
    """Why a row is no event, as REASON and DETAIL; both are null where it is one."""
    heading = columns.time.heading
    told = dict.fromkeys(name for rule in columns.rules for name in (*rule.when, *rule.given))
    shown = [pl.format("{}「{}」", pl.lit(name), pl.col(name).fill_null("")) for name in told if name in frame.columns]
    what = pl.concat_str(shown, separator="、") if shown else pl.lit("この行")
    empty, odd, unknown = pl.col(heading).is_null(), pl.col(TIME).is_null(), pl.col(RULE).is_null()
    yield (
        pl.when(empty)
        .then(pl.lit(Reason.NO_TIME.value))
        .when(odd)
        .then(pl.lit(Reason.BAD_TIME.value))
        .when(unknown)
        .then(pl.lit(Reason.UNKNOWN_TYPE.value))
    ).alias(REASON)
    yield (
        pl.when(empty)
        .then(pl.lit(f"「{heading}」が空です (the time is empty)"))
        .when(odd)
        .then(pl.format("「{}」は日時として読めません (not a time)", pl.col(heading)))
        .when(unknown)
        .then(pl.format("{}に合う規則がありません (no rule fits)", what))
    ).alias(DETAIL)


def _apply(chosen: pl.DataFrame, rule: Rule, columns: Columns, zone: ZoneInfo) -> tuple[pl.DataFrame, list[Reject]]:
    """Rows of one rule as events, and rejects for those with a cell that does not fit its column."""
    filled = {
        column: values
        for column, source in rule.sources.items()
        if (values := filling.fill(chosen, source, POLARS[column], columns.time, zone)) is not None
    }
    for column, fill in filled.items():
        if fill.refused is not None:
            chosen = chosen.with_columns(_refusal(column, fill.refused, rule))
    fits = chosen[REASON].is_null()
    event = chosen.select(
        pl.col(LINE).alias("line"),
        pl.col(TIME).alias("time"),
        pl.col(columns.time.heading).alias("metadata.original_time"),
        pl.when(pl.col(LABEL).is_not_null()).then(pl.concat_list(LABEL)).alias("metadata.labels"),
        *(pl.lit(value, POLARS[column]).alias(column) for column, value in rule.constants.items() if value is not None),
    ).with_columns(fill.values.alias(column) for column, fill in filled.items())
    if rule.is_alert:
        event = event.with_columns(chosen[RAW].alias("raw_data"), unmapped=_unmapped(chosen, rule, columns))
    return event.filter(fits), list(_rejects(chosen))


def _refusal(column: str, refused: pl.Series, rule: Rule) -> Iterator[pl.Expr]:
    source = rule.sources[column]
    heading = "・".join(cell.heading for cell in (source.cells if isinstance(source, First) else (source,)))
    told = pl.format("{}「{}」は {} の値にできません (value does not fit)", pl.lit(heading), refused, pl.lit(column))
    yield pl.coalesce(REASON, pl.when(refused.is_not_null()).then(pl.lit(Reason.BAD_VALUE.value))).alias(REASON)
    yield pl.coalesce(DETAIL, pl.when(refused.is_not_null()).then(told)).alias(DETAIL)


def _rejects(frame: pl.DataFrame) -> Iterator[Reject]:
    refused = frame.filter(pl.col(REASON).is_not_null()).select(LINE, REASON, DETAIL, RAW)
    for line, reason, detail, raw in refused.iter_rows():
        yield Reject(line, Reason(reason), detail, raw.encode()[:KEPT])


def _unmapped(chosen: pl.DataFrame, rule: Rule, columns: Columns) -> pl.Series:
    """What no column took, as a JSON object of heading → text; null where nothing is left."""
    taken = {columns.time.heading, LINE, RAW, LABEL, TIME, RULE, REASON, DETAIL}
    for source in rule.sources.values():
        taken |= {cell.heading for cell in (source.cells if isinstance(source, First) else (source,))}
    members = [
        pl.when(pl.col(name).is_not_null()).then(
            pl.struct(name).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")
        )
        for name in chosen.columns
        if name not in taken
    ]
    if not members:
        return pl.repeat(None, chosen.height, dtype=pl.String, eager=True)
    inside = pl.concat_str(members, separator=",", ignore_nulls=True)
    return chosen.select(pl.when(inside != "").then(pl.concat_str(pl.lit("{"), inside, pl.lit("}")))).to_series()
