"""Within an hour a machine asks for many domains that nobody owns and that look made by a formula.

Malware finds its master by trying names that a formula makes for the day, of which the attacker registers one. People
mistype now and then; a broken setting asks for the same name again and again. MITRE ATT&CK T1568.002.
"""

from typing import Any

import polars as pl

from hinomi.library import ends
from hinomi.library.amounts import at
from hinomi.library.contracts import Behaviour, Look
from hinomi.library.detections.generated_names.spelling import is_generated
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "generated_names"
TITLE = "でたらめな名前を次々に問い合わせる通信"
LEARNING = 5
"""Working days of the company before."""
DOMAINS = 12
"""Such domains within an hour."""


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    group = ("tenant", "machine", "hour")
    missing = rows.filter("missing", pl.col("company_days") >= LEARNING)
    many = missing.filter(pl.col("domain").n_unique().over(group) >= DOMAINS)
    made = {domain for domain in many["domain"].unique().to_list() if is_generated(domain)}
    told = many.filter(pl.col("domain").is_in(list(made))).sort(*group, "moment", "domain")
    found = told.filter(pl.col("domain").n_unique().over(group) >= DOMAINS)
    parts = [part for _, part in found.group_by(group, maintain_order=True)]
    first_of_day: dict[tuple[Any, ...], Notable] = {}
    for part in parts:
        one = notable(part)
        first_of_day.setdefault((one.tenant, one.key), one)
    return tuple(first_of_day.values())


def notable(rows: pl.DataFrame) -> Notable:
    row = rows.row(0, named=True)
    domains = rows["domain"].unique(maintain_order=True).to_list()
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['machine']}|{row['day']}",
        kind=AnalyticTypeId.STATISTICAL,
        title=TITLE,
        message=(
            f"「{row['machine']}」が、1 時間のうちに「{domains[0]}」「{domains[1]}」など、"
            f"持ち主のいないでたらめな名前を {len(domains)} 種類も問い合わせており、"
            f"ウイルスが指令を出す相手を探している疑いがあります"
            f"(この会社の記録は {row['company_days']} 営業日分)。"
        ),
        first=at(row["hour"], row["moment"]),
        time=at(row["hour"], row["moment"]),
        severity=SeverityId.HIGH,
        advice="dns_tunnel",
        techniques=("T1568.002",),
        sensor=row["sensor"],
        source=row["source"],
        count=len(domains),
        about={**ends.machine(row), "query.hostname": domains[0]},
        related=tuple(rows["uid"].to_list()),
        numbers={
            "domains": len(domains),
            "examples": domains[:10],
            "working_days_of_company": row["company_days"],
        },
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "Bursts of generated names"},
    looks_at=Look.NAMES,
    judge=judge,
)
