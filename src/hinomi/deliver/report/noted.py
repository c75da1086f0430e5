"""What the sensors noticed, did not stop, and nobody was asked to work on: somebody in the company should look."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import polars as pl

from hinomi.deliver.report.actions import Occasion
from hinomi.deliver.report.facts import IncidentFacts, TenantFacts
from hinomi.deliver.report.wording import STOPPED
from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import DispositionId, SeverityId
from hinomi.ocsf.incident import Exclusion
from hinomi.ocsf.schema import conform
from hinomi.pipeline.correlate.fault import is_excluded
from hinomi.pipeline.correlate.sighting import described
from hinomi.study.months import Month

HANDLED = (*STOPPED, DispositionId.TAGGED)
AROUND = timedelta(minutes=30)
"""What a machine did so near to an incident is told there."""

QUESTION = f"""
SELECT time, tenant, sensor, source, class_uid, severity_id, disposition_id, count, utm_category,
       "metadata.uid", "device.hostname", "device.ip", "src_endpoint.hostname", "src_endpoint.ip",
       "dst_endpoint.ip", "actor.user.name", "user.name", "malware.name", "malware.classification_ids",
       "finding_info.title", "finding_info.types", "finding_info.analytic.type_id",
       "finding_info.attacks.technique.uid"
FROM findings
WHERE severity_id >= {int(SeverityId.MEDIUM)}
  AND coalesce(disposition_id, 0) NOT IN ({", ".join(str(int(one)) for one in HANDLED)})
"""


def of_notes(
    lake: Lake,
    tenant: TenantFacts,
    month: Month,
    incidents: Sequence[IncidentFacts],
    exclusions: Sequence[Exclusion],
) -> Iterator[Occasion]:
    """One occasion a kind of advice and machine, the machine with most findings first."""
    zone = tenant.timezone
    found = lake.ask(tenant.uid, QUESTION, since=month.since(zone), until=month.until(zone)).frame()
    rows = described(conform(found)).filter(~is_excluded(exclusions), ~pl.any_horizontal(told(incidents)))
    grouped = rows.group_by("_aspect", "_host", "_address").agg(
        pl.col("count").fill_null(1).sum().alias("hits"),
        pl.col("severity_id").max().alias("severity"),
        pl.coalesce("actor.user.name", "user.name").drop_nulls().mode().sort().first().alias("user"),
        pl.col("finding_info.title").drop_nulls().mode().sort().first().alias("title"),
    )
    for row in grouped.sort("hits", "_aspect", "_host", "_address", descending=[True, False, False, False]).to_dicts():
        yield Occasion(
            key=row["_aspect"],
            severity_id=row["severity"],
            host=row["_host"] or "",
            address=row["_address"] or "",
            user=row["user"] or "",
            detail=f"{row['title'] or ''} {row['hits']:,}件",
        )


def told(incidents: Sequence[IncidentFacts]) -> list[pl.Expr]:
    """Findings that an incident, open or closed, tells of."""
    uids = sorted({uid for incident in incidents for uid in incident.findings})
    near = [
        (pl.col("_host") == incident.host)
        & pl.col("time").is_between(incident.first_seen - AROUND, incident.last_seen + AROUND)
        for incident in incidents
        if incident.host
    ]
    return [pl.col("metadata.uid").is_in(uids), *(one.fill_null(False) for one in near)]
