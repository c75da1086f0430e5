"""Suricata's commonest records column by column; equal to what :mod:`mapping` makes of them one by one.

Records are *regular* if they are flows, handshakes, names or requests whose values are of the usual types and whose
times are written as Suricata does. The others are left to the mapping of single records.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import orjson
import polars as pl
from numpy.typing import NDArray

from hinomi.library.formats import addresses
from hinomi.library.formats.jsonscan import Found, Kind, Status, Wanted
from hinomi.library.formats.rows import Row, frame
from hinomi.library.formats.views import scatter
from hinomi.library.sources.suricata_eve.protocols import Eve, dns, http_activity, server
from hinomi.ocsf.classes import ClassUid, SeverityId
from hinomi.ocsf.schema import POLARS

TEXTS = ("timestamp", "event_type", "flow_id", "in_iface", "src_ip", "dest_ip", "proto", "app_proto", "direction")
PORTS = ("src_port", "dest_port")
COUNTS = ("flow.bytes_toserver", "flow.bytes_toclient", "flow.pkts_toserver", "flow.pkts_toclient")
MOMENTS = ("flow.start", "flow.end")
NAMES = ("tls.sni", "quic.sni")
SCALARS = (*TEXTS, *PORTS, *COUNTS, *MOMENTS, *NAMES)
WANTED = Wanted([*SCALARS, "dns", "http", "ether"])
KINDS = ("flow", "tls", "quic", "dns", "http")
WRITTEN = r"^[12]\d{3}-\d\d-\d\dT\d\d:[0-5]\d:[0-5]\d\.\d{6}[+-](?:0\d|1[0-3])[0-5]\d$"
TIME = "%Y-%m-%dT%H:%M:%S%.6f%z"
NUMBER, WHOLE = r"^(?:0|[1-9][0-9]{0,17})$", r"^[0-9]{1,19}$"
Rows = NDArray[np.int64]
HIGHEST_PORT = 65535
DETAILS: dict[str, Callable[[Eve], Row]] = {"dns": dns, "http": http_activity}
"""Parts that say too much for columns: each is read as an object."""


def regular(found: Found) -> NDArray[np.bool_]:
    """Which documents are regular records."""
    texts = found.frame(SCALARS)
    usual: NDArray[np.bool_] = found.status == Status.READ
    for name in SCALARS:
        kinds = found.kind(name)
        odd = np.isin(kinds, (Kind.BOOLEAN, Kind.NESTED))
        if (kinds == Kind.NUMBER).any():
            odd |= (kinds == Kind.NUMBER) & ~texts[name].str.contains(NUMBER).fill_null(value=False).to_numpy()
        usual &= ~odd
    kind, ether = texts["event_type"], found.kind("ether")
    usual &= kind.is_in(KINDS).fill_null(value=False).to_numpy() & (ether <= Kind.NULL)
    for name in DETAILS:
        whole = found.column(name).str.starts_with("{").fill_null(value=False).to_numpy()
        usual &= (kind != name).fill_null(value=True).to_numpy() | ((found.kind(name) == Kind.NESTED) & whole)
    times = texts.select(moment(name).is_not_null() for name in ("timestamp", *MOMENTS))
    usual &= times["timestamp"].to_numpy()
    for name in MOMENTS:
        usual &= (times[name] | texts[name].is_null()).to_numpy()
    return usual


def moment(name: str) -> pl.Expr:
    """A time in Suricata's own spelling as naive UTC; null for any other."""
    text = pl.col(name)
    parsed = pl.when(text.str.contains(WRITTEN)).then(text).str.to_datetime(TIME, time_unit="us", strict=False)
    return parsed.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def whole(name: str, most: int | None = None) -> pl.Expr:
    """A number that is not negative, at most ``most``; null for anything else."""
    number = pl.when(pl.col(name).str.contains(WHOLE)).then(pl.col(name)).cast(pl.Int64, strict=False)
    return number if most is None else pl.when(number <= most).then(number)


def said(name: str) -> pl.Expr:
    """A text that is not empty."""
    return pl.when(pl.col(name) != "").then(pl.col(name))


