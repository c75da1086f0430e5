"""A rule is run over what the lake holds: tried without a trace, or run back so that nothing doubles."""

import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.detect.sigma import RuleSet
from hinomi.pipeline.retro import Job, Jobs, Kind, Phase, Scanner, span
from hinomi.pipeline.run import River, drain

NOW = datetime(2026, 11, 22, 3)
ASKED = datetime(2026, 11, 22, 4)
DAYS, LINES = 5, 40
RULE_ID = "7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c99"
RULE = f"""
title: Port 4444
id: {RULE_ID}
logsource: {{category: firewall}}
detection:
  selection: {{dst_port: 4444}}
  condition: selection
level: high
"""
LINE = (
    'date={:%Y-%m-%d} time={:%H:%M:%S} devname="gate" devid="FG0" tz="+0900" logid="0000000013" type="traffic" '
    'subtype="forward" level="notice" srcip=192.168.1.7 dstip=198.51.100.9 dstport={} proto=6 action="accept"\n'
)


def fill(root: Path, rules: RuleSet) -> River:
    """Five days of two companies; every eighth line goes to port 4444."""
    river = River(Landing(root / "landing"), Lake(root / "lake"), Lookout(rules))
    for tenant in ("101", "102"):
        for day in range(DAYS):
            start = NOW - timedelta(days=day)
            moments = [start + timedelta(hours=9, minutes=number) for number in range(LINES)]
            lines = [LINE.format(m, m, 4444 if number % 8 == 0 else 443) for number, m in enumerate(moments)]
            river.landing.append(
                "".join(lines).encode(),
                tenant=tenant,
                sensor="gate",
                source="fortinet_fortigate",
                timezone="Asia/Tokyo",
                received=start,
                origin=f"{tenant}-{day}",
            )
    drain(river)
    return river


@pytest.fixture
def rules(tmp_path: Path) -> RuleSet:
    path = tmp_path / "rule.yml"
    path.write_text(RULE)
    return load([path])


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("filled")
    fill(root, load([]))
    return root


@pytest.fixture
def river(filled: Path, tmp_path: Path) -> River:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return River(Landing(tmp_path / "landing"), Lake(tmp_path / "lake"), Lookout(load([])))


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path)


def scanner(river: River, jobs: Jobs, rules: RuleSet) -> Scanner:
    return Scanner(river.lake, river.landing, jobs, lambda job: rules)


def ask(jobs: Jobs, kind: Kind, tenants: tuple[str, ...] = ("101", "102"), uid: str = "1") -> Job:
    since, until = NOW - timedelta(days=30), NOW + timedelta(days=1)
    return jobs.add(Job(uid, kind, {RULE_ID: "x"}, tenants, since, until, ASKED, text=RULE))


def rows(river: River, tenant: str) -> pl.DataFrame:
    return river.lake.ask(tenant, "SELECT * FROM findings").frame().sort("metadata.uid")


def test_a_retro_finds_what_the_river_would_have_found(
    river: River, jobs: Jobs, rules: RuleSet, tmp_path: Path
) -> None:
    job = ask(jobs, Kind.RETRO)

    assert scanner(river, jobs, rules).advance(60)

    progress = jobs.progress(job)
    assert (progress.phase, progress.events, progress.recorded) == (Phase.DONE, 2 * DAYS * LINES, {RULE_ID: 50})
    assert progress.hits == {RULE_ID: {"101": 25, "102": 25}}
    live = fill(tmp_path / "live", rules)
    for tenant in ("101", "102"):
        assert rows(river, tenant).equals(rows(live, tenant))


def test_what_was_found_before_is_not_recorded_again(jobs: Jobs, rules: RuleSet, tmp_path: Path) -> None:
    river = fill(tmp_path, rules)
    job = ask(jobs, Kind.RETRO)

    scanner(river, jobs, rules).advance(60)

    assert jobs.progress(job).hits == {RULE_ID: {"101": 25, "102": 25}}
    assert jobs.progress(job).recorded == {}
    assert rows(river, "101").height == 25


def test_a_trial_counts_and_leaves_no_trace(river: River, jobs: Jobs, rules: RuleSet) -> None:
    job = ask(jobs, Kind.TRIAL, ("101",))

    scanner(river, jobs, rules).advance(60)

    progress = jobs.progress(job)
    assert (progress.count, progress.by_tenant()) == (25, {"101": 25})
    assert progress.weeks == {"2026-11-16": 25}
    assert len(progress.examples) == 25
    assert progress.seconds > 0
    event = river.lake.ask(
        "101", 'SELECT "dst_endpoint.port" AS port FROM events WHERE "metadata.uid" = ?', [progress.examples[0].uid]
    )
    assert event.rows() == [{"port": 4444}]
    assert rows(river, "101").is_empty()


