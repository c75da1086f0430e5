"""Which machine an address belonged to, when, and how that is known. Never a static table: addresses change hands."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from hinomi.pipeline.surroundings.held import REACH, ROW, Held, Holder, Sight
from hinomi.pipeline.surroundings.naming import Names, companions, names
from hinomi.pipeline.surroundings.observing import NOTHING


@dataclass(frozen=True)
class Tenure:
    """A machine had an address from ``since`` to ``until`` (naive UTC) as far as it was seen."""

    address: str
    machine: str
    since: datetime
    until: datetime
    evidence: tuple[str, ...]
    """Kinds of evidence, by name."""
    uid: str
    """``metadata.uid`` of one event that shows it."""


class Machines:
    """What ``bindings`` (rows of :data:`observing.BINDINGS` of one company) say of its machines."""

    def __init__(self, bindings: pl.DataFrame = NOTHING["bindings"]) -> None:
        self.bindings = bindings
        self._held: dict[str, Held] = {}
        self._used_by: dict[tuple[str, datetime], set[tuple[datetime, datetime, str]]] = {}

    def also(self, bindings: pl.DataFrame) -> "Machines":
        """With further observations."""
        if bindings.is_empty():
            return self
        return Machines(pl.concat([self.bindings, bindings.select(self.bindings.columns)]))

    @cached_property
    def names(self) -> Names:
        said = self.bindings.select("sensor", "name", "mac").unique().drop_nulls("name")
        agents = self.bindings.filter(pl.col("evidence") == "agent")["sensor"].unique().to_list()
        return names(said.iter_rows(), agents, companions(self.bindings))

    @cached_property
    def _by_address(self) -> pl.DataFrame:
        """Rows that name a machine with an address."""
        named = pl.col("name").is_not_null() | pl.col("mac").is_not_null()
        return self.bindings.filter(named & pl.col("ip").is_not_null())

    def held(self, address: str) -> Held:
        known = self._held.get(address)
        if known is None:
            rows = self._by_address.filter(pl.col("ip") == address).iter_rows(named=True)
            known = self._held[address] = Held([self._sight(row) for row in rows])
        return known

    def _sight(self, row: dict[str, Any]) -> Sight:
        machine = self.names.key(row["name"] or row["mac"])
        return Sight(row["first"], row["last"], machine, row["evidence"], row["sensor"], row["uid"] or "")

    def machine(self, name: str) -> str:
        """The key of the machine with this name, in whatever case and by whichever of its names."""
        return self.names.key(name)

    def name(self, machine: str) -> str:
        """How a machine is written."""
        return self.names.show(machine)

    def holder(self, address: str, time: datetime) -> Holder:
        return self.held(address).at(time)

    def host_at(self, address: str, time: datetime) -> str | None:
        """The name of the machine that had the address; None where that is unknown, or where many hide behind it."""
        sight = self.holder(address, time).sight
        return self.name(sight.machine) if sight else None

    def addresses_of(self, host: str, since: datetime, until: datetime) -> tuple[Tenure, ...]:
        """When a machine was seen with which address between two moments, in order."""
        machine = self.machine(host)
        found = (
            tenure
            for address in self._by_address["ip"].unique().sort().to_list()
            for tenure in self.tenures(address)
            if tenure.machine == machine and tenure.since <= until and tenure.until >= since
        )
        return tuple(sorted(found, key=lambda tenure: (tenure.since, tenure.address)))

    def tenures(self, address: str) -> tuple[Tenure, ...]:
        """Who had an address one after another."""
        return tuple(
            Tenure(
                address,
                run[0].machine,
                run[0].first,
                max(sight.last for sight in run),
                tuple(sorted({sight.evidence for sight in run})),
                run[0].uid,
            )
            for run in self.held(address).runs
        )

    def user_at(self, host: str, time: datetime) -> str | None:
        """Who used a machine: the only person seen on it then, else who was seen last before, not too long ago."""
        seen = self._people(self.machine(host), time.replace(minute=0, second=0, microsecond=0))
        now = {person for first, last, person in seen if first <= time <= last}
        if now:
            return now.pop() if len(now) == 1 else None
        before = [(last, person) for _, last, person in seen if time - REACH <= last < time]
        latest = max((last for last, _ in before), default=None)
        people = {person for last, person in before if last == latest}
        return people.pop() if len(people) == 1 else None

    def _people(self, machine: str, hour: datetime) -> set[tuple[datetime, datetime, str]]:
        """People seen on a machine about an hour, with the first and last moment of it.

        An account with which the machine turned to another one may be a service's.
        """
        known = self._used_by.get((machine, hour))
        if known is None:
            about = pl.col("first").is_between(hour - REACH - ROW, hour + ROW)
            sitting = pl.col("person").is_not_null() & (pl.col("evidence") != "logon")
            rows = self.bindings.filter(sitting & about).iter_rows(named=True)
            known = {(row["first"], row["last"], row["person"]) for row in rows if self._named(row) == machine}
            self._used_by[machine, hour] = known
        return known

    def _named(self, row: dict[str, Any]) -> str | None:
        """The machine of a row: where it has no name, that which had its address."""
        if row["name"] or row["mac"]:
            return self.names.key(row["name"] or row["mac"])
        sight = self.holder(row["ip"], row["first"]).sight
        return sight.machine if sight else None
