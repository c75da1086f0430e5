"""What is known of a sensor when its health is examined, and how a finding about it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

CARDS = ("sensor_silent", "sensor_clock")
"""Rules with a card of their own."""


@dataclass(frozen=True)
class Watched:
    """A sensor as the desk knows it. ``silent_since`` (naive UTC) is None while it is heard as it should be."""

    name: str
    title: str
    source: str
    kind: str
    silent_since: datetime | None = None


def about_sensor(
    tenant: str,
    sensor: Watched,
    rule: str,
    key: str,
    *,
    title: str,
    message: str,
    first: datetime,
    time: datetime,
    numbers: Mapping[str, Any],
    severity: SeverityId = SeverityId.MEDIUM,
) -> Notable:
    return Notable(
        tenant=tenant,
        rule=rule,
        key=f"{sensor.name}|{key}",
        kind=AnalyticTypeId.STATISTICAL,
        title=title,
        message=message,
        first=first,
        time=time,
        severity=severity,
        advice=rule if rule in CARDS else "sensor_trouble",
        sensor=sensor.name,
        source=sensor.source,
        about={"device.hostname": sensor.title or sensor.name},
        numbers=numbers,
    )
