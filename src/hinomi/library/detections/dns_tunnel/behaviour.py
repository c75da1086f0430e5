"""Messages hidden in names: one machine asks for a hundred long, ever new names below a domain nobody else uses.

A name server passes every question on to the domain's owner, also where the firewall lets nothing else through. Domains
of antivirus makers and others that work like this are known as harmless, or used by many companies.
MITRE ATT&CK T1071.004, T1048.
"""

from typing import Any

import polars as pl

from hinomi.library import ends
from hinomi.library.amounts import at
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "dns_tunnel"
TITLE = "名前の問い合わせ(DNS)に隠した通信"
LEARNING = 5
"""Working days of the company before."""
NEW = 3
"""Days after the company first asked for the domain in which it is told."""
LONG_NAMES = 100
"""Distinct long names of a day below one domain."""


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    group = ("tenant", "machine", "domain", "day")
    enough = pl.col("long_names").list.len().sum().over(group) >= LONG_NAMES
    recent = pl.col("met") >= pl.col("hour") - pl.duration(days=NEW)
    candidates = rows.filter(enough, recent, pl.col("company_days") >= LEARNING).sort(*group, "hour")
    found = (tunnelled(part) for _, part in candidates.group_by(group, maintain_order=True))
    return tuple(one for one in found if one)


def tunnelled(rows: pl.DataFrame) -> Notable | None:
    names: set[str] = set()
    for row in rows.iter_rows(named=True):
        names.update(row["long_names"])
        if len(names) >= LONG_NAMES:
            alone = row["other_met"] is None or row["other_met"] > row["hour"]
            return notable(row, names) if alone else None
    return None


def notable(row: dict[str, Any], names: set[str]) -> Notable:
    length = round(sum(map(len, names)) / len(names))
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['machine']}|{row['domain']}|{row['day']}",
        kind=AnalyticTypeId.STATISTICAL,
        title=TITLE,
        message=(
            f"「{row['machine']}」が、ほかのどの会社も使っていない「{row['domain']}」の下の、"
            f"平均 {length} 文字の長い名前を 1 日に {len(names)} 種類以上も問い合わせており、"
            f"名前に隠して外部とやり取りしている疑いがあります"
            f"(この会社の記録は {row['company_days']} 営業日分)。"
        ),
        first=at(row["hour"], row["moment"]),
        time=at(row["hour"], row["moment"]),
        severity=SeverityId.HIGH,
        advice="dns_tunnel",
        techniques=("T1071.004", "T1048"),
        sensor=row["sensor"],
        source=row["source"],
        count=len(names),
        about={**ends.machine(row), "query.hostname": row["domain"]},
        related=(row["uid"],),
        numbers={
            "long_names": len(names),
            "mean_length": length,
            "working_days_of_company": row["company_days"],
            "first_contact": row["met"].isoformat(),
        },
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "Tunnel through DNS"},
    looks_at=Look.NAMES,
    judge=judge,
)
