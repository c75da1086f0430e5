"""Which sensor was there to see, and on which machines an EDR ran: what it did not report then, it did not see."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.library import catalog
from hinomi.library.contracts import Kind
from hinomi.pipeline.surroundings.ledger import NO_SENSORS
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.observing import NOTHING
from hinomi.pipeline.surroundings.presence import Presence
from hinomi.pipeline.surroundings.rhythm import Rhythm

UTC_ZONE: Final = ZoneInfo("UTC")


class Coverage:
    """What ``heard`` (rows of :data:`observing.HEARD` of one company) and its machines say of its sensors.

    ``sensors`` are those that were ever heard, with ``source`` and ``first``. Times are naive UTC, days of ``zone``.
    """

    def __init__(
        self,
        heard: pl.DataFrame = NOTHING["heard"],
        sensors: pl.DataFrame = NO_SENSORS,
        machines: Machines | None = None,
        zone: ZoneInfo = UTC_ZONE,
    ) -> None:
        self.machines, self.zone = machines or Machines(), zone
        latest = sensors.sort("last", "source").select("sensor", "source")
        self.kinds = {sensor: kind_of(source) for sensor, source in latest.iter_rows()}
        self.watched_since: datetime | None = min(sensors["first"].to_list(), default=None)
        """When the first sensor of the company was first heard."""
        self.known_until: datetime = max(heard["last"].to_list(), default=datetime(1970, 1, 1))
        """When anything of the company was last heard."""
        self._heard = heard
        self._rhythms: Mapping[str, Rhythm] | None = None
        self._agents: Mapping[str, Rhythm] | None = None

    @property
    def rhythms(self) -> Mapping[str, Rhythm]:
        """Of each sensor that was heard in the window."""
        if self._rhythms is None:
            parts = self._heard.partition_by("sensor", as_dict=True)
            self._rhythms = {
                str(sensor): Rhythm(rows.select("hour", "slots").iter_rows(), self.zone)
                for (sensor,), rows in parts.items()
            }
        return self._rhythms

    @property
    def agents(self) -> Mapping[str, Rhythm]:
        """Of each machine with an EDR."""
        if self._agents is None:
            edr = [sensor for sensor, kind in self.kinds.items() if kind is Kind.EDR]
            rows = self.machines.bindings.filter(
                (pl.col("evidence") == "agent") & pl.col("sensor").is_in(edr) & pl.col("name").is_not_null()
            )
            by_machine: dict[str, list[tuple[datetime, int]]] = {}
            for name, hour, slots in rows.select("name", "hour", "slots").iter_rows():
                by_machine.setdefault(self.machines.machine(name), []).append((hour, slots))
            self._agents = {machine: Rhythm(found, self.zone) for machine, found in by_machine.items()}
        return self._agents

    def edr(self, host: str | None, address: str | None, since: datetime, until: datetime) -> Presence:
        """Of the machine with this name, else this address; times are naive UTC, both included."""
        known = host or (self.machines.host_at(address, since) if address else None)
        if Kind.EDR not in self.kinds.values():
            return Presence.NO_SENSOR if known or address else Presence.MACHINE_UNKNOWN
        if not known:
            return Presence.MACHINE_UNKNOWN
        agent = self.agents.get(self.machines.machine(known))
        if agent is None:
            edr = (sensor for sensor, kind in self.kinds.items() if kind is Kind.EDR)
            return Presence.NOT_ON_MACHINE if any(one in self.rhythms for one in edr) else Presence.SILENT
        return Presence.THERE if agent.covers(since, until, self.known_until) else Presence.SILENT

    def utm(self, since: datetime, until: datetime) -> Presence:
        """Of the company: where it has several, all of them that were heard in these days; nobody knows through which a
        machine's traffic went."""
        known = [sensor for sensor, kind in self.kinds.items() if kind is Kind.UTM]
        if not known:
            return Presence.NO_SENSOR
        heard = [self.rhythms[sensor] for sensor in known if sensor in self.rhythms]
        there = bool(heard) and all(rhythm.covers(since, until, self.known_until) for rhythm in heard)
        return Presence.THERE if there else Presence.SILENT


@cache
def kind_of(source: str) -> Kind | None:
    manifest = catalog.manifests().get(source)
    return manifest.kind if manifest else None
