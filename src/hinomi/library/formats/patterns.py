"""Logs of which a few families of lines make up nearly all: those by the column, every other line by itself.

    FAMILIES = (Family(mark="[INSPECT]", pattern=INSPECT, columns=inspected), …)
    normalized = normalize(payload, context, FAMILIES, event)

``event(line)`` is the plain reader (see :mod:`hinomi.library.formats.textlines`). It reads any line, those of the
families too, and is the oracle of a test that compares the two. A family is only a shorter way to the same rows:
its ``pattern`` is written in what Python's ``re`` and Rust's ``regex`` share (no lookaround, ASCII classes), and a
line about which its ``columns`` have the least doubt is left to the plain reader by a null ``time``.

``same message repeated 3 times`` is the event of the same host's line before it, again, with ``count`` 3.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

import polars as pl

from hinomi.library.contracts import Context, Normalized, Reject
from hinomi.library.formats import textlines
from hinomi.library.formats.addresses import ip
from hinomi.library.formats.lines import Lines, split
from hinomi.library.formats.rows import LINE, Collector, Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.schema import POLARS

TEXT = "@text"
CHUNK = 1 << 15
"""Lines that are held as text at a time."""
LOOK_BACK = 1_000
"""Lines in which the one that was repeated is looked for."""
REPEATED = re.compile(
    r"(?:^|[: ])(?:last |same )?message repeated ([0-9]{1,9}) times?(?::? ?\[ ?(.*?)\]?)?$", re.DOTALL
)
OF_THE_MOMENT = ("time", "metadata.original_time", "metadata.labels", "start_time", "end_time", "duration")
"""What an event has not in common with its repetition."""
ENDPOINT = (
    r"(?:(?P<{0}4>[0-9]{{1,3}}\.[0-9]{{1,3}}\.[0-9]{{1,3}}\.[0-9]{{1,3}})(?::(?P<{0}_port>[0-9]{{1,5}}))?"
    r"|(?P<{0}6>[0-9A-Fa-f:.]+))"
)
"""``address:port`` of IPv4, ``address.port`` of IPv6, either without a port; groups by ``ENDPOINT.format(name)``."""
DTYPES = {**POLARS, LINE: pl.Int64()}
SPLIT6 = r"^(?P<address>[0-9A-Fa-f:]+)(?:\.(?P<port>[0-9]{1,5}))?$"

Event = Callable[[Line], Row | Reject]
Columns = Callable[[pl.DataFrame, Context], pl.DataFrame]


@dataclass(frozen=True)
class Family:
    """Lines that hold the literal ``mark`` and match ``pattern`` from their first to their last character.

    ``columns(groups, context)`` gets a frame of the pattern's named groups (String) with ``line`` and gives
    columns of the lake in the same order, ``line`` among them; a null ``time`` leaves a line to the plain reader.
    """

    mark: str
    pattern: str
    columns: Columns


def normalize(payload: bytes, context: Context, families: Sequence[Family], event: Event) -> Normalized:
    """Every line as an event or a reject, in the order of the lines."""
    lines = split(payload)
    collector = Collector()
    for reject in lines.rejects:
        collector.add(reject.line, reject)
    frames: list[pl.DataFrame] = []
    for begin in range(0, len(lines), CHUNK):
        chunk = lines.take(slice(begin, begin + CHUNK))
        found = by_column(chunk, context, families)
        frames += found
        known = {number for each in found for number in each[LINE].to_list()}
        for index, number in enumerate(chunk.numbers.tolist()):
            if number not in known:
                collector.add(number, by_itself(lines, begin + index, context, event))
    plain = collector.normalized()
    events = pl.concat([plain.events, *frames], how="diagonal", rechunk=True).sort(LINE) if frames else plain.events
    return Normalized(events, plain.rejects, events.height + len(plain.rejects))


def by_column(lines: Lines, context: Context, families: Sequence[Family]) -> list[pl.DataFrame]:
    """Events of the lines of one family after another."""
    texts = [text(raw) for _, raw in lines]
    unread = pl.DataFrame({LINE: lines.numbers, TEXT: pl.Series(texts, dtype=pl.String)})
    found: list[pl.DataFrame] = []
    for family in families:
        marked = unread.filter(pl.col(TEXT).str.contains(family.mark, literal=True))
        groups = marked.select(LINE, pl.col(TEXT).str.extract_groups(f"^{family.pattern}$").alias(TEXT)).unnest(TEXT)
        groups = groups.filter(pl.any_horizontal(pl.exclude(LINE).is_not_null()))
        if not groups.height:
            continue
        events = family.columns(groups, context).filter(pl.col("time").is_not_null())
        found.append(events.select(pl.col(name).cast(DTYPES[name]) for name in events.columns))
        unread = unread.join(events.select(LINE), on=LINE, how="anti")
    return found


def text(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def by_itself(lines: Lines, index: int, context: Context, event: Event) -> Row | Reject:
    """A line as the plain reader has it, or the line before it once more where it says so."""
    line = textlines.read(int(lines.numbers[index]), lines.raw(index))
    found = REPEATED.search(line.text) if "repeated" in line.text else None
    if found and found[2]:
        inner = found[2].strip()
        outcome = textlines.attempt(line._replace(text=inner, raw=inner.encode()), event)
    else:
        outcome = textlines.attempt(line, event)
        if found:
            own = textlines.silent(line.text) if isinstance(outcome, Reject) else outcome
            before = previous(lines, index, line, event)
            outcome = {**before, **{name: own.get(name) for name in OF_THE_MOMENT}} if before else own
    if not isinstance(outcome, Reject):
        if found:
            outcome["count"] = int(found[1])
        textlines.complete(outcome, line, context)
    return outcome


def previous(lines: Lines, index: int, line: Line, event: Event) -> Row | None:
    """The event of the same host's last line that is not itself a repetition."""
    for earlier in range(index - 1, max(index - LOOK_BACK, 0) - 1, -1):
        candidate = textlines.read(int(lines.numbers[earlier]), lines.raw(earlier))
        if candidate.header.host == line.header.host and not REPEATED.search(candidate.text):
            outcome = textlines.attempt(candidate, event)
            return None if isinstance(outcome, Reject) else outcome
    return None


