"""What a faulty device sent, as one story for the analyst instead of thousands of findings."""

from collections.abc import Sequence

import polars as pl

from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.incident import Exclusion, Story
from hinomi.pipeline.correlate import telling
from hinomi.pipeline.correlate.naming import most_common, story_uid
from hinomi.pipeline.correlate.sighting import sightings

KIND = "device_fault"
TITLE = "機器の不具合とみられる「{0.signature}」{0.count:,}件(集計から除外)"


def covers(exclusion: Exclusion) -> pl.Expr:
    return (
        (pl.col("sensor") == exclusion.sensor)
        & (pl.col("finding_info.title") == exclusion.signature)
        & (pl.col("finding_info.analytic.type_id") == int(AnalyticTypeId.VENDOR))
        & (pl.col("time") >= exclusion.since)
        & (pl.col("time") < exclusion.until)
    ).fill_null(False)


def is_excluded(exclusions: Sequence[Exclusion]) -> pl.Expr:
    return pl.any_horizontal([pl.lit(False), *(covers(exclusion) for exclusion in exclusions)])


def fault_story(exclusion: Exclusion, found: pl.DataFrame) -> Story | None:
    """The exclusion with the first finding of each of its days; None if the window holds none of them.

    ``found`` are described findings in order of time.
    """
    rows = found.filter(covers(exclusion))
    if rows.is_empty():
        return None
    days = rows.group_by((pl.col("time") - exclusion.since).dt.total_days().alias("_day"), maintain_order=True)
    first_of_days = days.first()
    hits = days.agg(pl.col("count").fill_null(1).sum())["count"].to_list()
    seen = list(sightings(first_of_days))
    lines = [telling.entry(one, note=f"この日は全部で{count:,}件") for one, count in zip(seen, hits, strict=True)]
    host = most_common(rows["_host"])
    return Story(
        uid=story_uid(exclusion.tenant, seen[0].uid),
        tenant=exclusion.tenant,
        title=f"{host or most_common(rows['_address']) or exclusion.sensor}: {TITLE.format(exclusion)}",
        kind=KIND,
        severity_id=int(SeverityId.MEDIUM),
        host=host,
        address=most_common(rows["_address"]),
        user=None,
        first_seen=rows["time"][0],
        last_seen=rows["time"][-1],
        timeline=tuple(lines),
        links=(),
    )
