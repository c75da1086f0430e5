"""What the lake knows of a company beside its findings, and how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.pipeline.surroundings.coverage import Coverage
from hinomi.pipeline.surroundings.ledger import Ledger
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.observing import NOTHING
from hinomi.pipeline.surroundings.skew import Skews, skews

AROUND = timedelta(days=1)
"""What is known so long before and after a window is looked at with it: leases, rhythms, clocks."""


@dataclass(frozen=True)
class Surroundings:
    """Times in it are those of right clocks: a sensor's skew is taken off. Nothing is known by default."""

    machines: Machines = field(default_factory=Machines)
    coverage: Coverage = field(default_factory=Coverage)
    skews: Skews = field(default_factory=Skews)
    moves: pl.DataFrame = field(default_factory=NOTHING["moves"].clone)
    """Rows of :data:`observing.MOVES`."""


@dataclass(frozen=True)
class Window:
    """[since, until), naive UTC, and the zone in which the company works."""

    since: datetime
    until: datetime
    zone: ZoneInfo


def surroundings(ledger: Ledger, windows: Mapping[str, Window]) -> dict[str, Surroundings]:
    """Of each company in its window; asked for several at once, for the files hold the rows of all."""
    if not windows:
        return {}
    since = min(window.since for window in windows.values()) - AROUND
    until = max(window.until for window in windows.values()) + AROUND
    rows = {name: parted(ledger.window(name, windows, since, until)) for name in NOTHING}
    sensors = parted(ledger.sensors())
    return {
        tenant: of_company({name: parts.get(tenant) for name, parts in rows.items()}, sensors.get(tenant), window)
        for tenant, window in windows.items()
    }


def parted(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(tenant): part for (tenant,), part in rows.partition_by("tenant", as_dict=True).items()}


def of_company(rows: Mapping[str, pl.DataFrame | None], sensors: pl.DataFrame | None, window: Window) -> Surroundings:
    since, until = window.since - AROUND, window.until + AROUND
    near = {
        name: (NOTHING[name] if part is None else part).filter(pl.col("hour").is_between(since, until))
        for name, part in rows.items()
    }
    clocks = skews(near["marks"])
    machines = Machines(clocks.right(near["bindings"], "first", "last"))
    known = NOTHING["heard"].select("tenant", "sensor", "source", "first", "last") if sensors is None else sensors
    coverage = Coverage(clocks.right(near["heard"], "first", "last"), known, machines, window.zone)
    return Surroundings(machines, coverage, clocks, clocks.right(near["moves"], "first", "last"))
