"""Which machine, and which other end, a row of a behaviour's frame is about: columns of the lake for its finding."""

from collections.abc import Mapping
from typing import Any


def machine(row: Mapping[str, Any]) -> dict[str, str | None]:
    """The machine by name, where it has one, and address."""
    name = None if row["nameless"] else row["machine"]
    return {"device.hostname": name, "device.ip": row["address"], "src_endpoint.ip": row["address"]}


def both(row: Mapping[str, Any]) -> dict[str, str | None]:
    """The machine, and the other end by address and, where it has one, domain."""
    domain = row["peer"] if row["peer"] != row["peer_ip"] else None
    return {**machine(row), "dst_endpoint.ip": row["peer_ip"], "url.hostname": domain}
