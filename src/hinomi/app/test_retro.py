"""From a switch to findings: the worker takes the rule up, the background runs it back, once."""

import io
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from pickle import UnpicklingError

import pytest

from hinomi.app import retro
from hinomi.app.compiling import received, rules_made_aside, send
from hinomi.app.lookout import rule_set
from hinomi.app.renewal import Renewal
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.pipeline.retro import Jobs, Phase, asking
from hinomi.pipeline.retro.job import Kind
from hinomi.pipeline.rules import State, Switch, running, switches
from hinomi.pipeline.run import River, drain
from hinomi.tenants.operations import register_tenant

NOW = datetime(2026, 11, 22, 3)
AWARE = NOW.replace(tzinfo=UTC)
RULE = """
title: Port {port}
id: 7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b{port}
logsource: {{category: firewall}}
detection:
  selection: {{dst_port: {wanted}}}
  condition: selection
level: high
"""
LINE = (
    'date=2026-11-22 time=12:{:02d}:00 devname="gate" devid="FG0" tz="+0900" logid="0000000013" type="traffic" '
    'subtype="forward" level="notice" srcip=192.168.1.7 dstip=198.51.100.9 dstport={} sessionid={} action="accept"\n'
)


def uid(port: int) -> str:
    return f"7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b{port}"


@pytest.fixture(autouse=True)
def bare_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """No shelf, which another process could not know: rules are made here."""
    monkeypatch.setattr("hinomi.library.catalog.sigma_rules", lambda: ())
    monkeypatch.setattr("hinomi.app.renewal.rules_made_aside", rule_set)


@pytest.fixture
def data_dir(tmp_path: Path, db: None) -> Path:
    register_tenant("101", "見本", now=AWARE)
    (tmp_path / "rules").mkdir()
    return tmp_path


