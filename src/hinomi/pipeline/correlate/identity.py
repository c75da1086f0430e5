"""Which machine a finding is about: the one that it names, else the one that had its address at that time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from hinomi.library.contracts import Kind
from hinomi.ocsf.inside import is_inside
from hinomi.pipeline.correlate.aspect import inside_address
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.observing import COLUMNS, together

OUTBOUND = 2
"""``connection_info.direction_id``."""


@dataclass(frozen=True)
class Identity:
    """``machine`` is the key by which its findings are joined; None where many hide behind the address, or there is
    none."""

    machine: str | None
    host: str | None
    """Its name, as the finding writes it; else, and where it has another name, as it is known."""
    peer: str | None
    """Key of the other machine inside, where the finding is between two."""


def own_address() -> pl.Expr:
    """Over findings with ``_kind``: the address of the machine that a finding is about.

    What Windows writes down of a logon or of the use of a share has the address of the machine that came, and of its
    own none.
    """
    came = (pl.col("_kind") == Kind.ENDPOINT.value) & (pl.col("connection_info.direction_id").ne_missing(OUTBOUND))
    came = pl.col("device.hostname").is_not_null() & (came | pl.col("logon_type_id").is_not_null())
    return pl.when(came).then("device.ip").otherwise(inside_address())


def peer_address() -> pl.Expr:
    """Over findings with ``_address``: the other end, where it is inside as well."""
    return pl.coalesce(
        pl.when(is_inside(column) & pl.col(column).ne_missing(pl.col("_address"))).then(column)
        for column in ("src_endpoint.ip", "dst_endpoint.ip")
    )


def bindings(described: pl.DataFrame) -> pl.DataFrame:
    """What findings themselves say of machines: rows in the form of :data:`observing.BINDINGS`."""
    endpoint = pl.col("_kind").is_in([Kind.EDR.value, Kind.ENDPOINT.value])
    named = described.filter(pl.col("_host").is_not_null() & pl.col("_address").is_not_null())
    given = {
        "hour": pl.col("time").dt.truncate("1h"),
        "evidence": pl.when(endpoint).then(pl.lit("agent")).otherwise(pl.lit("gate")),
        "ip": pl.col("_address"),
        "name": pl.col("_host"),
        "mac": pl.when(endpoint).then(pl.col("device.mac").str.to_lowercase().str.replace_all("[^0-9a-f]", "")),
        "first": pl.col("time"),
        "last": pl.col("time"),
        "slots": pl.lit(0),
        "uid": pl.col("metadata.uid"),
    }
    rows = named.select(
        given.get(name, pl.col(name) if name in named.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in COLUMNS["bindings"].items()
    )
    return together(rows)


def identity(row: dict[str, Any], machines: Machines) -> Identity:
    """Of a row of findings as :func:`sighting.described` leaves them."""
    host, address, time = row["_host"], row["_address"], row["time"]
    peer = whose(row["_peer"], time, machines) if row["_peer"] else None
    if host:
        machine = machines.machine(host)
        return Identity(machine, host if host.lower() == machine else machines.name(machine), peer)
    if not address:
        return Identity(None, None, peer)
    holder = machines.holder(address, time)
    if holder.sight:
        return Identity(holder.sight.machine, machines.name(holder.sight.machine), peer)
    return Identity(None if holder.shared else address, None, peer)


def whose(address: str, time: datetime, machines: Machines) -> str | None:
    holder = machines.holder(address, time)
    return holder.sight.machine if holder.sight else None if holder.shared else address
