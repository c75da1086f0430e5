"""What is remembered of an hour: a few rows a machine instead of all its events.

A profile follows from the events of its hour and from nothing else: computed again from the same events it is the
same, in whatever order and in however many pieces they came. It can be thrown away and made again.
"""

from datetime import datetime
from typing import Final

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.library import countries
from hinomi.library.contracts import Kind
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, StatusId
from hinomi.ocsf.inside import is_inside
from hinomi.pipeline.behaviour.registered import domains
from hinomi.pipeline.correlate.aspect import kinds

OUTSIDE: Final = r"^([1-9]|[1-9]\d|1[013-9]\d|12[0-689]|2[01]\d|22[0-3])\.|^[23][0-9a-fA-F]{3}:"
"""Addresses of single machines, as opposed to oneself, groups and everyone (RFC 6890, RFC 5771, RFC 4291)."""
SERVICES: Final = (53, 67, 68, 123, 137, 138, 1900, 5353, 5355)
"""Ports of names, addresses and clocks: every machine asks for them regularly. Names have a profile of their own."""
TALK: Final = tuple(
    int(uid)
    for uid in (
        *(ClassUid.NETWORK_ACTIVITY, ClassUid.HTTP_ACTIVITY, ClassUid.RDP_ACTIVITY, ClassUid.SMB_ACTIVITY),
        *(ClassUid.SSH_ACTIVITY, ClassUid.NETWORK_FILE_ACTIVITY),
    )
)
WANTED: Final = (*TALK, int(ClassUid.DNS_ACTIVITY), int(ClassUid.DHCP_ACTIVITY), int(ClassUid.AUTHENTICATION))
STOPPED: Final = (DispositionId.BLOCKED, DispositionId.DROPPED, DispositionId.RESET, DispositionId.REJECTED)
PEOPLE: Final = (2, 7, 10, 11)
"""``logon_type_id`` of sign-ins by people: at the screen, unlocking, over remote desktop, without the network."""
NOT_FOUND: Final = 3  # RFC 1035, NXDOMAIN
SECONDS: Final = 720
"""Distinct seconds of an hour that are kept of a connection: more often than every five seconds is a stream."""
NAMES: Final = 512
"""Distinct long names of an hour that are kept of a domain."""
LONG: Final = 24
"""Characters before the registered domain from which a name is long: people do not type such names."""
PORTS: Final = 256

COLUMNS: Final = (
    *("tenant", "sensor", "source", "time", "class_uid", "activity_id", "status_id", "action_id", "disposition_id"),
    *("count", "src_endpoint.ip", "src_endpoint.hostname", "device.hostname", "src_endpoint.location.country"),
    *("dst_endpoint.ip", "dst_endpoint.hostname", "url.hostname", "dst_endpoint.port", "dst_endpoint.location.country"),
    *("traffic.bytes_out", "traffic.bytes_in", "query.hostname", "rcode_id", "user.name", "logon_type_id"),
    *("metadata.uid", "metadata.event_code"),
)
EVENTS: Final = f"""
SELECT {", ".join(f'"{name}"' for name in COLUMNS)} FROM events WHERE class_uid IN {WANTED}
"""
NAME: Final = r"^([^.]*[a-zA-Z][^.]*)\..*$"
HOUR: Final = pl.col("time").dt.truncate("1h")
MOMENT: Final = pl.col("time").dt.minute().cast(pl.Int16) * 60 + pl.col("time").dt.second()
"""Second of the hour."""
WHO: Final = ("tenant", "hour", "ip", "name", "sensor", "source")


def profiles(lake: Lake, since: datetime, until: datetime) -> dict[str, pl.DataFrame]:
    """Profiles of whole hours in [since, until), naive UTC, by name."""
    events = with_machine(lake.ask_population(EVENTS, since=since, until=until).frame())
    return {
        "contacts": contacts(events.filter(pl.col("class_uid").is_in(TALK))),
        "machines": machines(events.filter(pl.col("class_uid") == int(ClassUid.DHCP_ACTIVITY))),
        "queries": queries(events.filter(pl.col("class_uid") == int(ClassUid.DNS_ACTIVITY))),
        "sign_ins": sign_ins(events.filter(pl.col("class_uid") == int(ClassUid.AUTHENTICATION))),
    }


