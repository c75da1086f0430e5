"""The lookout follows its files while it is used."""

from pathlib import Path

import pytest

from hinomi.app.lookout import INTELLIGENCE, Current, Part, identity
from hinomi.pipeline.intelligence.conftest import put
from hinomi.pipeline.intelligence.indicator import Indicator, Kind
from hinomi.pipeline.intelligence.shelf import Shelf

RULE = """
title: Test
id: 7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c{number:02d}
logsource: {{category: firewall}}
detection:
  selection: {{dst_port: {number}}}
  condition: selection
level: low
"""


@pytest.fixture(autouse=True)
def bare_shelf(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hinomi.library.catalog.sigma_rules", lambda: ())


def write(folder: Path, number: int) -> Path:
    path = folder / "rules" / f"{number}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(RULE.format(number=number), encoding="utf-8")
    return path


def test_nothing_is_made_again_while_no_file_changes(tmp_path: Path):
    write(tmp_path, 1)
    current = Current(tmp_path)

    assert current.lookout() is current.lookout()


def test_rules_that_come_change_and_go_are_seen(tmp_path: Path):
    current = Current(tmp_path)
    assert len(current.lookout().rules.rules) == 0

    first = write(tmp_path, 1)
    write(tmp_path, 2)
    assert len(current.lookout().rules.rules) == 2

    first.unlink()
    assert [rule.id[-2:] for rule in current.lookout().rules.rules] == ["02"]


def test_what_cannot_be_made_leaves_what_was_and_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = tmp_path / "number"
    path.write_text("1")
    number = Part("数", lambda: identity([path]), lambda: int(path.read_text()))

    path.write_text("many")
    assert (number.now(), number.now()) == (1, 1)
    assert caplog.text.count("数を読み直せません") == 1

    path.write_text("22")
    assert number.now() == 22


def test_indicators_come_and_go_without_a_rule_being_compiled_again(tmp_path: Path):
    write(tmp_path, 1)
    current = Current(tmp_path)
    shelf = Shelf(tmp_path / INTELLIGENCE)
    before = current.lookout()
    assert len(before.indicators or ()) == 0

    put(shelf, Indicator(Kind.IP, "203.0.113.5"))
    came = current.lookout()
    shelf.allow("203.0.113.5", "")
    allowed = current.lookout()
    shelf.forget("test")

    assert len(came.indicators or ()) == 1
    assert allowed is not came
    assert allowed.rules is came.rules is before.rules
    assert len(current.lookout().indicators or ()) == 0


def test_a_damaged_feed_leaves_the_others_their_use(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    shelf = Shelf(tmp_path / INTELLIGENCE)
    put(shelf, Indicator(Kind.IP, "203.0.113.5"), feed="good")
    shelf.path("bad").write_bytes(b"nothing")

    assert len(Current(tmp_path).lookout().indicators or ()) == 1
    assert "bad" in caplog.text