class Worker:
    """The live worker's part: what it does between two pulses."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.renewal = Renewal(data_dir)
        self.river = River(Landing(data_dir / "landing"), Lake(data_dir / "lake"), self.renewal.latest.lookout)
        self.sent = 0

    def pulse(self, *ports: int) -> None:
        if ports:
            self.sent += 1
            self.river.landing.append(
                "".join(LINE.format(number, port, self.sent) for number, port in enumerate(ports)).encode(),
                tenant="101",
                sensor="gate",
                source="fortinet_fortigate",
                timezone="Asia/Tokyo",
                received=NOW,
                origin=str(self.sent),
            )
        self.river = self.renewal.taken_up(self.river, NOW)
        drain(self.river)


def write(data_dir: Path, port: int, pack: str = "", wanted: int = 0) -> Path:
    path = data_dir / "rules" / pack / f"{port}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(RULE.format(port=port, wanted=wanted or port))
    return path


def decide(data_dir: Path, rule: str, state: State, with_retro: bool = True) -> None:
    switch = Switch(state, "tanaka", NOW, "必要になった", retro=with_retro)
    switches.change(data_dir / "rules", lambda now: now.turn_rule(rule, switch))


def findings(worker: Worker) -> dict[str, int]:
    sql = 'SELECT "finding_info.analytic.uid" AS rule, count(*)::INT AS n FROM findings GROUP BY ALL'
    return {row["rule"]: row["n"] for row in worker.river.lake.ask("101", sql).rows()}


def retros(data_dir: Path) -> list[list[str]]:
    return [sorted(job.rules) for job in Jobs(data_dir).all() if job.kind is Kind.RETRO]


def test_a_rule_of_a_pack_that_is_switched_on_counts_from_now_on_and_back(data_dir: Path) -> None:
    write(data_dir, 4444, "pack")
    worker = Worker(data_dir)
    worker.pulse(4444, 443, 4444)
    retro.go_on(data_dir, AWARE)
    assert findings(worker) == {}

    decide(data_dir, uid(4444), State.ON)
    worker.renewal.renew()
    worker.pulse(4444)
    assert findings(worker) == {uid(4444): 1}

    retro.go_on(data_dir, AWARE)
    assert findings(worker) == {uid(4444): 3}
    retro.go_on(data_dir, AWARE)
    assert retros(data_dir) == [[uid(4444)]]


def test_what_runs_from_the_first_is_not_run_back(data_dir: Path) -> None:
    write(data_dir, 4444)
    worker = Worker(data_dir)
    worker.pulse(4444)
    retro.go_on(data_dir, AWARE)
    assert retros(data_dir) == []


def test_a_changed_condition_is_run_back_and_findings_of_the_old_one_stay(data_dir: Path) -> None:
    write(data_dir, 4444)
    worker = Worker(data_dir)
    worker.pulse(4444, 5555, 5555)
    retro.go_on(data_dir, AWARE)

    write(data_dir, 4444, wanted=5555)
    worker.renewal.renew()
    worker.pulse()
    retro.go_on(data_dir, AWARE)

    assert findings(worker) == {uid(4444): 3}
    assert retros(data_dir) == [[uid(4444)]]


def test_a_rule_switched_on_for_what_is_to_come_is_not_run_back(data_dir: Path) -> None:
    write(data_dir, 4444, "pack")
    worker = Worker(data_dir)
    worker.pulse(4444)
    retro.go_on(data_dir, AWARE)

    decide(data_dir, uid(4444), State.ON, with_retro=False)
    worker.renewal.renew()
    worker.pulse(4444)
    retro.go_on(data_dir, AWARE)

    assert findings(worker) == {uid(4444): 1}


def test_no_days_mean_no_retro_and_no_number_is_refused(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(data_dir)
    worker.pulse(4444)
    retro.go_on(data_dir, AWARE)
    write(data_dir, 4444)
    worker.renewal.renew()
    worker.pulse()

    monkeypatch.setenv(retro.VARIABLE, "0")
    retro.go_on(data_dir, AWARE)
    assert retros(data_dir) == []

    monkeypatch.setenv(retro.VARIABLE, "a month")
    with pytest.raises(ValueError, match="a month"):
        retro.go_on(data_dir, AWARE)


def test_a_broken_file_is_refused_and_takes_nothing_else_down(data_dir: Path) -> None:
    write(data_dir, 4444)
    broken = write(data_dir, 5555)
    worker = Worker(data_dir)
    worker.pulse()

    broken.write_text("title: [")
    worker.renewal.renew()
    worker.pulse(4444, 5555)

    assert findings(worker) == {uid(4444): 1}
    assert running.read(data_dir / "rules") == running.Running(
        NOW, {uid(4444): worker.renewal.latest.rules[uid(4444)]}, 1
    )


def test_rules_on_trial_are_counted_once_a_day_and_raise_nothing(data_dir: Path) -> None:
    write(data_dir, 4444)
    decide(data_dir, uid(4444), State.TRIAL)
    worker = Worker(data_dir)
    worker.pulse(4444, 443)
    retro.go_on(data_dir, AWARE)

    jobs = Jobs(data_dir)
    first = asking.latest_trial(jobs)
    assert first is not None
    assert (jobs.progress(first).phase, jobs.progress(first).of_rule(uid(4444))) == (Phase.DONE, 1)
    assert findings(worker) == {}

    worker.pulse(4444)
    retro.go_on(data_dir, AWARE)
    assert asking.latest_trial(jobs) == first
    jobs.save(first, replace(jobs.progress(first), ended=NOW))
    retro.go_on(data_dir, AWARE + timedelta(days=1))
    second = asking.latest_trial(jobs)
    assert second is not None
    assert jobs.progress(second).of_rule(uid(4444)) == 2


def test_a_set_made_beside_a_drain_loses_and_doubles_no_line(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules come and go in a thread of their own while lines pour in; the rule that stays sees every line once."""
    monkeypatch.setattr("hinomi.app.renewal.PULSE", 0.01)
    write(data_dir, 4444)
    worker = Worker(data_dir)
    stop = threading.Event()
    worker.renewal.start(stop)
    used = set()
    for number in range(10):
        write(data_dir, 5000 + number % 3, wanted=443)
        worker.pulse(4444, 443)
        used.add(id(worker.river.lookout))
    stop.set()

    counted = worker.river.lake.ask("101", "SELECT count(*)::INT AS n FROM events").rows()
    assert counted == [{"n": 20}]
    assert findings(worker)[uid(4444)] == 10
    assert len(used) > 1


def test_rules_made_in_another_process_are_the_same(data_dir: Path) -> None:
    for port in range(4000, 4110):
        write(data_dir, port)
    (data_dir / "rules" / "broken.yml").write_text("title: [")
    made, pipe = rule_set(data_dir), io.BytesIO()

    send(made, pipe)
    again = received(io.BytesIO(pipe.getvalue()))

    assert (again.rules, again.refused) == (made.rules, made.refused)
    with pytest.raises((EOFError, UnpicklingError)):
        received(io.BytesIO(pipe.getvalue()[:-10]))


def test_where_the_other_process_fails_the_rules_are_made_here(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write(data_dir, 4444)
    monkeypatch.setattr("hinomi.app.compiling.sys.executable", "/bin/false")

    assert [rule.id for rule in rules_made_aside(data_dir).rules] == [uid(4444)]
    assert "making the rules here" in caplog.text