def with_machine(events: pl.DataFrame) -> pl.DataFrame:
    """The machine inside, as ``ip`` and ``name``: the name that a sensor on it or a log of its traffic gives.

    ``device.hostname`` of a source that is no endpoint's is the device that writes the log, not the machine.
    """
    endpoints = [name for name, kind in kinds().items() if kind in (Kind.EDR, Kind.ENDPOINT)]
    inside = of_each_value("src_endpoint.ip", is_inside("src_endpoint.ip"))
    return (
        events.with_columns(HOUR.alias("hour"), MOMENT.alias("moment"), inside.alias("inside"))
        .with_columns(
            pl.when("inside").then("src_endpoint.ip").alias("ip"),
            pl.coalesce(
                pl.when(pl.col("source").is_in(endpoints)).then("device.hostname"),
                pl.when("inside").then("src_endpoint.hostname"),
            ).alias("name"),
        )
        .with_columns(of_each_value("name", pl.col("name").str.replace(NAME, "$1")))
    )


def of_each_value(column: str, worked_out: pl.Expr) -> pl.Expr:
    """An expression over one column, worked out once for each distinct value."""

    def looked_up(values: pl.Series) -> pl.Series:
        distinct = values.unique().drop_nulls().alias(column)
        results = distinct.to_frame().select(worked_out.alias("result"))["result"]
        return values.replace_strict(distinct, results, default=None, return_dtype=results.dtype)

    return pl.col(column).map_batches(looked_up)


def contacts(events: pl.DataFrame) -> pl.DataFrame:
    """Whom a machine talked to; ``peer_name`` is the registered domain of a peer outside."""
    denied = (pl.col("action_id") == int(ActionId.DENIED)) | pl.col("disposition_id").is_in(list(map(int, STOPPED)))
    # a FortiGate's word in the middle of a long connection has totals that its end repeats (log id 20)
    interim = (pl.col("source") == "fortinet_fortigate") & pl.col("metadata.event_code").str.ends_with("000020")
    inside = of_each_value("dst_endpoint.ip", is_inside("dst_endpoint.ip")).fill_null(value=False)
    host = pl.coalesce("url.hostname", "dst_endpoint.hostname")
    outside = of_each_value("dst_endpoint.ip", pl.col("dst_endpoint.ip").str.contains(OUTSIDE))
    told = (
        events.with_columns(inside.alias("inside"), outside.alias("outside"))
        .filter(
            pl.col("ip").is_not_null() | pl.col("name").is_not_null(),
            ~pl.col("dst_endpoint.port").is_in(SERVICES).fill_null(value=False),
            ~interim.fill_null(value=False),
            pl.col("inside") | pl.col("outside").fill_null(host.str.contains(".", literal=True)).fill_null(value=False),
            pl.col("src_endpoint.ip").ne_missing(pl.col("dst_endpoint.ip")),
        )
        .with_columns(pl.when(~pl.col("inside")).then(host).alias("host"))
    )
    flow = pl.col("class_uid") == int(ClassUid.NETWORK_ACTIVITY)
    times = pl.col("count").fill_null(1)
    keys = (*WHO, "inside", pl.col("dst_endpoint.ip").alias("peer_ip"), "peer_name")
    return (
        told.with_columns(domains(told["host"]).alias("peer_name"), coded("dst_endpoint.location.country"))
        .group_by(keys)
        .agg(
            times.sum().alias("count"),
            times.filter(denied.fill_null(value=False)).sum().alias("denied"),
            pl.col("traffic.bytes_out").filter(flow).sum().alias("sent_flow"),
            pl.col("traffic.bytes_out").filter(~flow).sum().alias("sent_page"),
            pl.col("traffic.bytes_in").filter(flow).sum().alias("received_flow"),
            pl.col("traffic.bytes_in").filter(~flow).sum().alias("received_page"),
            pl.col("moment").alias("moments"),
            pl.col("dst_endpoint.port").alias("ports"),
            pl.col("dst_endpoint.location.country").max().alias("country"),
            pl.col("metadata.uid").min().alias("uid"),
        )
        .with_columns(
            pl.col("moments").list.unique().list.sort().list.head(SECONDS),
            pl.col("ports").list.drop_nulls().list.unique().list.sort().list.head(PORTS),
        )
    )


