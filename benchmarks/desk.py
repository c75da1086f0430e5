"""What the desk makes of planted incidents: none missed, how much a person is asked, nobody asked twice.

    .venv/bin/python benchmarks/desk.py [--seeds 1 2 3] [--thin 1] [--json] [--data-dir DIR]

The 43 companies' three months pass through the river in slices of six days, with twenty incidents and the noise that
the seed plants. After each slice an analyst who knows the truth opens every cluster of the review queue once and
decides: what is planted is an incident; noise is what its cause is. ``--thin 20`` keeps one in so many of the
programme's own lines, and all that is planted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hinomi.demo.planted import Planted, Planting, Recurrence, plant
from hinomi.demo.planted.answers import Shown, cause, is_of, of
from hinomi.demo.planted.slices import received, slices
from hinomi.demo.programme import MONTHS, STORY_TENANT

COMPANY_MONTHS = 43 * len(MONTHS)
NOWHERE = "smtp://127.0.0.1:9?from=soc@watch.example"
"""Mails are queued, and nobody sends them."""


@dataclass
class Result:
    """Of one seed."""

    seed: int
    lines: int = 0
    incidents: int = 0
    """Which the desk held in the end, noise among them."""
    missed: list[str] = field(default_factory=list)
    """Planted ones without an incident that names the machine on a fitting card."""
    untold: list[str] = field(default_factory=list)
    """Planted ones of which nobody was told."""
    unasked_twins: list[str] = field(default_factory=list)
    """Those that resemble decided noise, and were taken for it."""
    decisions: int = 0
    decisions_on_noise: int = 0
    decisions_on_others: list[str] = field(default_factory=list)
    """On what the programme has by itself."""
    by_month: dict[str, int] = field(default_factory=dict)
    noise_raised: int = 0
    """Times that noise made an incident."""
    asked_again: list[str] = field(default_factory=list)
    """Noise that was asked although its cause had been decided for that company."""
    seconds: float = 0.0

    @property
    def per_company_month(self) -> float:
        return self.decisions / COMPANY_MONTHS


class Analyst:
    """Opens every cluster once, knows the truth, decides, and remembers what was decided."""

    def __init__(self, planting: Planting, result: Result) -> None:
        from hinomi.tenants import operations
        from hinomi.tenants.models import User
        from hinomi.tenants.roles import Role

        self.planting, self.result = planting, result
        self.user: User = operations.create_user("robot", role=Role.ANALYST, now=datetime.now(UTC))
        User.objects.filter(pk=self.user.pk).update(email="robot@watch.example")
        self.asked: set[str] = set()
        self.decided: set[tuple[str, str]] = set()
        """Causes and companies that a decision has answered, made by hand or recognised."""

    def work(self, now: datetime) -> None:
        from hinomi.incidents.review.clusters import queue

        for cluster in queue(self.user, now):
            truths = {case.incident.pk: cause(shown(case.incident), self.planting) for case in cluster.cases}
            self.asked |= set(truths)
            by_verdict: dict[tuple[str, str], list[str]] = {}
            for case in cluster.cases:
                truth = truths[case.incident.pk]
                by_verdict.setdefault(verdict(truth, case.incident), []).append(case.incident.pk)
                self.note(truth, case.incident)
            for (said, reason), uids in by_verdict.items():
                self.decide(cluster, said, reason, uids, now)
        self.remember()

    def remember(self) -> None:
        from hinomi.incidents.models import Incident, Status

        for incident in Incident.objects.filter(status=Status.CLOSED, merged_into=None):
            truth = cause(shown(incident), self.planting)
            if isinstance(truth, Recurrence):
                self.decided.add((truth.cause.name, truth.tenant))

    def note(self, truth: Planted | Recurrence | None, incident: Any) -> None:
        if isinstance(truth, Recurrence):
            if (truth.cause.name, truth.tenant) in self.decided:
                self.result.asked_again.append(f"{truth.uid} ({incident.kind})")
        elif truth is None:
            self.result.decisions_on_others.append(f"{incident.tenant_id} {incident.kind} {incident.first_seen:%m-%d}")

    def decide(self, cluster: Any, said: str, reason: str, uids: Sequence[str], now: datetime) -> None:
        from hinomi.incidents.review.deciding import decide
        from hinomi.incidents.review.models import Verdict

        seen = {uid: state for uid, state in cluster.seen.items() if uid in uids}
        decide(
            self.user, cluster.key, Verdict(said), reason=reason, now=now, seen=seen,
            everywhere=said == Verdict.BENIGN.value,
        )  # fmt: skip
        self.result.decisions += 1
        month = f"{now:%Y-%m}"
        self.result.by_month[month] = self.result.by_month.get(month, 0) + 1
        self.result.decisions_on_noise += any(one.cause.reason == reason for one in self.planting.noise)


VERDICTS = {"benign_everywhere": "benign"}
"""The generator's words for what the desk calls otherwise."""


def verdict(truth: Planted | Recurrence | None, incident: Any) -> tuple[str, str]:
    """What the analyst says, and why."""
    if isinstance(truth, Recurrence):
        return VERDICTS.get(truth.cause.verdict, truth.cause.verdict), truth.cause.reason
    if truth is not None or incident.tenant_id == STORY_TENANT:
        return "incident", "攻撃とみられるため対応する"
    return ("device_fault", "機器の不具合") if incident.kind == "device_fault" else ("benign_here", "業務の動き")


