"""A company's ordinary events, as its sensors report them, in a lake."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.tables import BLOCKS
from hinomi.ocsf.schema import POLARS, conform, empty
from hinomi.pipeline.surroundings import Ledger, Surroundings, Window, surroundings

ZONE = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2022, 12, 6, 1, 0)
"""Ten o'clock in Japan, a Tuesday."""
NOW = datetime(2022, 12, 31)
Row = dict[str, Any]
BLOCK_ROWS = pl.Schema(pl.from_arrow(BLOCKS.empty_table()).schema)  # type: ignore[union-attr]


def moment(at: float) -> datetime:
    """Minutes from the morning."""
    return MORNING + timedelta(minutes=at)


def event(at: float, sensor: str, source: str, class_uid: int, activity: int, **columns: Any) -> Row:
    named = {name.replace("__", "."): value for name, value in columns.items()}
    who = {"tenant": "901", "sensor": sensor, "source": source}
    uid = f"{sensor}-{at}-{activity}-{hash(tuple(map(str, named.items()))) % 10**9}"
    return who | {"time": moment(at), "class_uid": class_uid, "activity_id": activity, "metadata.uid": uid} | named


def lease(at: float, ip: str, name: str | None, mac: str | None = None, *, activity: int = 5) -> Row:
    named = {"src_endpoint__ip": ip, "src_endpoint__hostname": name, "src_endpoint__mac": mac}
    return event(at, "901-dhcp", "isc_dhcpd", 4004, activity, device__hostname="ns1", **named)


def agent(at: float, host: str, ip: str, user: str | None = None, mac: str | None = None, **more: Any) -> Row:
    named = {"device__hostname": host, "device__ip": ip, "device__mac": mac, "actor__user__name": user}
    return event(at, "901-edr", "keepeye", 1007, 1, **named, **more)


def visit(at: float, host: str, ip: str, site: str) -> Row:
    """What the EDR says of a connection."""
    named = {"device__hostname": host, "device__ip": ip, "src_endpoint__ip": ip, "dst_endpoint__hostname": site}
    return event(at, "901-edr", "keepeye", 4001, 1, **named)


def gate(at: float, ip: str, site: str = "www.example", name: str | None = None, **more: Any) -> Row:
    """What the UTM says of a request."""
    named = {"src_endpoint__ip": ip, "src_endpoint__hostname": name, "url__hostname": site}
    return event(at, "901-utm", "fortinet_fortigate", 4002, 3, **named, **more)


def logon(at: float, target: str, ip: str, user: str = "yamada", kind: int = 3, **more: Any) -> Row:
    """Event 4624 in the log of ``target``: somebody came from an address."""
    named = {"device__hostname": target, "src_endpoint__ip": ip, "user__name": user, "logon_type_id": kind}
    return event(at, "901-pc", "windows_forwarded", 3002, 1, status_id=1, **named, **more)


class Site:
    """A lake of tenant 901 with what was delivered, and what is known of it."""

    def __init__(self, root: Path) -> None:
        self.lake, self.ledger = Lake(root / "lake"), Ledger(root / "lake")
        self.epoch = 0

    def deliver(self, rows: Iterable[Row], *, gathered: bool = True) -> "Site":
        """One epoch with a block for each sensor."""
        rows = list(rows)
        self.epoch += 1
        sensors = sorted({(row["sensor"], row["source"]) for row in rows})
        blocks = {sensor: f"{self.epoch:08d}-{number}" for number, (sensor, _) in enumerate(sensors)}
        told = [row | {"raw_ref": f"{blocks[row['sensor']]}:{number}"} for number, row in enumerate(rows)]
        types = {name: POLARS[name] for row in told for name in row}
        frame = conform(pl.DataFrame(told, schema_overrides=types, infer_schema_length=None))
        listed = [self.block(blocks[sensor], sensor, source, rows) for sensor, source in sensors]
        ledger = pl.DataFrame(listed, schema=BLOCK_ROWS, infer_schema_length=None)
        self.lake.append(self.epoch, {"events": frame, "findings": empty(), "blocks": ledger})
        if gathered:
            self.ledger.gather(self.lake, NOW)
        return self

    def block(self, name: str, sensor: str, source: str, rows: list[Row]) -> Row:
        times = [row["time"] for row in rows if row["sensor"] == sensor]
        known = {"tenant": "901", "sensor": sensor, "source": source, "block": name, "epoch": self.epoch}
        return known | {"time": NOW, "first_time": min(times), "last_time": max(times), "events": len(times)}

    def around(self, days: int = 14) -> Surroundings:
        """What is known about the morning."""
        window = Window(MORNING - timedelta(days=days), MORNING + timedelta(days=days), ZONE)
        return surroundings(self.ledger, {"901": window})["901"]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def local(text: str) -> datetime:
    """A moment on a Japanese clock, as naive UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC).replace(tzinfo=None)
