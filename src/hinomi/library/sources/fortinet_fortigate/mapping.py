"""FortiGate logs to OCSF.

Source: FortiOS log message reference; the categories of detections are those of the survey report, section 4.5.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats.cells import LINE, RECODED, TRUNCATED, Rows
from hinomi.library.formats.lines import Lines, split
from hinomi.library.formats.shapes import Columns, Mapping
from hinomi.library.sources.fortinet_fortigate import clock, content, finding, network, statement, verdict
from hinomi.library.sources.fortinet_fortigate.clock import CLOCK, SENT, TIME
from hinomi.library.sources.fortinet_fortigate.fields import DECIDING, WANTED
from hinomi.library.sources.fortinet_fortigate.logtype import is_type, typed
from hinomi.library.sources.fortinet_fortigate.records import read
from hinomi.ocsf.classes import ClassUid
from hinomi.ocsf.schema import POLARS

TYPES = {**POLARS, "line": pl.Int64()}
NOT_FORTIGATE = "FortiGate のログではありません。送り元と source の組み合わせを確かめてください (no log of a FortiGate)"
BAD_TIME = "時刻を読めません (time cannot be read): {}"

MAPPING: Final = Mapping(
    WANTED,
    DECIDING,
    decided=(
        typed(),
        statement.judged(),
        {**statement.decided(), **network.decided(), **content.decided(), **finding.decided()},
    ),
    chosen={
        **clock.chosen(),
        **statement.chosen(),
        **network.endpoints(),
        **network.connection(),
        **network.people(),
        **content.chosen(),
        **finding.chosen(),
    },
)
DECIDED = (
    *("class_uid", "activity_id", "is_alert", "disposition_id", "action_id", "severity_id", "status_id"),
    *("utm_category", "metadata.log_name", "metadata.product.name", "metadata.product.vendor_name"),
    *("connection_info.protocol_num", "connection_info.protocol_name", "connection_info.direction_id"),
    *("http_request.http_method", "http_response.code"),
)
COPIED = (*statement.COPIED, *network.COPIED, *content.COPIED)
ALERTING = ("utm_category", "raw_data", "unmapped", "finding_info.", "malware.")
"""How the names of columns begin that only alerts have."""
NUMBERS = ("count", *network.NUMBERS)
REFINED = {**statement.REFINED, **network.REFINED}
GROUPS = (
    (network.REPORTED_FROM, network.reported),
    (network.PEOPLE, network.named),
    (content.WEB, content.web),
    ((content.ANSWERS,), content.answers),
    (content.MAIL, content.mail),
    (content.FILES, content.files),
)
"""Columns that only some lines have, and what is made of them."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """Each line of a FortiGate's log as one OCSF event; a line that is none becomes a reject."""
    lines = split(payload)
    events: list[pl.DataFrame] = []
    rejects = list(lines.rejects)
    for cells in read(lines):
        columns = MAPPING.columns(cells)
        times = clock.timed(columns, context)
        known, dated = columns.decided(statement.KNOWN), times[TIME].is_not_null()
        found = _events(columns, times)
        if not (known & dated).all():
            found = found.filter(known & dated)
            numbers = columns.about[LINE]
            foreign = numbers.filter(~known)
            rejects += _rejects(lines, foreign, Reason.NOT_THIS_FORMAT, [NOT_FORTIGATE] * len(foreign))
            rejects += _undated(lines, numbers, columns, known & ~dated)
        events.append(found)
    found = pl.concat(events, how="diagonal") if events else pl.DataFrame(schema=TYPES)
    if not found["line"].is_sorted():
        found = found.sort("line")
    rejects.sort(key=lambda reject: reject.line)
    return Normalized(found, tuple(rejects), len(lines) + len(lines.rejects))


def _undated(lines: Lines, numbers: pl.Series, columns: Columns, which: pl.Series) -> list[Reject]:
    fields = columns.frame(["@eventtime", "@date", "@time", "@tz"])
    told = fields.select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    return _rejects(
        lines, numbers.filter(which), Reason.BAD_TIME, [BAD_TIME.format(text) for text in told.filter(which)]
    )