def events(found: Found, rows: Rows, numbers: Rows) -> pl.DataFrame:
    """The regular records ``rows`` as events; ``numbers`` are their lines."""
    texts = found.frame([*SCALARS, *DETAILS])[rows]
    kind, start, end = pl.col("event_type"), moment("flow.start"), moment("flow.end")
    flow, name = kind == "flow", kind.is_in(["tls", "quic"])
    activity = {"flow": 6, "tls": 1, "quic": 1}
    columns: dict[str, Any] = {
        "time": moment("timestamp"),
        "class_uid": pl.when(flow | name).then(int(ClassUid.NETWORK_ACTIVITY)),
        "activity_id": kind.replace_strict(activity, default=None, return_dtype=pl.Int64),
        "metadata.original_time": "timestamp",
        "metadata.log_name": kind,
        "severity_id": pl.lit(int(SeverityId.INFORMATIONAL)),
        "is_alert": pl.lit(value=False),
        "metadata.product.name": pl.lit("Suricata"),
        "metadata.product.vendor_name": pl.lit("OISF"),
        "metadata.correlation_uid": said("flow_id"),
        "src_endpoint.ip": mapped(texts["src_ip"], addresses.ip, found.kind("src_ip")[rows]),
        "src_endpoint.port": whole("src_port", HIGHEST_PORT),
        "src_endpoint.interface_name": said("in_iface"),
        "dst_endpoint.ip": mapped(texts["dest_ip"], addresses.ip, found.kind("dest_ip")[rows]),
        "dst_endpoint.port": whole("dest_port", HIGHEST_PORT),
        "dst_endpoint.hostname": pl.when(name).then(pl.coalesce(said("tls.sni"), said("quic.sni"))),
        "app_name": said("app_proto"),
        "start_time": pl.when(flow).then(start),
        "end_time": pl.when(flow).then(end),
        "duration": pl.when(flow).then(((end - start).dt.total_microseconds() / 1e6 * 1000).round(mode="half_to_even")),
        "traffic.bytes_out": pl.when(flow).then(whole("flow.bytes_toserver")),
        "traffic.bytes_in": pl.when(flow).then(whole("flow.bytes_toclient")),
        "traffic.packets_out": pl.when(flow).then(whole("flow.pkts_toserver")),
        "traffic.packets_in": pl.when(flow).then(whole("flow.pkts_toclient")),
        **{column: mapped(texts["proto"], protocol(column)) for column in addresses.protocol(None)},
    }
    made = texts.select(**columns).cast({name: POLARS[name] for name in columns})
    for part, read in DETAILS.items():
        made = detailed(made, texts, part, read)
    return made.with_columns(line=pl.Series(numbers, dtype=pl.Int64))


def protocol(column: str) -> Callable[[str], Any]:
    return lambda text: addresses.protocol(text or None)[column]


def mapped(texts: pl.Series, function: Callable[[str], Any], kinds: NDArray[np.uint8] | None = None) -> pl.Series:
    """A function of texts, asked once for each; null for null, and for what is a number where ``kinds`` are given."""
    if kinds is not None and (kinds == Kind.NUMBER).any():
        texts = texts.set(pl.Series(kinds == Kind.NUMBER), None)
    known = texts.drop_nulls().unique().to_list()
    values = [function(text) for text in known]
    dtype = pl.Int64 if any(isinstance(value, int) for value in values) else pl.String
    return texts.replace_strict(known, values, default=None, return_dtype=dtype)


def detailed(made: pl.DataFrame, texts: pl.DataFrame, part: str, read: Callable[[Eve], Row]) -> pl.DataFrame:
    """Events with what ``read`` finds in one part of their records; a name server's answer is turned round."""
    rows = np.flatnonzero((texts["event_type"] == part).to_numpy())
    if not len(rows):
        return made
    some = texts.select(part, "direction", *PORTS)[rows]
    eves = [{**eve, part: orjson.loads(eve[part])} for eve in some.iter_rows(named=True)]
    height = made.height
    found = frame([read(eve) for eve in eves]).drop("line", "time")
    added = {column.name: scatter(column, rows, height) for column in found.get_columns()}
    known = {name: made[name].fill_null(column) for name, column in added.items() if name in made.columns}
    made = made.with_columns(**(added | known))
    return turned(made, rows[[server(eve) == "src_endpoint" for eve in eves]]) if part == "dns" else made


def turned(made: pl.DataFrame, rows: Rows) -> pl.DataFrame:
    """The ends of some events the other way round: who asked is the source, also of what it was told."""
    answers = np.zeros(made.height, dtype=np.bool_)
    answers[rows] = True
    pairs = [(f"src_endpoint.{part}", f"dst_endpoint.{part}") for part in ("ip", "port")]
    turn = pl.when(pl.Series(answers))
    return made.with_columns(exchanged(turn, pairs))


def exchanged(turn: Any, pairs: Iterable[tuple[str, str]]) -> list[pl.Expr]:
    return [
        turn.then(pl.col(other)).otherwise(pl.col(one)).alias(one)
        for pair in pairs
        for one, other in (pair, pair[::-1])
    ]