def distinct(groups: pl.DataFrame, keys: Sequence[str], row: Callable[..., Row]) -> pl.DataFrame:
    """Columns that follow from groups of few values: ``row(*values)`` once for each combination of ``keys``."""
    held = groups.select(keys)
    combinations = held.unique()
    rows = [row(*values) for values in combinations.iter_rows()]
    columns = {
        name: [each.get(name) for each in rows] for name in dict.fromkeys(name for each in rows for name in each)
    }
    made = pl.DataFrame(columns, schema={name: DTYPES[name] for name in columns})
    renamed = {key: f"@{key}" for key in keys}
    joined = held.rename(renamed).join(
        made.hstack(combinations.rename(renamed)),
        on=list(renamed.values()),
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return joined.select(list(columns))


def mapped(values: pl.Series, function: Callable[[str], object], dtype: pl.DataType) -> pl.Series:
    """``function`` of each text, called once for each different one; null of null."""
    different = values.drop_nulls().unique()
    if not len(different):
        return pl.Series(values.name, [None], dtype=dtype).new_from_index(0, len(values))
    results = pl.Series([function(value) for value in different.to_list()], dtype=dtype)
    return values.replace_strict(different, results, default=None, return_dtype=dtype).alias(values.name)


def address(text: str) -> str | None:
    """What :func:`hinomi.library.formats.addresses.ip` says, four times as fast; null where that must decide."""
    try:
        if ":" not in text:
            return None if text == "0.0.0.0" else inet_ntop(AF_INET, inet_pton(AF_INET, text))  # noqa: S104
        return ip(text) if text.startswith("::") else inet_ntop(AF_INET6, inet_pton(AF_INET6, text))
    except OSError:
        return None


def endpoint(groups: pl.DataFrame, name: str) -> tuple[pl.Series, pl.Series]:
    """Address and port of the groups of :data:`ENDPOINT`; the address is null where its reader must decide."""
    sixth = groups[f"{name}6"].str.extract_groups(SPLIT6).struct.unnest()
    host = mapped(groups[f"{name}4"].fill_null(sixth["address"]), address, pl.String())
    port = groups[f"{name}_port"].fill_null(sixth["port"]).cast(pl.Int32)
    return host, port.set(port > 65535, None)
