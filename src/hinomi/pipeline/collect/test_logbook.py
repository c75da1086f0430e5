"""Who knocked is written down, bounded, and read again by the next process."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hinomi.pipeline.collect import logbook
from hinomi.pipeline.collect.logbook import Logbook, read

NOON = datetime(2023, 1, 15, 3)


def test_the_next_process_goes_on_counting(tmp_path: Path) -> None:
    path = tmp_path / "strangers" / "collector.json"
    first = Logbook(path)
    assert first.knock("udp", 5514, "192.0.2.7", b"<13>hello", NOON)
    first.drop("101", "gate", NOON)
    first.save(NOON)

    second = Logbook(path)
    assert not second.knock("udp", 5514, "192.0.2.7", b"<13>again", NOON + timedelta(hours=1))
    second.drop("101", "gate", NOON + timedelta(hours=1))
    second.save(NOON + timedelta(hours=1))

    page = read(tmp_path)
    [stranger], [dropped] = page.strangers, page.dropped
    assert (stranger.count, stranger.first_seen, stranger.sample) == (2, NOON, "<13>hello")
    assert (dropped.count, dropped.last_seen) == (2, NOON + timedelta(hours=1))


def test_the_pages_of_all_processes_are_read_the_most_recent_first(tmp_path: Path) -> None:
    for minute, name in enumerate(("collector", "console")):
        book = Logbook(tmp_path / "strangers" / f"{name}.json")
        book.knock("http", 8080, f"192.0.2.{minute}", b"POST /ingest/gate", NOON + timedelta(minutes=minute))
        book.save(NOON)

    assert [stranger.address for stranger in read(tmp_path).strangers] == ["192.0.2.1", "192.0.2.0"]


def test_it_is_bounded_and_those_that_knock_often_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "MOST", 10)
    book = Logbook(tmp_path / "collector.json")
    for _ in range(3):
        book.knock("udp", 5514, "192.0.2.200", b"a real device", NOON)

    for number in range(100):
        book.knock("udp", 5514, f"198.51.100.{number}", b"forged", NOON + timedelta(seconds=number))

    assert len(book.strangers) <= 10
    assert ("udp", 5514, "192.0.2.200") in book.strangers


def test_what_was_sent_is_shown_harmless_and_short(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "collector.json")
    book.knock("tcp", 5514, "192.0.2.7", b"\x1b]0;owned\x07<script>\n\x83\x65" + b"\xff" * 500, NOON)

    [stranger] = book.strangers.values()

    assert stranger.sample.startswith(r"\x1b]0;owned\x07<script>\n\x83e\xff")
    assert stranger.sample.isascii()
    assert len(stranger.sample) <= logbook.SAMPLE


def test_it_writes_at_most_every_few_seconds_and_forgets_after_a_month(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "strangers" / "collector.json")
    book.knock("udp", 1, "192.0.2.1", b"", NOON)
    book.save(NOON)
    book.knock("udp", 1, "192.0.2.2", b"", NOON)
    book.save(NOON + timedelta(seconds=1))
    assert len(read(tmp_path).strangers) == 1

    book.knock("udp", 1, "192.0.2.2", b"", NOON + timedelta(days=31))
    book.save(NOON + timedelta(days=31))

    assert [stranger.address for stranger in read(tmp_path).strangers] == ["192.0.2.2"]


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "strangers").mkdir()
    (tmp_path / "strangers" / "collector.json").write_text('{"strangers": [{"address": 1}]}')

    assert read(tmp_path).strangers == ()


def test_a_full_disk_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "strangers").write_text("a file where the folder should be")
    book = Logbook(tmp_path / "strangers" / "collector.json")
    book.knock("udp", 1, "192.0.2.1", b"", NOON)

    book.save(NOON)

    assert book.changed
