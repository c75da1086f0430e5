"""The doctor says what is wrong and what to do about it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hinomi.app import checkup as module
from hinomi.app import place
from hinomi.app.checkup import Level, queue, rejects, rules, sensors, space
from hinomi.tenants import operations

NOW = datetime.now(UTC)


def append(data_dir: Path, payload: bytes, received: datetime):
    return place.landing(data_dir).append(
        payload,
        tenant="101",
        sensor="gate",
        source="fortinet_fortigate",
        timezone="Asia/Tokyo",
        received=received.replace(tzinfo=None),
        origin="gate.log",
    )


def test_a_fresh_folder_is_well(tmp_path: Path) -> None:
    found = [*queue(place.landing(tmp_path)), *rules(tmp_path), *rejects(tmp_path)]
    assert [result.level for result in found] == [Level.GOOD] * 3
    assert not any(result.advice for result in found)


def test_blocks_that_wait_too_long_ask_whether_the_worker_runs(tmp_path: Path) -> None:
    append(tmp_path, b"just now\n", NOW)
    assert [result.level for result in queue(place.landing(tmp_path))] == [Level.GOOD]
    append(tmp_path, b"an hour ago\n", NOW - timedelta(hours=1))
    [late] = queue(place.landing(tmp_path))
    assert late.level is Level.WATCH
    assert "hinomi serve" in late.advice


def test_a_damaged_block_is_bad_news(tmp_path: Path) -> None:
    landing = place.landing(tmp_path)
    landing.inbox_path(append(tmp_path, b"x\n", NOW)).write_bytes(b"not a block")
    assert [result.level for result in queue(landing)] == [Level.GOOD, Level.BAD]


def test_a_disk_that_fills_is_noticed_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [well] = space(tmp_path / "not" / "made" / "yet")
    assert well.level is Level.GOOD
    monkeypatch.setattr(module, "LITTLE_SPACE", 10**18)
    [little] = space(tmp_path)
    assert little.level is Level.BAD
    assert "--retain-days" in little.advice


def test_a_rule_that_cannot_run_is_counted(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yml").write_text("title: no detection here\n")
    [result] = rules(tmp_path)
    assert result.level is Level.WATCH
    assert "hinomi rules check" in result.advice


@pytest.mark.django_db
def test_sensors_that_are_silent_or_were_never_heard_are_named() -> None:
    tenant = operations.register_tenant("101", "見本", now=NOW)
    for name in ("silent", "never"):
        operations.register_sensor(
            tenant, name, source="fortinet_fortigate", kind="utm", since=NOW.date() - timedelta(days=30)
        )
    operations.hear("101", "silent", NOW - timedelta(days=3))

    found = {result.subject: result.found for result in sensors()}

    assert "101/silent" in found["沈黙のセンサー (silent)"]
    assert "101/never" in found["未受信のセンサー (never_heard)"]
