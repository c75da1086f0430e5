"""PCs that the gate sees and the EDR does not: nobody sees what happens on them.

Told of a company whose EDR watches other machines, of names that other sensors saw on several days. A name that the
EDR once knew and no longer hears is an agent that was removed or has stopped. What takes no EDR is not missed: a
terminal of the factory that somebody stated (``hinomi machine set``), a phone, a printer.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.inside import INSIDE
from hinomi.ocsf.notable import Notable
from hinomi.pipeline.health.sensor import Watched

DAYS = 28
ENOUGH_DAYS = 3
"""Days on which others saw a machine before it is missed."""
GONE = timedelta(days=7)
ALIVE = timedelta(days=3)
WITHOUT = ("factory",)
"""Roles of machines that are known to have none."""
NO_PC = "iphone|ipad|android|galaxy|pixel|xperia|printer|mfp|epson|canon|brother|ricoh|xerox|camera|^nas|nas$|phone|^tv"
"""In the name of what is no PC."""
HOSTS = f"""
WITH named AS (
    SELECT *, coalesce("device.hostname", CASE WHEN "src_endpoint.ip" IS NULL
                       OR regexp_matches("src_endpoint.ip", '{INSIDE}') THEN "src_endpoint.hostname" END) AS said
    FROM events
)
SELECT lower(split_part(said, '.', 1)) AS host, any_value(said) AS name, any_value("src_endpoint.ip") AS address,
       any_value(sensor) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS sensor,
       any_value(source) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS source,
       min(time) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS first_elsewhere,
       max(time) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS last_elsewhere,
       count(DISTINCT time::DATE) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS days_elsewhere,
       max(time) FILTER (sensor IN (SELECT unnest($1::VARCHAR[]))) AS last_agent
FROM named WHERE regexp_matches(said, '[A-Za-z]') AND NOT regexp_matches(split_part(said, '.', 1), '{NO_PC}', 'i')
GROUP BY 1 ORDER BY 1
"""
"""Machines by name; ``$1`` are the names of the company's EDR sensors."""


def edr_sensors(sensors: Iterable[Watched]) -> list[str]:
    return sorted(sensor.name for sensor in sensors if sensor.kind == "edr")


def missing(tenant: str, hosts: list[dict[str, Any]], roles: Mapping[str, str], now: datetime) -> Iterator[Notable]:
    """``hosts`` are rows of :data:`HOSTS` over the last :data:`DAYS`; ``now`` is naive UTC.

    ``roles`` are what was stated of machines, by name or address.
    """
    if not any(host["last_agent"] for host in hosts):
        return
    for host in hosts:
        seen, agent = host["last_elsewhere"], host["last_agent"]
        if roles.get(host["host"]) in WITHOUT or roles.get(host["address"] or "") in WITHOUT:
            continue
        if seen is None or now - seen > ALIVE or host["days_elsewhere"] < ENOUGH_DAYS:
            continue
        if agent is None:
            yield notable(
                tenant, host, "edr_missing", f"{host['days_elsewhere']}日見られましたが、EDRの記録がありません。"
            )
        elif seen - agent > GONE:
            yield notable(tenant, host, "edr_stopped", f"EDRの記録が{(seen - agent).days}日途絶えています。")


def notable(tenant: str, host: dict[str, Any], rule: str, said: str) -> Notable:
    since = host["last_agent"] or host["first_elsewhere"]
    first: datetime = since
    return Notable(
        tenant=tenant,
        rule=rule,
        key=host["host"] if rule == "edr_missing" else f"{host['host']}|{first.isoformat()}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title="EDRの入っていないPCがある" if rule == "edr_missing" else "PCのEDRが止まっている",
        message=f"{host['name']} は通信の記録に{said}このPCの中で起きることは見えません。"
        if rule == "edr_missing"
        else f"{host['name']} は通信しているのに、{said}このPCの中で起きることは見えません。",
        first=first,
        time=first,
        severity=SeverityId.LOW if rule == "edr_missing" else SeverityId.MEDIUM,
        advice=rule,
        sensor=host["sensor"] or "",
        source=host["source"] or "",
        about={"device.hostname": host["name"]},
        numbers={"days": host["days_elsewhere"]},
    )
