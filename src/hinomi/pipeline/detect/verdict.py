"""A sensor's own verdict is a finding: every event with ``is_alert`` becomes one row of class 2004."""

import polars as pl

from hinomi.ocsf.classes import AnalyticTypeId, ClassUid
from hinomi.ocsf.schema import POLARS, conform

CREATE = 1  # activity of OCSF 2004
VERDICT = "verdict"


def verdicts(events: pl.DataFrame) -> pl.DataFrame:
    """Findings of the sensors themselves, in the order of the events and in the lake's schema.

    Endpoints, process, file, URL, mail, category, count, raw line and time stay those of the event
    (OCSF 2004 ``evidences[0]``). ``metadata.uid`` is ``<uid of the event>:verdict``.
    """
    return as_findings(
        conform(events).filter(pl.col("is_alert")),
        suffix=pl.lit(VERDICT),
        analytic=pl.format("verdict/{}", pl.coalesce("source", pl.lit("unknown"))),
        name=pl.coalesce("metadata.product.name", "source"),
        kind=AnalyticTypeId.VENDOR,
    ).with_columns(
        pl.coalesce("finding_info.title", "message", "finding_info.analytic.name").alias("finding_info.title")
    )


def as_findings(
    events: pl.DataFrame, *, suffix: pl.Expr, analytic: pl.Expr, name: pl.Expr, kind: AnalyticTypeId
) -> pl.DataFrame:
    """Events as the evidence of findings made by ``analytic``; ids are ``<uid of the event>:<suffix>``.

    What a sensor says again of the same detection (Defender 1116, then 1117) stays an update: it belongs
    to the story and is not counted a second time.
    """
    uid = pl.format("{}:{}", pl.col("metadata.uid"), suffix)
    is_update = (pl.col("class_uid") == int(ClassUid.DETECTION_FINDING)) & (pl.col("activity_id") > CREATE)
    changed = {
        "class_uid": pl.lit(int(ClassUid.DETECTION_FINDING)),
        "activity_id": pl.when(is_update).then(pl.col("activity_id")).otherwise(CREATE),
        "metadata.uid": uid,
        "raw_data": pl.coalesce("raw_data", "unmapped"),  # a Windows record is no line: its fields are the evidence
        "finding_info.uid": uid,
        "finding_info.analytic.uid": analytic,
        "finding_info.analytic.name": name,
        "finding_info.analytic.type_id": pl.lit(int(kind)),
        "finding_info.related_events": pl.concat_list("metadata.uid"),
    }
    return events.with_columns(value.cast(POLARS[column]).alias(column) for column, value in changed.items())