def coded(column: str) -> pl.Expr:
    """Countries as codes."""
    return pl.col(column).map_batches(
        lambda said: said.replace_strict(
            {one: countries.code(one) for one in said.drop_nulls().unique().to_list()},
            default=None,
            return_dtype=pl.String,
        ),
        return_dtype=pl.String,
    )


def machines(leases: pl.DataFrame) -> pl.DataFrame:
    """Which name an address was lent to (DHCP)."""
    return leases.select("tenant", "hour", "ip", "name").drop_nulls().unique()


def queries(events: pl.DataFrame) -> pl.DataFrame:
    """Names a machine asked for, a row for each registered domain.

    A resolver's reply may not say who asked: a name that is nowhere in an hour is so for whoever asked in it.
    """
    host = pl.col("query.hostname").str.strip_suffix(".").str.to_lowercase()
    asked = events.with_columns(host.alias("host"), (pl.col("rcode_id") == NOT_FOUND).alias("missing"))
    asked = asked.with_columns(domains(asked["host"]).alias("domain")).filter(pl.col("domain").is_not_null())
    missing = pl.col("missing").any().over("tenant", "hour", "host")
    length = pl.col("host").str.len_chars().cast(pl.Int64) - pl.col("domain").str.len_chars().cast(pl.Int64) - 1
    long = pl.col("host").filter(pl.col("length") >= LONG)
    return (
        asked.with_columns(missing.fill_null(value=False), length.alias("length"))
        .filter(pl.col("ip").is_not_null() | pl.col("name").is_not_null())
        .group_by(*WHO, "domain")
        .agg(
            pl.len().cast(pl.Int64).alias("count"),
            long.unique().sort().head(NAMES).alias("long_names"),
            pl.col("missing").any(),
            pl.col("moment").min(),
            pl.col("metadata.uid").min().alias("uid"),
        )
    )


def sign_ins(events: pl.DataFrame) -> pl.DataFrame:
    """Who signed in with success, and from which country as far as the service says."""
    by_people = pl.col("logon_type_id").is_in(PEOPLE).fill_null(value=True)
    good = events.filter(
        (pl.col("activity_id") == 1) & (pl.col("status_id") == int(StatusId.SUCCESS)) & by_people,
        pl.col("user.name").is_not_null() & ~pl.col("user.name").str.ends_with("$"),
    )
    return (
        good.with_columns(coded("src_endpoint.location.country"))
        .group_by(
            *("tenant", "hour", "sensor", "source"),
            pl.col("user.name").str.to_lowercase().alias("person"),
            pl.col("src_endpoint.location.country").alias("country"),
        )
        .agg(
            pl.col("src_endpoint.ip").min().alias("address"),
            pl.coalesce("name", "src_endpoint.hostname", "device.hostname").min().alias("name"),
            pl.col("time").min().alias("first"),
            pl.col("time").max().alias("last"),
            pl.len().cast(pl.Int64).alias("count"),
            pl.col("metadata.uid").min().alias("uid"),
        )
    )


NOTHING: Final[dict[str, pl.DataFrame]] = {
    "contacts": pl.DataFrame(
        schema={
            **dict.fromkeys(("tenant", "ip", "name", "sensor", "source", "peer_ip", "peer_name"), pl.String),
            "hour": pl.Datetime("us"),
            "inside": pl.Boolean,
            "country": pl.String,
            "uid": pl.String,
            **dict.fromkeys(("count", "denied", "sent_flow", "sent_page", "received_flow", "received_page"), pl.Int64),
            "moments": pl.List(pl.Int16),
            "ports": pl.List(pl.Int32),
        }
    ),
    "machines": pl.DataFrame(
        schema={"tenant": pl.String, "hour": pl.Datetime("us"), "ip": pl.String, "name": pl.String}
    ),
    "queries": pl.DataFrame(
        schema={
            **dict.fromkeys(("tenant", "ip", "name", "sensor", "source", "domain", "uid"), pl.String),
            "hour": pl.Datetime("us"),
            "count": pl.Int64,
            "missing": pl.Boolean,
            "moment": pl.Int16,
            "long_names": pl.List(pl.String),
        }
    ),
    "sign_ins": pl.DataFrame(
        schema={
            **dict.fromkeys(("tenant", "sensor", "source", "person", "country", "address", "name", "uid"), pl.String),
            **dict.fromkeys(("hour", "first", "last"), pl.Datetime("us")),
            "count": pl.Int64,
        }
    ),
}
"""No rows of each profile, in its form."""
