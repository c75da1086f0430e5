"""Company 901: two stories of December 2022, told by raw lines of three sensors and by nothing else.

A step is one line of one sensor's log at one moment, in Japan. What the steps mean together, the pipeline
has to find out. The stories follow section 4.5 (3) of the survey report (what UTM and EDR see of an
infection) and the support scam of the seminar's case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from hinomi.demo import fortigate_lines, keepeye, mail
from hinomi.demo.batch import Batch, csv_line
from hinomi.demo.fortigate_lines import Body
from hinomi.demo.hosts import Host, hosts
from hinomi.demo.programme import STORY_HOSTS, STORY_TENANT, SensorPlan
from hinomi.demo.workdays import epoch, stamps

FORTIGATE, EDR, MAIL = "fortinet_fortigate", "keepeye", "cloud_mail_security"


@dataclass(frozen=True)
class Step:
    at: datetime
    """Wall clock of Japan."""
    source: str
    told: Body | dict[str, str]
    """A FortiGate's words, or values of an export's columns; the time comes from ``at``."""


def victim(name: str) -> Host:
    """A machine of the company by its name."""
    return next(host for host in hosts(STORY_TENANT) if host.name == name)


INFECTED, DECEIVED = (victim(name) for name in STORY_HOSTS)


def clock(day: date, time: str) -> datetime:
    return datetime.combine(day, datetime.strptime(time, "%H:%M:%S").time())  # noqa: DTZ007 - a wall clock


def endpoint(host: Host, kind: str, values: dict[str, str]) -> dict[str, str]:
    """A row of the EDR about a process on a machine; ``kind`` is 検知 or 稼働."""
    pc = {"ホスト名": host.name, "IPアドレス": host.ip, "MACアドレス": host.mac, "ユーザー": host.user}
    usual = {"検知": {"重要度": "高", "処理": "検知のみ"}, "稼働": {"重要度": "情報", "処理": "記録"}}[kind]
    path = values.get("プロセスパス", "")
    return {
        "種別": kind,
        **pc,
        **usual,
        "プロセス名": keepeye.program_name(path),
        "SHA256": keepeye.digest(path),
        **values,
    }


def batches(plan: SensorPlan, month: date, steps: Iterable[Step]) -> tuple[Batch, ...]:
    """The lines that one sensor writes of the stories in a month."""
    first = datetime.combine(month, datetime.min.time())
    own = [
        step
        for step in steps
        if plan.tenant == STORY_TENANT and step.source == plan.source and step.at.date().replace(day=1) == month
    ]
    if not own:
        return ()
    moments = np.array([(step.at - first) // timedelta(seconds=1) for step in own], dtype=np.int64)
    return (Batch(moments, [_line(step, month, int(second)) for step, second in zip(own, moments, strict=True)]),)


def _line(step: Step, month: date, second: int) -> str:
    if not isinstance(step.told, dict):
        [stamp] = stamps(month, np.array([second]), fortigate_lines.stamp_form())
        nanoseconds = (epoch(month) + second) * 1_000_000_000 + second * 7919 % 1_000_000_000
        return fortigate_lines.line(STORY_TENANT, stamp, nanoseconds, step.told)
    export = keepeye if step.source == EDR else mail
    [stamp] = stamps(month, np.array([second]), export.STAMP)
    return csv_line(export.COLUMNS, {export.COLUMNS.partition(",")[0]: stamp, **step.told})
