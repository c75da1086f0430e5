"""The events on which counted rules fired, as rows of the lake's table ``hits``: all that correlations ever read."""

from collections import defaultdict
from collections.abc import Sequence

import orjson
import polars as pl

from hinomi.pipeline.detect.sigma import windows
from hinomi.pipeline.detect.sigma.event import text
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.taxonomy import ocsf
from hinomi.pipeline.normalize import HIT_COLUMNS

ABOUT = ("device.hostname", "src_endpoint.ip", "dst_endpoint.ip", "actor.user.name", "user.name")
"""Columns of the event that say which machine and person; a finding says those that all of its hits share."""
SAID = ("tenant", "sensor", "source", "time", "metadata.uid", "raw_ref", *ABOUT)
VALUES = 10
"""Of a field that has many values in one event so many are kept."""
Fields = dict[str, list[str]]


def kept(events: pl.DataFrame, hits: Sequence[tuple[int, Rule]]) -> pl.DataFrame:
    """Rows for those of the hits (row of ``events``, rule) whose rule some correlation refers to; ``epoch`` is null."""
    counted = [(row, rule) for row, rule in hits if rule.keeps is not None]
    if not counted:
        return pl.DataFrame(schema=HIT_COLUMNS)
    fields = fields_of(events, counted)
    return (
        events[[row for row, _ in counted]]
        .select(SAID)
        .with_columns(
            pl.Series("rule", [rule.id for _, rule in counted]),
            pl.Series("fields", [orjson.dumps(fields[row, rule.id]).decode() for row, rule in counted]),
            pl.lit(None, HIT_COLUMNS["epoch"]).alias("epoch"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in HIT_COLUMNS.items())
    )


def fields_of(events: pl.DataFrame, hits: Sequence[tuple[int, Rule]]) -> dict[tuple[int, str], Fields]:
    """The values that each hit's rule keeps, by row and rule; a field without values is left out."""
    found: dict[tuple[int, str], Fields] = {}
    rows = sorted({row for row, _ in hits})
    for group in windows.sorted_by_key(events[rows]):
        seen = {rows[position]: group.event(index).raw for index, position in enumerate(group.rows)}
        for row, rule in hits:
            if row in seen:
                found[row, rule.id] = some({name: seen[row].get(name, ()) for name in rule.keeps or ()})
    by_rule: dict[str, list[tuple[int, Rule]]] = defaultdict(list)
    for row, rule in hits:
        if (row, rule.id) not in found:
            by_rule[rule.id].append((row, rule))
    for mine in by_rule.values():
        found |= of_columns(events, [row for row, _ in mine], mine[0][1])
    return found


def of_columns(events: pl.DataFrame, rows: list[int], rule: Rule) -> dict[tuple[int, str], Fields]:
    """The same for events that are no Windows records: values as the rule's view names them."""
    found: dict[tuple[int, str], Fields] = {(row, rule.id): {} for row in rows}
    views = ocsf.views()
    for kind in sorted(key.kind for key in rule.keys if key.kind in views):
        view, frame = views[kind], events[rows]
        expressions = {name: one for name, one in view.expressions(rule.keeps).items() if name in (rule.keeps or ())}
        if not expressions:
            continue
        seen = frame.select(**expressions, **{"": view.where.fill_null(value=False)})
        for row, values in zip(rows, seen.iter_rows(named=True), strict=True):
            if values.pop(""):
                found[row, rule.id] |= some({name: listed(value) for name, value in values.items()})
    return found


def listed(value: object) -> Sequence[str]:
    values = value if isinstance(value, list) else [value]
    return [text(one) for one in values if one is not None]


def some(values: dict[str, Sequence[str]]) -> Fields:
    return {name: list(dict.fromkeys(found))[:VALUES] for name, found in values.items() if found}
