"""One machine tries many others inside within minutes, or many doors of one: an intruder looks around, or spreads.

Machines whose work it is to visit many (servers, monitoring, print servers) did so before, and are measured by
their own past. MITRE ATT&CK T1046, T1021.
"""

from collections import Counter, deque
from datetime import timedelta
from typing import Any

import polars as pl

from hinomi.library import ends
from hinomi.library.amounts import at
from hinomi.library.contracts import Behaviour, Look
from hinomi.ocsf.classes import AnalyticTypeId, SeverityId
from hinomi.ocsf.notable import Notable

NAME = "inside_scan"
TITLE = "社内の機器を次々に調べる通信"
LEARNING = 5
"""Working days of the company before."""
WITHIN = timedelta(minutes=10)
MACHINES, TIMES_PAST = 20, 3
"""Machines within that time, and how many times the most of a day before."""
DOORS = 50
"""Ports of one machine within an hour."""
SPREADING = {22, 23, 135, 139, 445, 3389, 5900, 5985, 5986}
"""Ports over which one machine takes control of another."""
FACTORY = {102, 502, 1911, 2404, 4840, 5006, 5007, 9600, 20000, 44818, 47808}
"""Ports of controllers in a factory (S7, Modbus, IEC 60870-5-104, OPC UA, MELSEC, FINS, DNP3, EtherNet/IP, BACnet)."""
DAY = ("tenant", "machine", "day")


def judge(rows: pl.DataFrame) -> tuple[Notable, ...]:
    known = rows.filter(pl.col("company_days") >= LEARNING)
    bound = pl.max_horizontal(pl.lit(MACHINES), pl.col("past_inside") * TIMES_PAST)
    wide = known.filter(pl.col("peer").n_unique().over(DAY) >= bound)
    found = [one for _, group in wide.group_by(DAY, maintain_order=True) if (one := swept(group))]
    doors = known.filter(pl.col("ports").list.len() >= DOORS)
    each = doors.sort(*DAY, "hour", "peer").unique([*DAY, "peer"], keep="first", maintain_order=True)
    return (*found, *map(knocked, each.iter_rows(named=True)))


def swept(rows: pl.DataFrame) -> Notable | None:
    """The moment at which so many machines had been tried within the time."""
    row = rows.row(0, named=True)
    bound = max(MACHINES, row["past_inside"] * TIMES_PAST)
    tried = sorted(
        (at(hour, moment), peer)
        for hour, peer, moments in rows.select("hour", "peer", "moments").iter_rows()
        for moment in moments
    )
    window: deque[tuple[Any, str]] = deque()
    held: Counter[str] = Counter()
    for time, peer in tried:
        window.append((time, peer))
        held[peer] += 1
        while time - window[0][0] > WITHIN:
            _, gone = window.popleft()
            held[gone] -= 1
            if not held[gone]:
                del held[gone]
        if len(held) >= bound:
            ports = {port for peer_, said in rows.select("peer", "ports").iter_rows() if peer_ in held for port in said}
            return sweep(row, len(held), window[0][0], time, ports)
    return None


def sweep(row: dict[str, Any], machines: int, first: Any, time: Any, ports: set[int]) -> Notable:
    minutes = max(1, round((time - first) / timedelta(minutes=1)))
    spreading, factory = sorted(ports & SPREADING), sorted(ports & FACTORY)
    door = f"(遠隔操作やファイル共有の入口 {', '.join(map(str, spreading))} 番を含む)" if spreading else ""
    door += f"(工場の制御機器の入口 {', '.join(map(str, factory))} 番を含む)" if factory else ""
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['machine']}|{row['day']}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title=TITLE,
        message=(
            f"「{row['machine']}」が、約 {minutes} 分のあいだに社内の {machines} 台へ次々に接続を試みました{door}"
            f"(この機器がこれまで 1 日に通信した社内の相手は最大 {row['past_inside']} 台、"
            f"この会社の記録は {row['company_days']} 営業日分)。"
        ),
        first=first,
        time=time,
        severity=SeverityId.HIGH if spreading or factory else SeverityId.MEDIUM,
        advice="inside_scan",
        techniques=("T1046", "T1021") if spreading else ("T1046",),
        sensor=row["sensor"],
        source=row["source"],
        count=machines,
        about=ends.machine(row),
        related=(row["uid"],),
        numbers={
            "machines": machines,
            "minutes": minutes,
            "most_machines_a_day": row["past_inside"],
            "working_days_of_company": row["company_days"],
            "ports": sorted(ports)[:20],
        },
    )


def knocked(row: dict[str, Any]) -> Notable:
    return Notable(
        tenant=row["tenant"],
        rule=NAME,
        key=f"{row['machine']}|{row['peer']}|{row['day']}",
        kind=AnalyticTypeId.BEHAVIORAL,
        title=TITLE,
        message=(
            f"「{row['machine']}」が、1 時間のうちに社内の 1 台「{row['peer']}」の "
            f"{len(row['ports'])} 個以上の入口(ポート)へ"
            f"次々に接続を試みました(この会社の記録は {row['company_days']} 営業日分)。"
        ),
        first=at(row["hour"], row["moments"][0]),
        time=at(row["hour"], row["moments"][0]),
        severity=SeverityId.MEDIUM,
        advice="inside_scan",
        techniques=("T1046",),
        sensor=row["sensor"],
        source=row["source"],
        count=row["count"],
        about={**ends.machine(row), "dst_endpoint.ip": row["peer_ip"]},
        related=(row["uid"],),
        numbers={"ports": len(row["ports"]), "working_days_of_company": row["company_days"]},
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title={"ja": TITLE, "en": "Scan or spread inside"},
    looks_at=Look.INWARD,
    judge=judge,
)
