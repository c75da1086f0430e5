"""PCs that the gate sees and the EDR does not: nobody sees what happens on them.

Told of a company whose EDR watches other machines, of names that other sensors saw on several days. A name that the
EDR once knew and no longer hears is an agent that was removed or has stopped.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable
from hinomi.pipeline.health.sensor import Watched

DAYS = 28
ENOUGH_DAYS = 3
"""Days on which others saw a machine before it is missed."""
GONE = timedelta(days=7)
ALIVE = timedelta(days=3)
HOSTS = """
SELECT lower(split_part(coalesce("device.hostname", "src_endpoint.hostname"), '.', 1)) AS host,
       any_value(coalesce("device.hostname", "src_endpoint.hostname")) AS name,
       any_value(sensor) FILTER (sensor NOT IN (SELECT unnest(?::VARCHAR[]))) AS sensor,
       any_value(source) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS source,
       min(time) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS first_elsewhere,
       max(time) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS last_elsewhere,
       count(DISTINCT time::DATE) FILTER (sensor NOT IN (SELECT unnest($1::VARCHAR[]))) AS days_elsewhere,
       max(time) FILTER (sensor IN (SELECT unnest($1::VARCHAR[]))) AS last_agent
FROM events
WHERE regexp_matches(coalesce("device.hostname", "src_endpoint.hostname"), '[A-Za-z]')
GROUP BY 1 ORDER BY 1
""".replace("?", "$1", 1)
"""Machines by name; ``$1`` are the names of the company's EDR sensors."""


def edr_sensors(sensors: Iterable[Watched]) -> list[str]:
    return sorted(sensor.name for sensor in sensors if sensor.kind == "edr")


def missing(tenant: str, hosts: list[dict[str, Any]], now: datetime) -> Iterator[Notable]:
    """``hosts`` are rows of :data:`HOSTS` over the last :data:`DAYS`; ``now`` is naive UTC."""
    if not any(host["last_agent"] for host in hosts):
        return
    for host in hosts:
        seen, agent = host["last_elsewhere"], host["last_agent"]
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
        advice="sensor_trouble",
        sensor=host["sensor"] or "",
        source=host["source"] or "",
        about={"device.hostname": host["name"]},
        numbers={"days": host["days_elsewhere"]},
    )
