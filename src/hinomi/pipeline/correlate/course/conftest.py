"""Findings of an infection on PC-07, and what is known of the sensors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import pytest

from hinomi.pipeline.correlate.conftest import Company, Row
from hinomi.pipeline.correlate.identity import bindings
from hinomi.pipeline.correlate.sighting import Sighting, described, sightings
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.presence import Presence

ATTACHMENT = "見積依頼.doc"


@dataclass(frozen=True)
class Known:
    """The same of every machine at every time."""

    of_edr: Presence
    of_utm: Presence

    def edr(self, host: str | None, address: str | None, since: datetime, until: datetime) -> Presence:
        return self.of_edr

    def utm(self, since: datetime, until: datetime) -> Presence:
        return self.of_utm


BOTH = Known(Presence.THERE, Presence.THERE)
ONLY_EDR = Known(Presence.THERE, Presence.NO_SENSOR)
ONLY_UTM = Known(Presence.NO_SENSOR, Presence.THERE)
NEITHER = Known(Presence.NO_SENSOR, Presence.NO_SENSOR)


class Infection:
    """What fires each point on PC-07; ``scheme`` is http, https, or empty where nobody wrote it down."""

    def __init__(self, company: Company, scheme: str) -> None:
        self.company, self.scheme = company, scheme

    def site(self, host: str) -> Row:
        return {"url__hostname": host, "url__url_string": f"{self.scheme}://{host}/gate" if self.scheme else None}

    def virus(self, at: float = 0) -> Row:
        """Windows notices, and does not stop, that a virus runs; it is no EDR and fires no point."""
        windows = {"sensor": "901-pc", "source": "windows_evtx"}
        return self.company.edr(at, "Microsoft Defenderによる検知", file__name=ATTACHMENT) | windows

    def encryption(self, at: float = 21, **more: Any) -> Row:
        return self.company.edr(at, "ファイル暗号化", malware__classification_ids=[10]) | named(more)

    def call_on_pc(self, at: float = 6, **more: Any) -> Row:
        attack = {"finding_info__attacks__technique__uid": ["T1071"]}
        return self.company.edr(at, "不審な通信先", **attack, **self.site("cdn-telemetry.invalid")) | named(more)

    def call_at_gate(self, at: float = 5, **more: Any) -> Row:
        where = self.site("cdn-telemetry.invalid")
        return self.company.utm(at, "C&Cコールバック", 5, disposition_id=15, **where) | named(more)

    def download(self, at: float = 9, **more: Any) -> Row:
        where = self.site("tools-mirror.invalid")
        return self.company.utm(at, "不正プログラム", disposition_id=15, file__name="n.zip", **where) | named(more)

    def tool(self, at: float = 14) -> Row:
        return self.company.rule(self.company.edr(at, "不審なOSコマンド実行", 3), "credential_theft", 4)

    def firing(self, points: Sequence[int]) -> list[Row]:
        of_point = (self.encryption, self.call_on_pc, self.call_at_gate, self.download, self.tool)
        return [self.virus(), *(of_point[number - 1]() for number in points)]


def named(columns: dict[str, Any]) -> Row:
    return {name.replace("__", "."): value for name, value in columns.items()}


Seen = Callable[[Sequence[Row]], list[Sighting]]


@pytest.fixture
def seen(told: Callable[[list[Row]], pl.DataFrame]) -> Seen:
    """Rows as correlation looks at them, in order of time."""

    def look(rows: Sequence[Row]) -> list[Sighting]:
        found = described(told(list(rows)))
        return list(sightings(found, Machines().also(bindings(found))))

    return look


@pytest.fixture
def infection(company: Company) -> Infection:
    return Infection(company, "http")