def shown(incident: Any) -> Shown:
    spread = incident.assessment.get("spread") or {}
    told = [name for key in ("machines", "accounts", "outside") for name in spread.get(key, ())]
    sensors = incident.entries.values_list("sensor", flat=True)
    names = (incident.host, incident.address, incident.user_name, incident.what, *told, *sensors)
    return Shown(
        uid=incident.pk,
        tenant=incident.tenant_id,
        kind=incident.kind,
        names=frozenset(name.lower() for name in names if name),
        first=incident.first_seen.replace(tzinfo=None),
        last=incident.last_seen.replace(tzinfo=None),
    )


def measured(seed: int, thin: int, folder: Path) -> Result:
    """One seed, in this process, over a data folder of its own."""
    os.environ |= {"HINOMI_DATA_DIR": str(folder), "HINOMI_SMTP_URL": NOWHERE}
    from hinomi.app import place
    from hinomi.app.data import open_desk

    started = time.monotonic()
    data_dir = open_desk(folder)
    from hinomi.app.correlating import follow
    from hinomi.app.lookout import lookout
    from hinomi.app.replay import ZONE, register, register_planted
    from hinomi.app.watching import look_over_time
    from hinomi.app.worker import settle
    from hinomi.pipeline.run import River, drain

    planting, result = plant(seed), Result(seed)
    register(datetime.now(UTC))
    register_planted(planting)
    analyst = Analyst(planting, result)
    river = River(place.landing(data_dir), place.lake(data_dir), lookout(data_dir))

    def count(outcome: Any) -> None:
        result.lines += outcome.records

    for one in slices(planting, thin):
        for item in one.deliveries:
            river.landing.append(
                item.payload, tenant=item.tenant, sensor=item.sensor, source=item.source, timezone=ZONE,
                received=item.received, origin=item.name,
            )  # fmt: skip
        now = received(one.since).replace(tzinfo=UTC)
        drain(river, count)
        follow(river.lake, river.lookout.rules, now)
        look_over_time(river.lake, now)
        settle(river.lake, now)
        analyst.work(now)
    judge(planting, analyst, result)
    result.seconds = round(time.monotonic() - started, 1)
    return result


def judge(planting: Planting, analyst: Analyst, result: Result) -> None:
    from hinomi.deliver.notify.models import Notification
    from hinomi.incidents.models import Incident

    held = {row.pk: row for row in Incident.objects.all()}
    known = [shown(row) for row in held.values() if row.merged_into_id is None]
    told = set(Notification.objects.exclude(incident=None).values_list("incident_id", flat=True))
    kept = {uid: row.merged_into_id or uid for uid, row in held.items()}
    told |= {kept.get(uid, uid) for uid in told}
    asked = analyst.asked | {kept.get(uid, uid) for uid in analyst.asked}
    result.incidents = len(known)
    for one in planting.incidents:
        label = f"{one.uid} {one.plot} ({one.tenant}, {one.begin:%m-%d %H:%M} {one.hour})"
        found = of(one, known)
        if not any(each.kind in one.kinds for each in found):
            result.missed.append(f"{label}: {[each.kind for each in found]}")
        if not any(each.uid in told for each in found):
            result.untold.append(label)
        if one.twin_of and not any(each.uid in asked for each in found):
            result.unasked_twins.append(label)
    result.noise_raised = sum(any(is_of(each, one) for each in known) for one in planting.noise)


def report(results: Iterable[Result]) -> None:
    for one in results:
        print(
            f"seed {one.seed}: {one.lines:,} lines, {one.incidents} incidents, missed {len(one.missed)}, "
            f"untold {len(one.untold)}, decisions {one.decisions} ({one.per_company_month:.2f} per company and month; "
            f"noise alone {one.decisions_on_noise}), by month {one.by_month}, noise raised {one.noise_raised} times, "
            f"asked again {len(one.asked_again)}, twins taken for noise {len(one.unasked_twins)}, {one.seconds} s"
        )
        for name in ("missed", "untold", "unasked_twins", "asked_again"):
            for line, times in Counter(getattr(one, name)).items():
                print(f"  {name}: {line}" + (f" × {times}" if times > 1 else ""))
        for line, times in Counter(one.decisions_on_others).items():
            print(f"  the programme's own: {line} × {times}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--thin", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data-dir", type=Path)
    asked = parser.parse_args()
    if len(asked.seeds) == 1:
        with tempfile.TemporaryDirectory() as folder:
            results = [measured(asked.seeds[0], asked.thin, asked.data_dir or Path(folder))]
    else:
        results = [in_child(seed, asked.thin) for seed in asked.seeds]  # the desk's settings are a process's own
    if asked.json:
        print(json.dumps([asdict(one) | {"per_company_month": one.per_company_month} for one in results]))
    else:
        report(results)


def in_child(seed: int, thin: int) -> Result:
    command = [sys.executable, __file__, "--seeds", str(seed), "--thin", str(thin), "--json"]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]
    said.pop("per_company_month")
    return Result(**said)


if __name__ == "__main__":
    main()
