"""One company's sensors and machines, examined."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.ocsf.notable import Notable
from hinomi.pipeline.health import agents, disk, hearing, protection, volume
from hinomi.pipeline.health.sensor import Watched
from hinomi.pipeline.watch import Company, as_findings

NO_ROLES: Mapping[str, str] = {}


def examine(
    lake: Lake, company: Company, sensors: Iterable[Watched], now: datetime, roles: Mapping[str, str] = NO_ROLES
) -> pl.DataFrame:
    """Findings about sensors and protections as they are ``now`` (naive UTC), in the lake's schema.

    Examined again they are the same findings while the trouble lasts. ``roles`` are what was stated of machines.
    """
    sensors = list(sensors)
    return as_findings([*of_sensors(lake, company, sensors, now), *of_machines(lake, company, sensors, roles, now)])


def of_sensors(lake: Lake, company: Company, sensors: list[Watched], now: datetime) -> Iterator[Notable]:
    tenant = company.tenant
    blocks = lake.ask(tenant, hearing.BLOCKS, since=now - hearing.RECENT).frame()
    quarters = lake.ask(tenant, volume.EVENTS, since=now - timedelta(days=volume.DAYS)).frame()
    for sensor in sensors:
        mine = pl.col("sensor") == sensor.name
        found = (
            hearing.silence(tenant, sensor, now),
            hearing.clock(tenant, sensor, blocks.filter(mine), now),
            volume.collapse(tenant, sensor, quarters.filter(mine), company.timezone, now),
        )
        yield from filter(None, found)


def of_machines(
    lake: Lake, company: Company, sensors: list[Watched], roles: Mapping[str, str], now: datetime
) -> Iterator[Notable]:
    tenant, lately = company.tenant, now - timedelta(days=protection.DAYS)
    machines = lake.ask(tenant, protection.MACHINES, since=lately).rows()
    products = lake.ask(tenant, protection.PRODUCTS, since=lately).rows()
    yield from protection.weaknesses(tenant, machines, products, now)
    disks = lake.ask(tenant, disk.HOSTS, since=now - timedelta(days=disk.DAYS)).rows()
    yield from disk.full(tenant, disks, now)
    if edr := agents.edr_sensors(sensors):
        hosts = lake.ask(tenant, agents.HOSTS, [edr], since=now - timedelta(days=agents.DAYS)).rows()
        yield from agents.missing(tenant, hosts, roles, now)
