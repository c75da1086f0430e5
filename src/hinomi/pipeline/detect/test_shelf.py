"""Walks the shelf of detections: each rule has one event that fires it and one that stays quiet.

Correlations have many: see ``test_shelf_correlations``.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import polars as pl
import pytest

from hinomi.library import catalog
from hinomi.library.detections import page
from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.schema import POLARS, conform
from hinomi.pipeline.detect.sigma import RuleSet, load

RULES = catalog.sigma_rules()
SINGLE = [path for path in RULES if path.name == "rule.yml"]
NAMES = [path.parent.name for path in SINGLE]
ORDINARY = Path(__file__).with_name("ordinary_windows.jsonl")
TACTICS = {
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
}
"""ATT&CK's names since version 19, and those of ICS."""
ICS = {"inhibit-response-function", "impair-process-control", "evasion"}

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
Fired = Mapping[str, set[str]]


def frame(events: Iterable[tuple[str, Mapping[str, Any]]]) -> pl.DataFrame:
    """Events by name, as columns of the lake; ``unmapped`` is written out as an object."""
    rows = []
    for name, columns in events:
        row = dict(columns) | {"metadata.uid": name}
        if "unmapped" in row:
            row["unmapped"] = orjson.dumps(row["unmapped"]).decode()
        rows.append(row)
    kinds = {name: POLARS[name] for row in rows for name in row}
    return conform(pl.DataFrame(rows, schema=kinds, orient="row"))


def fired(shelf: RuleSet, events: pl.DataFrame) -> Fired:
    """Names of events to the rules' folders that fired on them."""
    names = {rule.id: Path(rule.path).parent.name for rule in shelf.rules}
    found = defaultdict(set)
    hits = shelf.match(events).select("finding_info.related_events", "finding_info.analytic.uid")
    for related, rule in hits.iter_rows():
        for name in related:
            found[name].add(names[rule])
    return found


@pytest.fixture(scope="module")
def shelf() -> RuleSet:
    return load(RULES)


@pytest.fixture(scope="module")
def cards() -> dict[str, dict[str, Any]]:
    return page.rules()


@pytest.fixture(scope="module")
def answers(shelf: RuleSet) -> Fired:
    """Of each rule's two events, which rules fired: ``name/fires`` and ``name/quiet``."""
    samples = [
        (f"{path.parent.name}/{kind}", orjson.loads(path.with_name(f"{kind}.json").read_bytes()))
        for path in SINGLE
        for kind in ("fires", "quiet")
    ]
    return fired(shelf, frame(samples))


def test_every_rule_of_the_shelf_runs(shelf: RuleSet):
    assert shelf.refused == ()
    assert len([rule for rule in shelf.rules if rule.finds]) == len(SINGLE) >= 120
    assert len([one for one in shelf.correlations if one.finds]) == len(RULES) - len(SINGLE) >= 10


def test_each_rule_fires_on_its_event_and_stays_quiet_on_the_other(answers: Fired):
    assert [name for name in NAMES if name not in answers[f"{name}/fires"]] == []
    assert [name for name in NAMES if name in answers[f"{name}/quiet"]] == []


def test_each_rule_says_what_it_is_and_what_to_do(cards: dict[str, dict[str, Any]]):
    for name, card in cards.items():
        assert UUID(card["id"]).version == 4, name
        assert card["level"] in {"informational", "low", "medium", "high", "critical"}, name
        assert card["falsepositives"], name
        assert all(JAPANESE.search(text) for text in (card["title"], card["description"])), name
        assert card["description"].strip().endswith("。"), name
        assert card["references"], name
        assert card["hinomi"]["advice"] in catalog.cards(), name


def test_each_rule_names_techniques_and_tactics_of_attack(cards: dict[str, dict[str, Any]]):
    for name, card in cards.items():
        named = {tag.removeprefix("attack.") for tag in card["tags"] if tag.startswith("attack.")}
        techniques = {tag for tag in named if re.fullmatch(r"t\d{4}(\.\d{3})?", tag)}

        assert techniques, name
        assert named - techniques, name
        assert named - techniques <= TACTICS | ICS, name


def test_every_part_of_a_rule_is_used():
    for name, card in ((name, card) for name, found in page.documents().items() for card in found):
        parts = {**card.get("detection", {})}
        asked = re.findall(r"[\w*]+", parts.pop("condition", ""))
        ways = [".*" if word == "them" else word.replace("*", ".*") for word in asked]

        assert [part for part in parts if not any(re.fullmatch(way, part) for way in ways)] == [], name


def test_no_two_rules_have_one_title_id_or_name(cards: dict[str, dict[str, Any]]):
    every = [card for found in page.documents().values() for card in found]
    named = [card for card in every if "name" in card]
    for key, among in (("title", cards.values()), ("id", every), ("name", named)):
        assert [said for said, times in Counter(card[key] for card in among).items() if times > 1] == []


def test_no_rule_of_the_shelf_looks_at_every_event(shelf: RuleSet):
    """Ordinary traffic must be dismissed by a literal, or by an event id that is rare."""
    slow = [
        rule.title for rule in shelf.rules if rule.witnesses is None and any(key.event_id is None for key in rule.keys)
    ]

    assert slow == []


def test_ordinary_work_on_windows_raises_nothing_that_someone_must_look_at(shelf: RuleSet):
    """Office, updates, drivers, backup, inventory and business software: 150 events and more of an ordinary day."""
    ordinary = [orjson.loads(line) for line in ORDINARY.read_bytes().splitlines()]
    grave = {Path(rule.path).parent.name for rule in shelf.rules if rule.severity >= SeverityId.MEDIUM}

    found = fired(shelf, frame((f"{number}: {event['is']}", columns(event)) for number, event in enumerate(ordinary)))

    assert len(ordinary) >= 150
    assert {name: rules & grave for name, rules in found.items() if rules & grave} == {}


def columns(event: Mapping[str, Any]) -> dict[str, Any]:
    """A line of ordinary events as columns: ``on`` is the channel and event id, ``data`` what the record says."""
    channel, _, event_id = event["on"].rpartition(" ")
    return {
        "class_uid": 1007,
        "activity_id": 1,
        "device.hostname": "PC-07",
        "unmapped": {
            "Channel": channel,
            "EventID": event_id,
            "Provider_Name": event.get("by", f"Microsoft-Windows-{channel}"),
            "Computer": "PC-07",
            "EventData": event["data"],
        },
    }


def test_the_page_about_detections_has_the_table_of_the_shelf():
    text = page.PAGE.read_text(encoding="utf-8")

    assert page.with_table(text, page.table()) == text