def test_trials_go_before_retros_and_one_that_is_cancelled_ends(river: River, jobs: Jobs, rules: RuleSet) -> None:
    retro, trial, unwanted = ask(jobs, Kind.RETRO), ask(jobs, Kind.TRIAL, uid="2"), ask(jobs, Kind.TRIAL, uid="3")
    jobs.cancel(unwanted)
    at_work = scanner(river, jobs, rules)

    assert jobs.progress(unwanted).phase is Phase.CANCELLED
    at_work.advance(60)
    assert [jobs.progress(job).phase for job in (retro, trial)] == [Phase.WAITING, Phase.DONE]
    at_work.advance(60)
    assert jobs.progress(retro).phase is Phase.DONE
    assert not at_work.advance(60)


def test_nothing_is_done_while_the_live_river_is_behind(
    river: River, jobs: Jobs, rules: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(jobs, Kind.RETRO)
    river.landing.append(
        b"x\n",
        tenant="101",
        sensor="gate",
        source="fortinet_fortigate",
        timezone="Asia/Tokyo",
        received=NOW,
        origin="waiting",
    )
    at_work = scanner(river, jobs, rules)
    monkeypatch.setattr("hinomi.pipeline.retro.scanner.LATE", 0.0)

    at_work.advance(60)
    assert (jobs.progress(job).phase, jobs.progress(job).done) == (Phase.RUNNING, 0)

    drain(river)
    at_work.advance(60)
    assert jobs.progress(job).phase is Phase.DONE


def test_a_scan_whose_rule_cannot_be_made_says_why(river: River, jobs: Jobs) -> None:
    def no_rules(job: Job) -> RuleSet:
        raise ValueError("no such rule")

    job = ask(jobs, Kind.TRIAL)
    Scanner(river.lake, river.landing, jobs, no_rules).advance(60)

    assert jobs.progress(job).phase is Phase.FAILED
    assert jobs.progress(job).problem == "ValueError: no such rule"


def test_the_last_days_are_those_of_which_there_is_anything(river: River) -> None:
    since, until = span(river.lake, ["101"], 3, NOW + timedelta(days=400))

    assert until == NOW + timedelta(minutes=LINES - 1, microseconds=1)
    assert until - since == timedelta(days=3)
    assert span(river.lake, ["999"], 3, NOW)[1] == NOW + timedelta(microseconds=1)


def test_a_busy_day_is_divided(river: River, monkeypatch: pytest.MonkeyPatch) -> None:
    from hinomi.pipeline.retro import span as place

    windows = sys.modules[place.__module__].windows
    monkeypatch.setattr(sys.modules[place.__module__], "WINDOW", 15)

    found = windows(river.lake, ["101"], NOW - timedelta(days=1), NOW + timedelta(days=1))

    assert [one.events for one in found] == [15, 15, 10, 15, 15, 10]
    assert found[0].since == NOW
    assert found[0].until <= found[1].since < found[1].until <= found[2].since


def test_scans_that_ended_long_ago_are_forgotten(river: River, jobs: Jobs, rules: RuleSet) -> None:
    ended, waiting = ask(jobs, Kind.TRIAL), ask(jobs, Kind.RETRO, uid="2")
    scanner(river, jobs, rules).advance(60)

    jobs.forget(datetime.now() + timedelta(days=2))  # noqa: DTZ005

    assert jobs.get(ended.uid) is None
    assert jobs.get(waiting.uid) == waiting
    assert [jobs.get(name) for name in ("", "..", "1/../2", "no")] == [None] * 4


KILLED = """
import sys
from pathlib import Path
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.pipeline.detect import load
from hinomi.pipeline.retro import Jobs, Scanner, scanner

scanner.SAVED = 0.0
root = Path(sys.argv[1])
jobs = Jobs(root)
at_work = Scanner(Lake(root / "lake"), Landing(root / "landing"), jobs, lambda job: load([root / "rule.yml"]))
look = at_work.look
def said(work, progress):
    print("window", flush=True)
    return look(work, progress)
at_work.look = said
while at_work.advance(60):
    pass
print("done", flush=True)
"""


def test_a_retro_that_is_killed_ends_with_every_finding_once(
    river: River, jobs: Jobs, rules: RuleSet, tmp_path: Path
) -> None:
    job = ask(jobs, Kind.RETRO)
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        for _ in range(4):
            assert process.stdout.readline() == b"window\n"
        process.send_signal(signal.SIGKILL)
    behind = jobs.progress(job).done
    assert 0 < behind < 2 * DAYS

    scanner(river, jobs, rules).advance(60)

    assert jobs.progress(job).hits == {RULE_ID: {"101": 25, "102": 25}}
    assert [rows(river, tenant).height for tenant in ("101", "102")] == [25, 25]
    assert rows(river, "101")["metadata.uid"].n_unique() == 25
