"""JSON exports: an array of objects, an object that holds one such array, or an object a line (NDJSON).

An object within an object becomes dotted headings (``user.name``); a list of plain values becomes one cell
whose items are parted by ``LIST``.
"""

from typing import Any

import orjson
import polars as pl

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import table_grid as grids
from hinomi.library.formats.lines import LONGEST
from hinomi.library.formats.table_columns import Columns
from hinomi.library.formats.table_grid import KEPT, LABEL, LINE, LIST, RAW, Grid, Unreadable
from hinomi.library.formats.table_text import Text

Item = tuple[int, Any, bytes | None]
"""Number of a record (line of NDJSON, position in an array), what it holds, its text where that is at hand."""


def read(text: Text, columns: Columns) -> Grid:
    whole = _whole(text)
    items, rejects = _lines(text) if whole is None else ([(n, item, None) for n, item in enumerate(whole, 1)], [])
    rows: list[dict[str, str]] = []
    raws: list[str] = []
    numbers: list[int] = []
    for number, record, raw in items:
        try:
            octets = raw or orjson.dumps(record)
            row = _flat(record) if isinstance(record, dict) else None
        except (RecursionError, orjson.JSONEncodeError):
            octets, row = text.octets, None
        if row is None:
            detail = "JSON オブジェクトではないか、入れ子が深すぎます (not a JSON object, or nested too deeply)"
            rejects.append(Reject(number, Reason.NOT_THIS_FORMAT, detail, octets[:KEPT]))
            continue
        rows.append(row)
        raws.append(octets.decode("utf-8"))
        numbers.append(number)
    seen = tuple(dict.fromkeys(key for row in rows for key in row))
    names = grids.named(seen, columns)
    cells = pl.DataFrame(
        {name: [row.get(key, "") for row in rows] for key, name in zip(seen, names, strict=True)},
        schema=dict.fromkeys(names, pl.String),
    )
    anywhere = next(iter(text.labels.values()), None)
    labels = [text.labels.get(number - 1) if whole is None else anywhere for number in numbers]
    cells = cells.with_columns(
        pl.Series(LINE, numbers, dtype=pl.Int64),
        pl.Series(RAW, raws, dtype=pl.String),
        pl.Series(LABEL, labels, dtype=pl.String),
    )
    return Grid(cells, seen, grids.missing(names, columns), tuple(rejects))


def _whole(text: Text) -> list[Any] | None:
    """The records of a document that is one JSON value; None for an object a line."""
    try:
        value = orjson.loads(text.octets)
    except orjson.JSONDecodeError as error:
        if text.octets.lstrip().startswith(b"["):
            detail = f"JSON として読めません: {error} (not readable as JSON)"
            raise Unreadable(Reject(1, Reason.CORRUPT, detail, text.octets[:KEPT])) from error
        return None
    if isinstance(value, list):
        return value
    lists = [item for item in value.values() if _holds_objects(item)] if isinstance(value, dict) else []
    if len(lists) == 1:
        found: list[Any] = lists[0]
        return found
    return None if len(text) == 1 else [value]


def _holds_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _lines(text: Text) -> tuple[list[Item], list[Reject]]:
    items: list[Item] = []
    rejects: list[Reject] = []
    for index in range(len(text)):
        octets = text.span(index, index + 1).strip()
        if not octets:
            continue
        if len(octets) > LONGEST:
            detail = f"{LONGEST:,} バイトを超える行です (line over the limit)"
            rejects.append(Reject(index + 1, Reason.TOO_LONG, detail, octets[:KEPT]))
            continue
        try:
            items.append((index + 1, orjson.loads(octets), octets))
        except orjson.JSONDecodeError as error:
            cut = index + 1 == len(text) and not octets.endswith(b"}")
            reason = Reason.TRUNCATED if cut else Reason.NOT_THIS_FORMAT
            detail = f"JSON として読めません: {error} (not readable as JSON)"
            rejects.append(Reject(index + 1, reason, detail, octets[:KEPT]))
    return items, rejects


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            cells[prefix + key] = LIST.join(_text(item) for item in value)
        else:
            cells[prefix + key] = _text(value)
    return cells


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
