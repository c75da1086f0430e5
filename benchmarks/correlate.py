"""Stories out of a day's findings of many companies, on one core; and what one finding more costs after much history.

    .venv/bin/python benchmarks/correlate.py [--companies 500] [--findings 4000] [--history 15 60 180]

Every company's day is drawn anew (``--seed``) after the mix of the replayed programme: most findings are what its
devices stopped or counted; a twentieth may belong to an incident, on a third of its fifty machines; one company in ten
has an infection seen by EDR and UTM. For the second figure one company's days lie in a lake, and a new finding is told
with what lies within a week of it, as the desk does. Times are user + system CPU; memory is the peak of the process.
"""

import argparse
import os
import random
import resource
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.ocsf.schema import POLARS, conform
from hinomi.pipeline.correlate import stories

REACH = timedelta(days=7)
TOLD = "SELECT * EXCLUDE (raw_data, unmapped) FROM findings"
"""As in ``hinomi.app.stories``."""
DAY = datetime(2022, 12, 6)
MACHINES = 50
COUNTED = ("スパムメール", "URLカテゴリフィルタ", "不正サイト", "不正侵入防止(IPS)", "禁止アプリケーション")
ENDPOINT = ("アプリがOSコマンド実行", "アプリがファイル生成", "未登録アプリケーション", "不審なOSコマンド実行")


class Company:
    def __init__(self, name: str, chance: random.Random) -> None:
        self.name, self.chance, self.number = name, chance, 0

    def finding(self, at: datetime, **columns: object) -> dict[str, object]:
        self.number += 1
        uid = f"{self.name}-{self.number}"
        return {
            "tenant": self.name, "time": at, "class_uid": 2004, "is_alert": True, "metadata.uid": uid,
            "finding_info.uid": uid, "finding_info.analytic.type_id": 99, "finding_info.related_events": [f"e{uid}"],
            **{name.replace("__", "."): value for name, value in columns.items()},
        }  # fmt: skip

    def counted(self, at: datetime) -> dict[str, object]:
        category = self.chance.choice(COUNTED)
        knocks = category.startswith("不正侵入")
        inside = f"192.168.10.{self.chance.randrange(1, MACHINES + 1)}"
        outside = f"203.0.113.{self.chance.randrange(1, 255)}"
        return self.finding(
            at, sensor=f"{self.name}-utm", source="fortinet_fortigate", severity_id=3, disposition_id=2,
            utm_category=category, finding_info__title=category, src_endpoint__ip=outside if knocks else inside,
            dst_endpoint__ip=inside if knocks else outside, url__hostname=f"site{self.chance.randrange(3000)}.example",
        )  # fmt: skip

    def noted(self, at: datetime, machine: int, kind: str, severity: int, **more: object) -> dict[str, object]:
        return self.finding(
            at, sensor=f"{self.name}-edr", source="keepeye", severity_id=severity, disposition_id=15,
            finding_info__title=kind, finding_info__types=[kind], device__hostname=f"PC-{machine:02}",
            device__ip=f"192.168.10.{machine}", actor__user__name=f"user{machine}", **more,
        )  # fmt: skip

    def infection(self, at: datetime, machine: int) -> list[dict[str, object]]:
        home = {"url__hostname": f"home-{self.name}.invalid", "dst_endpoint__ip": "198.51.100.7"}
        steps = [self.noted(at + timedelta(minutes=n), machine, kind, 4) for n, kind in enumerate(ENDPOINT)]
        calls = [
            self.finding(
                at + timedelta(minutes=5 + n), sensor=f"{self.name}-utm", source="fortinet_fortigate", severity_id=5,
                disposition_id=15, utm_category="C&Cコールバック", finding_info__title="C&Cコールバック",
                src_endpoint__ip=f"192.168.10.{machine}", **home,
            )
            for n in range(20)
        ]  # fmt: skip
        return [*steps, *calls, self.noted(at + timedelta(minutes=30), machine, "ファイル暗号化", 5,
                                           malware__classification_ids=[10])]  # fmt: skip

    def day(self, begin: datetime, findings: int) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        if self.chance.random() < 0.1:
            rows += self.infection(begin + timedelta(hours=self.chance.uniform(1, 8)), self.chance.randrange(1, 50))
        for _ in range(findings // 20):
            at = begin + timedelta(seconds=self.chance.uniform(0, 86_400))
            machine = self.chance.randrange(1, MACHINES // 3)
            rows.append(self.noted(at, machine, self.chance.choice(ENDPOINT), self.chance.choice((2, 3, 3, 4))))
        while len(rows) < findings:
            rows.append(self.counted(begin + timedelta(seconds=self.chance.uniform(0, 86_400))))
        return rows


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    overrides = {name: POLARS[name] for row in rows[:500] for name in row}
    overrides |= {name: POLARS[name] for name in rows[-1]}
    return conform(pl.DataFrame(rows, schema_overrides=overrides, infer_schema_length=None))


def one_more(days: int, findings: int, seed: int) -> tuple[float, float]:
    """CPU seconds of reading a week around the newest of so many days, and of telling it."""
    company = Company("c1", random.Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        for first in range(0, days, 10):
            part = [company.day(DAY + timedelta(days=day), findings) for day in range(first, min(first + 10, days))]
            lake.append(lake.next_epoch(), {"findings": frame([row for rows in part for row in rows])})
        now = DAY + timedelta(days=days)
        window = {"c1": (now - REACH, now + REACH)}
        begin = time.process_time()
        found = lake.ask_windows(window, TOLD).frame()
        read = time.process_time()
        stories(found)
        return read - begin, time.process_time() - read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=500)
    parser.add_argument("--findings", type=int, default=4000, help="of a company and day")
    parser.add_argument(
        "--history", type=int, nargs="*", default=[15, 60, 180], help="days before the one finding more"
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    taken, told, held = [], 0, 0
    for number in range(given.companies):
        company = Company(f"c{number}", random.Random(f"{given.seed}-{number}"))
        findings = frame(company.day(DAY, given.findings))
        begin = time.process_time()
        found = stories(findings)
        taken.append(time.process_time() - begin)
        told, held = told + len(found), held + sum(len(story.members) for story in found)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.companies} companies, {given.companies * given.findings:,} findings of a day: {told:,} stories with "
          f"{held:,} findings, {sum(taken):.1f} CPU s ({statistics.median(taken) * 1000:.0f} ms a company), "
          f"peak {peak:,.0f} MB")  # fmt: skip
    for days in given.history:
        read, tell = one_more(days, given.findings, given.seed)
        print(f"one finding more after {days} days of {given.findings:,}: {read:.2f} CPU s to read, {tell:.2f} to tell")


if __name__ == "__main__":
    main()
