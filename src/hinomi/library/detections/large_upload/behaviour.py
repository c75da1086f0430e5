"""Much sent to one place outside, far above what the machine ever sent: how data is taken out before it is encrypted.

A place that no other company uses makes it graver, and so does the night. To places that others use as well much has to
be sent before anything is said: people send drawings. MITRE ATT&CK T1048, T1567.
"""

from typing import Any

import polars as pl

from hinomi.library import ends
from hinomi.library.amounts import at, size
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "large_upload"
TITLE = "外部への大量の送信"
LEARNING = 10
"""Working days of the machine before."""
FLOOR, FLOOR_COMMON = 100 << 20, 2 << 30
"""Bytes of a day to one end from which something is said: to a rare end, and to one that other companies use."""
TIMES_DAY, TIMES_UPLOAD = 3, 5
"""How many times the most sent on a day before, to all ends and to one."""
NIGHT = (22, 6)
"""From and until which hour it is night."""


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    pair = ("tenant", "machine", "peer", "day")
    ordered = rows.filter(pl.col("machine_days") >= LEARNING).sort(*pair, "hour")
    rare = pl.col("other_met").is_null() | (pl.col("other_met") > pl.col("hour"))
    bound = pl.max_horizontal(
        pl.when("rare").then(FLOOR).otherwise(FLOOR_COMMON),
        pl.col("past_sent") * TIMES_DAY,
        pl.col("past_upload") * TIMES_UPLOAD,
    )
    so_far = pl.col("sent").cum_sum().over(pair)
    night = (pl.col("clock") >= NIGHT[0]) | (pl.col("clock") < NIGHT[1])
    found = ordered.with_columns(rare.alias("rare"), so_far.alias("so_far"), night.alias("night"))
    crossed = found.filter(pl.col("so_far") >= bound).unique(pair, keep="first", maintain_order=True)
    return tuple(map(notable, crossed.iter_rows(named=True)))


def notable(row: dict[str, Any]) -> Notable:
    quiet = row["night"] or not row["works"]
    when = "夜間に" if row["night"] else "休日に" if quiet else ""
    known = "ほかのどの会社も使っていない" if row["rare"] else ""
    severity = SeverityId.LOW if not row["rare"] else SeverityId.HIGH if quiet else SeverityId.MEDIUM
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['machine']}|{row['peer']}|{row['day']}",
        kind=AnalyticTypeId.STATISTICAL,
        title=TITLE,
        message=(
            f"「{row['machine']}」が{when}、{known}外部の相手「{row['peer']}」へ "
            f"1 日で {size(row['so_far'])} を送りました"
            f"(この機器が過去 {row['machine_days']} 営業日に 1 日で送った最大は {size(row['past_sent'])})。"
        ),
        first=at(row["hour"], row["moments"][0]),
        time=at(row["hour"], row["moments"][0]),
        severity=severity,
        advice="data_upload",
        techniques=("T1048", "T1567"),
        sensor=row["sensor"],
        source=row["source"],
        count=row["count"],
        about=ends.both(row),
        related=(row["uid"],),
        numbers={
            "bytes": row["so_far"],
            "most_bytes_a_day": row["past_sent"],
            "most_bytes_to_one": row["past_upload"],
            "working_days_of_machine": row["machine_days"],
            "hour": row["clock"],
        },
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "Large upload"},
    looks_at=Look.TRANSFERS,
    judge=judge,
)
