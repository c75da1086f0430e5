"""Who spoke with whom: the columns that TRAFFIC, THREAT, DECRYPTION, TUNNEL, GTP and SCTP share.

These logs are nearly all a firewall sends, so their common columns are made of many records at once.

    sessions = Sessions(zone)
    sessions.add(line, shared, zone_of_the_record)   # shared: values of columns.SHARED
    frame = sessions.frame()      # one row a line that was added, columns of the lake and ``line``
"""

from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.library.formats import addresses
from hinomi.library.sources.paloalto_panos.columns import SHARED

LINE, EAST = "line", "east"
BATCH = 4096
"""Records held as Python objects at a time."""
MINUTE = timedelta(minutes=1)
WRITTEN = "%Y/%m/%d %H:%M:%S"
FORWARDED = r"^x-fwd-for:"
"""In place of a user's name: the client that a proxy named."""
ONGOING = ["", "n/a", "n-a", "unknown"]
"""What stands for the end of a session that has not ended."""
UNCATEGORISED = ["", "any", "0"]
PRIVATE = r"^\d"
"""An address range in place of a country."""


class Sessions:
    """Collects records and turns them into columns a batch at a time. ``zone`` is that of times without one."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._held: list[tuple[str, ...]] = []
        self._lines: list[tuple[int, int | None]] = []
        self._frames: list[pl.DataFrame] = []

    def add(self, line: int, shared: tuple[str, ...], zone: tzinfo) -> None:
        """One record, and the zone of its ``start``."""
        east = zone.utcoffset(None) // MINUTE if isinstance(zone, timezone) else None
        self._lines.append((line, east))
        self._held.append(shared)
        if len(self._held) == BATCH:
            self._flush()

    def frame(self) -> pl.DataFrame:
        self._flush()
        return pl.concat(self._frames)

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        held, self._held = self._held, []
        values = zip(*held, strict=True) if held else ((),) * len(SHARED)
        said = {name: pl.Series(name, value, pl.String()) for name, value in zip(SHARED, values, strict=True)}
        frame = pl.DataFrame(lines, schema={LINE: pl.Int64(), EAST: pl.Int32()}, orient="row").with_columns(**said)
        self._frames.append(frame.select(self._columns(said)))

    def _columns(self, said: Mapping[str, pl.Series]) -> list[pl.Expr]:
        ips = {text: addresses.ip(text) for text in {*said["src"].unique(), *said["dst"].unique()}}
        macs = {text: addresses.mac(text) for text in said["src_mac"].unique()}
        protocols = [(text, addresses.protocol(text)) for text in said["proto"].unique()]
        names = {text: found["connection_info.protocol_name"] for text, found in protocols}
        numbers = {text: found["connection_info.protocol_num"] for text, found in protocols}
        user = pl.when(~pl.col("srcuser").str.contains(FORWARDED)).then(text("srcuser")).str.splitn("\\", 2)
        first, second = user.struct.field("field_0"), user.struct.field("field_1").str.strip_prefix("\\")
        count = pl.col("repeatcnt").cast(pl.Int64, strict=False)
        start, elapsed = self._start(), number("elapsed") * 1000
        columns = {
            "line": pl.col(LINE),
            "src_endpoint.ip": looked_up("src", ips),
            "src_endpoint.port": port("sport"),
            "src_endpoint.hostname": text("src_host"),
            "src_endpoint.mac": looked_up("src_mac", macs),
            "src_endpoint.interface_name": text("inbound_if"),
            "src_endpoint.location.country": country("srcloc"),
            "dst_endpoint.ip": looked_up("dst", ips),
            "dst_endpoint.port": port("dport"),
            "dst_endpoint.hostname": text("dst_host"),
            "dst_endpoint.interface_name": text("outbound_if"),
            "dst_endpoint.location.country": country("dstloc"),
            "connection_info.protocol_name": looked_up("proto", names),
            "connection_info.protocol_num": pl.col("proto").replace_strict(numbers, return_dtype=pl.Int32),
            "user.name": pl.coalesce(second, first),
            "user.domain": pl.when(second.is_not_null() & ~first.is_in(["", "."])).then(first),
            "app_name": pl.when(~pl.col("app").is_in(["", "not-applicable"])).then(pl.col("app")),
            "firewall_rule.name": text("rule"),
            "firewall_rule.uid": text("rule_uuid"),
            "metadata.correlation_uid": pl.when(~pl.col("sessionid").is_in(["", "0"])).then(pl.col("sessionid")),
            "count": pl.when(count > 1).then(count),
            "url.categories": pl.when(~pl.col("category").is_in(UNCATEGORISED)).then(pl.concat_list("category")),
            "status_detail": pl.when(~pl.col("session_end_reason").is_in(ONGOING)).then(pl.col("session_end_reason")),
            "traffic.bytes_out": number("bytes_sent"),
            "traffic.bytes_in": number("bytes_received"),
            "traffic.packets_out": number("pkts_sent"),
            "traffic.packets_in": number("pkts_received"),
            "start_time": start,
            "duration": elapsed,
            "end_time": start + pl.duration(milliseconds=elapsed),
        }
        return [value.alias(name) for name, value in columns.items()]

    def _start(self) -> pl.Expr:
        """``start`` in UTC: in the zone that the record's own time says, else in the firewall's."""
        local = pl.col("start").str.to_datetime(WRITTEN, time_unit="us", strict=False)
        here = (
            local.dt.replace_time_zone(self._zone.key, ambiguous="earliest", non_existent="null")
            .dt.convert_time_zone("UTC")
            .dt.replace_time_zone(None)
        )
        return pl.when(pl.col(EAST).is_null()).then(here).otherwise(local - pl.duration(minutes=pl.col(EAST)))


def text(name: str) -> pl.Expr:
    said = pl.col(name).str.strip_chars()
    return pl.when(said != "").then(said)


def number(name: str) -> pl.Expr:
    """A count, null where it is none or negative (``SSLResponseTime`` is -1 for unknown)."""
    value = pl.col(name).cast(pl.Int64, strict=False)
    return pl.when(value >= 0).then(value)


def port(name: str) -> pl.Expr:
    """A port; 0 is none (ICMP)."""
    value = pl.col(name).cast(pl.Int32, strict=False)
    return pl.when(value.is_between(1, 65535)).then(value)


def country(name: str) -> pl.Expr:
    return pl.when(~pl.col(name).str.contains(PRIVATE) & (pl.col(name) != "")).then(pl.col(name))


def looked_up(name: str, values: Mapping[str, object]) -> pl.Expr:
    return pl.col(name).replace_strict(values, return_dtype=pl.String)
