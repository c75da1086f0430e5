"""Which rules run: the shelf's and the operator's own unless switched off, a pack's only when switched on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from hinomi.library import catalog
from hinomi.pipeline.rules import cards, rule_set, switches
from hinomi.pipeline.rules.cards import OWN, SHELF, Cards, RuleCard
from hinomi.pipeline.rules.refusals import refusals
from hinomi.pipeline.rules.switches import State, Switch, Switches, SwitchesUnreadable

NOW = datetime(2026, 11, 22, 3)
RULE = """
title: Port {number}
id: 7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c{number:02d}
description: Somebody reached port {number}.
tags: [attack.command-and-control, attack.t1571]
logsource: {{category: firewall}}
detection:
  selection: {{dst_port: {number}}}
  condition: selection
level: {level}
"""


OFTEN = "7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c70"
CORRELATION = f"""
title: Often
id: {OFTEN}
correlation:
  type: event_count
  rules: [7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c30]
  group-by: [src_ip]
  timespan: 5m
  condition: {{gte: 3}}
level: high
"""


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """One rule on the shelf, so that these tests compile no more than they need; what is kept is kept apart."""
    path = write(tmp_path / "shelf", 10)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(catalog, "sigma_rules", lambda: (path,))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "rules"


def write(folder: Path, number: int, level: str = "medium", text: str = RULE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number}.yml"
    path.write_text(text.format(number=number, level=level), encoding="utf-8")
    return path


def uid(number: int) -> str:
    return f"7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c{number:02d}"


def turn(folder: Path, rule: str = "", pack: str = "", state: State = State.ON, level: str = "") -> None:
    switch = Switch(state, "tanaka", NOW, "試した", level)
    switches.change(folder, lambda now: now.turn_rule(rule, switch) if rule else now.turn_pack(pack, switch))


def running(folder: Path) -> list[int]:
    return sorted(int(rule.id[-2:]) for rule in rule_set(folder).rules)


def test_the_shelf_and_own_rules_run_and_a_pack_does_not(folder: Path) -> None:
    write(folder, 20)
    write(folder / "sigma" / "network", 30)

    assert running(folder) == [10, 20]
    assert [card.pack for card in cards(folder)] == [SHELF, OWN, "sigma"]


def test_a_pack_is_switched_on_from_a_level_upwards_and_a_rule_of_it_by_itself(folder: Path) -> None:
    for number, level in ((30, "low"), (31, "medium"), (32, "high"), (33, "critical")):
        write(folder / "sigma", number, level)

    turn(folder, pack="sigma", level="high")
    assert running(folder) == [10, 32, 33]

    turn(folder, rule=uid(30))
    turn(folder, rule=uid(33), state=State.OFF)
    assert running(folder) == [10, 30, 32]


def test_the_shelf_is_read_once_for_all_data_folders_and_again_when_it_changes(
    folder: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = cards(folder)
    read: list[Path] = []
    monkeypatch.setitem(Cards.read.__globals__, "cards_in", lambda pack, path: read.append(path) or ())

    assert cards(tmp_path / "other" / "rules") == made
    assert read == []
    shelf.write_text(shelf.read_text() + "# changed\n")
    cards(tmp_path / "third" / "rules")
    assert read == [shelf]


@pytest.mark.parametrize("state", [State.OFF, State.TRIAL])
def test_a_rule_that_is_off_or_on_trial_does_not_run(folder: Path, state: State) -> None:
    write(folder, 20)
    turn(folder, rule=uid(10), state=state)

    assert running(folder) == [20]


def test_of_a_file_with_several_rules_only_those_that_are_on_run(folder: Path) -> None:
    text = RULE.format(number=20, level="low") + "---" + RULE.format(number=21, level="low")
    path = write(folder, 20, text=text.replace("{", "{{").replace("}", "}}"))
    turn(folder, rule=uid(20), state=State.OFF)

    assert running(folder) == [10, 21]
    assert [(card.id, card.line) for card in cards(folder) if card.path == str(path)] == [(uid(20), 2), (uid(21), 12)]


def test_why_a_rule_cannot_run_is_known_also_of_a_pack_that_is_off(folder: Path) -> None:
    write(folder / "sigma", 30)
    broken = write(folder / "sigma", 31)
    broken.write_text(broken.read_text().replace("condition: selection", "condition: nothing"))
    (folder / "sigma" / "text.yml").write_text("title: [")
    found = cards(folder)

    for at_once in (0, None, 0):
        known = refusals(folder, found, at_once)
        if at_once == 0 and known.unknown:
            assert known.unknown == {SHELF, "sigma"}
            continue
        reasons = {card.id: known.of(card) for card in found}
        assert reasons[uid(10)] is reasons[uid(30)] is None
        assert "nothing" in str(reasons[uid(31)])
        assert reasons["text"] is not None
        assert reasons["text"].line in (1, 2)


def test_a_rule_that_is_off_is_still_counted_by_a_correlation_and_finds_nothing_itself(folder: Path) -> None:
    write(folder / "sigma", 30)
    (folder / "often.yml").write_text(CORRELATION)

    made = rule_set(folder)

    assert [one.id for one in made.correlations] == [OFTEN]
    assert [(rule.id, rule.finds) for rule in made.rules] == [(uid(10), True), (uid(30), False)]
    turn(folder, rule=OFTEN, state=State.OFF)
    assert (running(folder), rule_set(folder).correlations) == ([10], ())


def test_what_is_said_of_a_rule_is_read_without_running_it(folder: Path) -> None:
    write(folder, 20, "high")

    [card] = [card for card in cards(folder) if card.pack == OWN]

    assert (card.id, card.title, card.level) == (uid(20), "Port 20", "high")
    assert (card.logsource, card.techniques) == (("firewall",), ("T1571",))


def test_another_title_is_the_same_rule_and_another_condition_is_not(folder: Path) -> None:
    path = write(folder, 20)
    before = digests(folder)

    path.write_text(path.read_text().replace("title: Port 20", "title: Another name"))
    assert digests(folder) == before

    path.write_text(path.read_text().replace("dst_port: 20", "dst_port: 2020"))
    assert digests(folder) != before


def digests(folder: Path) -> list[str]:
    return [card.digest for card in cards(folder)]


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))


@pytest.mark.parametrize("text", ["[" * 100_000, "a: {b: " * 50_000, LAUGHS], ids=["lists", "mappings", "aliases"])
def test_a_file_made_to_choke_on_is_seen_in_time(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "hostile.yml").write_text(text)

    [card] = [card for card in cards(folder) if card.pack == OWN]

    assert not card.is_readable
    assert [refused.path for refused in rule_set(folder).refused] == [folder / "hostile.yml"]
    assert refusals(folder, cards(folder)).of(card) is not None


@pytest.mark.parametrize("text", ["title: [", "title: no detection\n", "\x00", "- 1\n", ""])
def test_a_file_that_holds_no_rule_is_refused_and_the_others_run(folder: Path, text: str) -> None:
    write(folder, 20)
    broken = folder / "broken.yml"
    broken.write_text(text)

    assert running(folder) == [10, 20]
    assert text == "" or [refused.path for refused in rule_set(folder).refused] == [broken]
    [card] = [card for card in cards(folder) if card.path == str(broken)]
    assert (card.id, card.is_readable) == ("broken", False)


def test_cards_that_were_kept_are_not_read_again(folder: Path) -> None:
    path = write(folder, 20)
    first = cards(folder)
    from hinomi.pipeline.rules.selection import CACHE, Cards, imported

    another = Cards(folder / CACHE)
    assert another.read(imported(folder)) == [card for card in first if card.pack == OWN]
    path.unlink()
    assert [card.id for card in cards(folder)] == [uid(10)]


def test_decisions_come_back_as_they_were_made(folder: Path) -> None:
    turn(folder, pack="sigma", level="high")
    turn(folder, rule=uid(10), state=State.TRIAL)

    said = switches.read(folder)

    assert said.packs == {"sigma": Switch(State.ON, "tanaka", NOW, "試した", "high")}
    assert said.rules == {uid(10): Switch(State.TRIAL, "tanaka", NOW, "試した")}


def test_people_who_decide_at_the_same_moment_lose_nothing(folder: Path) -> None:
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda number: turn(folder, rule=str(number)), range(40)))

    assert len(switches.read(folder).rules) == 40


@pytest.mark.parametrize("text", ["{", "[]", '{"rules": {"x": {"state": "maybe"}}, "packs": {}}', "\ufeff"])
def test_a_file_of_switches_that_is_broken_is_said_kept_and_stops_nothing(
    folder: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, 20)
    (folder / switches.FILE).write_text(text)

    with pytest.raises(SwitchesUnreadable, match=switches.FILE):
        turn(folder, rule=uid(10))
    assert (folder / switches.FILE).read_text() == text
    assert running(folder) == [10, 20]
    assert switches.FILE in caplog.text


def test_a_rule_without_a_level_is_below_every_level() -> None:
    card = RuleCard("a", "A", "a.yml", 1, "sigma")
    on = Switch(State.ON, "", NOW, "")

    assert Switches(packs={"sigma": on}).state(card) is State.ON
    assert Switches(packs={"sigma": Switch(State.ON, "", NOW, "", "informational")}).state(card) is State.OFF