def _rejects(lines: Lines, numbers: pl.Series, reason: Reason, details: Sequence[str]) -> list[Reject]:
    places = np.searchsorted(lines.numbers, numbers.to_numpy())
    return [
        Reject(int(number), reason, detail, lines.raw(int(place)))
        for number, detail, place in zip(numbers, details, places, strict=True)
    ]


def _events(columns: Columns, times: pl.DataFrame) -> pl.DataFrame:
    """OCSF columns of all lines; columns that none of them has are left out."""
    found = {
        "line": columns.about[LINE],
        **{name: times[name] for name in (TIME, SENT)},
        **{name: columns.decided(name) for name in DECIDED},
        **columns.integers(NUMBERS),
        **columns.texts(COPIED),
    }
    for names, refine in GROUPS:
        _merge(found, columns.refined(names, refine))
    found |= _findings(columns)
    _merge(found, _own(columns))
    if (labels := _labels(columns.about, times[CLOCK])) is not None:
        found["metadata.labels"] = labels
    events = pl.DataFrame(found).with_columns(**{name: made for name, made in REFINED.items() if name in found})
    doubtful = columns.where(pl.col(verdict.DOUBTFUL))
    return _withdrawn(events, columns, doubtful) if len(doubtful) else events


def _merge(found: dict[str, pl.Series], more: dict[str, pl.Series]) -> None:
    """Add columns; where there is one already, what it has counts first."""
    for name, column in more.items():
        if column.null_count() == len(column):
            continue
        found[name] = pl.select(pl.coalesce(found[name], column)).to_series() if name in found else column


def _findings(columns: Columns) -> dict[str, pl.Series]:
    alerts = columns.where(pl.col("is_alert"))
    if not len(alerts):
        return {}
    words = {name: columns.decided(name, alerts) for name in finding.WORDS}
    told = finding.finding_info(columns.frame(finding.CELLS, alerts).with_columns(**words))
    fields = columns.texts(finding.KEPT, alerts)
    kept = told.with_columns(finding.evidence(pl.DataFrame(fields))) if fields else told
    return columns.spread(alerts, kept)


def _own(columns: Columns) -> dict[str, pl.Series]:
    """What the firewall says of itself, beyond its columns; leases of addresses are many and have them all."""
    own = columns.where(is_type("event") & (pl.col("class_uid") != int(ClassUid.DHCP_ACTIVITY)))
    fields = columns.texts(finding.TOLD, own) if len(own) else {}
    if not fields:
        return {}
    return columns.spread(own, pl.DataFrame([finding.evidence(pl.DataFrame(fields))]))


def _labels(about: pl.DataFrame, clock: pl.Series) -> pl.Series | None:
    """What was unusual in reading a line; most payloads hold nothing unusual."""
    if not about[TRUNCATED].any() and about[RECODED].is_null().all() and clock.is_null().all():
        return None
    cut = pl.when(pl.col(TRUNCATED)).then(pl.lit("truncated"))
    labels = pl.concat_list(pl.col(RECODED), cut, clock).list.drop_nulls()
    return about.select(pl.when(labels.list.len() > 0).then(labels)).to_series()


def _withdrawn(events: pl.DataFrame, columns: Columns, doubtful: Rows) -> pl.DataFrame:
    """``events`` without the alerts among the doubtful lines that their text does not confirm."""
    said = columns.frame(["message", "status_detail"], doubtful)
    confirmed = said.select(verdict.is_confirmed(*said.columns)).to_series().to_numpy()
    mask = np.zeros(events.height, dtype=np.bool_)
    mask[doubtful[~confirmed]] = True
    withdrawn = pl.lit(pl.Series(mask))
    alerting = [name for name in events.columns if name.startswith(ALERTING)]
    return events.with_columns(
        pl.col("is_alert") & ~withdrawn, *(pl.when(~withdrawn).then(name).alias(name) for name in alerting)
    )
