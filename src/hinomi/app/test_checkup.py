"""The doctor says what is wrong and what to do about it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from hinomi.app import place
from hinomi.app.background import Task, attempt
from hinomi.app.checkup import Level, background, doorstep, feeds, own_cards, queue, rejects, rules, sensors, space
from hinomi.app.cli import hinomi
from hinomi.app.intelligence import subscriptions
from hinomi.app.troubles import Troubles
from hinomi.lake import space as lake_space
from hinomi.pipeline.collect.logbook import Dropped, Page, Stranger
from hinomi.pipeline.intelligence.subscription import Server, Subscription
from hinomi.pipeline.intelligence.subscription import State as Pulls
from hinomi.pipeline.rules import State, by_state
from hinomi.tenants import operations

NOW = datetime(2026, 1, 15, 3)


def append(data_dir: Path, payload: bytes, received: datetime):
    return place.landing(data_dir).append(
        payload,
        tenant="101",
        sensor="gate",
        source="fortinet_fortigate",
        timezone="Asia/Tokyo",
        received=received,
        origin="gate.log",
    )


def test_a_fresh_folder_is_well(tmp_path: Path) -> None:
    found = [*queue(place.landing(tmp_path), NOW), *rules(tmp_path), *rejects(tmp_path)]
    assert [result.level for result in found] == [Level.GOOD] * 3
    assert not any(result.advice for result in found)


def test_blocks_that_wait_too_long_ask_whether_the_worker_runs(tmp_path: Path) -> None:
    append(tmp_path, b"just now\n", NOW)
    assert [result.level for result in queue(place.landing(tmp_path), NOW)] == [Level.GOOD]
    append(tmp_path, b"an hour ago\n", NOW - timedelta(hours=1))
    [late] = queue(place.landing(tmp_path), NOW)
    assert late.level is Level.WATCH
    assert "hinomi serve" in late.advice


def test_an_own_card_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "advice").mkdir()
    (tmp_path / "advice" / "spam.yaml").write_text("title: だけ")

    [bad] = own_cards(tmp_path)

    assert bad.level is Level.BAD
    assert "spam.yaml" in bad.found
    assert "hinomi advice check" in bad.advice


def test_a_damaged_block_is_bad_news(tmp_path: Path) -> None:
    landing = place.landing(tmp_path)
    landing.inbox_path(append(tmp_path, b"x\n", NOW)).write_bytes(b"not a block")
    assert [result.level for result in queue(landing, NOW)] == [Level.GOOD, Level.BAD]


def test_a_disk_that_fills_is_noticed_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [well] = space(tmp_path / "not" / "made" / "yet")
    assert well.level is Level.GOOD
    monkeypatch.setattr(lake_space, "LITTLE", 10**18)
    monkeypatch.setattr(lake_space, "LEAST", 10**17)
    [little] = space(tmp_path)
    assert little.level is Level.BAD
    assert "--retain-days" in little.advice


def test_a_rule_that_cannot_run_is_counted(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yml").write_text("title: no detection here\n")
    [result] = rules(tmp_path)
    assert result.level is Level.WATCH
    assert "hinomi rules list --state refused" in result.advice


@pytest.mark.django_db
def test_sensors_that_are_silent_or_were_never_heard_are_named() -> None:
    tenant = operations.register_tenant("101", "見本", now=NOW.replace(tzinfo=UTC))
    for name, peer in (("silent", "192.0.2.1"), ("never", "192.0.2.2"), ("imported", "")):
        operations.register_sensor(
            tenant,
            name,
            source="fortinet_fortigate",
            kind="utm",
            since=NOW.date() - timedelta(days=30),
            listener_peer=peer,
        )
    for name in ("silent", "imported"):
        operations.hear("101", name, NOW.replace(tzinfo=UTC) - timedelta(days=3))

    found = {result.subject: result.found for result in sensors(NOW)}

    assert "101/silent" in found["沈黙のセンサー (silent)"]
    assert not any("imported" in said for said in found.values())
    assert "101/never" in found["未受信のセンサー (never_heard)"]


def test_nobody_on_the_doorstep_is_nothing_to_say() -> None:
    assert list(doorstep(Page(), NOW)) == []


def test_unknown_senders_are_named_with_the_command_that_registers_them() -> None:
    knocks = [Stranger(f"192.0.2.{n}", "udp", 5514, 41, NOW, NOW, r"<189>date=2023\x1b") for n in range(7)]

    found = list(doorstep(Page(tuple(knocks)), NOW))

    assert {result.level for result in found} == {Level.WATCH}
    assert "192.0.2.0 → udp/5514 41 回" in found[0].found
    assert found[0].advice.endswith("--peer 192.0.2.0")
    assert (len(found), found[-1].found) == (6, "ほかに 2 件")


def test_a_wrong_token_asks_for_a_new_token() -> None:
    [result] = doorstep(Page((Stranger("192.0.2.1", "http", 8080, 1, NOW, NOW, "POST /ingest/gate"),)), NOW)

    assert "hinomi sensor token" in result.advice


@pytest.mark.parametrize(("age", "level"), [(timedelta(hours=1), Level.BAD), (timedelta(days=2), Level.WATCH)])
def test_dropped_lines_are_bad_news_for_a_day(age: timedelta, level: Level) -> None:
    [result] = doorstep(Page((), (Dropped("101", "gate", 1234, NOW - age, NOW - age),)), NOW)

    assert result.level is level
    assert "101/gate 1,234 行" in result.found


@pytest.mark.django_db
def test_a_task_that_keeps_failing_is_told_with_its_reason_until_it_works_again(tmp_path: Path) -> None:
    now, fails = NOW.replace(tzinfo=UTC), True

    def run(data_dir: Path, now: datetime) -> None:
        if fails:
            raise ValueError("no such feed")

    task = Task("pull feeds", timedelta(minutes=1), run)
    for minute in range(3):
        attempt(task, tmp_path, now + timedelta(minutes=minute), Troubles(tmp_path))
    [trouble] = background(tmp_path)
    fails = False
    attempt(task, tmp_path, now, Troubles(tmp_path))

    assert trouble.level is Level.WATCH
    assert trouble.found.startswith("pull feeds: 2026-01-15 03:00 UTC から 3 回")
    assert trouble.found.endswith("ValueError: no such feed")
    assert list(background(tmp_path)) == []


def test_a_feed_that_cannot_be_pulled_is_named_with_the_reason_and_the_last_success(tmp_path: Path) -> None:
    subscribed = subscriptions(tmp_path)
    for feed in ("well", "dead"):
        subscribed.write(Subscription(feed, Server.MISP, "https://misp.example"))
    subscribed.write_state("well", Pulls(pulled=NOW, tried=NOW))
    subscribed.write_state("dead", Pulls(NOW, NOW + timedelta(hours=6), "https://misp.example: 500"))

    [found] = feeds(tmp_path)

    assert found.level is Level.WATCH
    assert found.found.startswith("dead: https://misp.example: 500")
    assert f"{NOW:%Y-%m-%d %H:%M} UTC" in found.found
    assert "hinomi intel pull dead" in found.advice


def test_doctor_and_status_count_the_same_rules(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yml").write_text("title: no detection here\n")
    [result] = rules(tmp_path)

    said = CliRunner().invoke(hinomi, ["rules", "status", "--data-dir", str(tmp_path)]).output

    assert f"on {by_state(tmp_path / 'rules')[State.ON]}," in said
    assert f"{by_state(tmp_path / 'rules')[State.ON]} 本 (on)" in result.found


def test_switches_that_cannot_be_read_are_bad(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "state.json").write_text("{")

    first = next(rules(tmp_path))

    assert first.level is Level.BAD
    assert "state.json" in first.found
