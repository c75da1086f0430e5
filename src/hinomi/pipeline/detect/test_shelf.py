"""Walks the shelf of detections: each rule has one event that fires it and one that stays quiet."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import polars as pl
import pytest
import yaml

from hinomi.library import catalog
from hinomi.ocsf.schema import POLARS, conform
from hinomi.pipeline.detect.sigma import RuleSet, load

RULES = catalog.sigma_rules()


def event(path: Path) -> pl.DataFrame:
    """The event in a file: columns of the lake, ``unmapped`` written out as an object."""
    columns: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if "unmapped" in columns:
        columns["unmapped"] = orjson.dumps(columns["unmapped"]).decode()
    return conform(pl.DataFrame([columns], schema_overrides={name: POLARS[name] for name in columns}))


@pytest.fixture(scope="module")
def shelf() -> RuleSet:
    return load(RULES)


def test_every_rule_of_the_shelf_runs(shelf: RuleSet):
    assert shelf.refused == ()
    assert len(shelf.rules) == len(RULES) >= 15


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.parent.name)
def test_a_rule_fires_on_its_event_and_stays_quiet_on_the_other(path: Path, shelf: RuleSet):
    [rule] = load([path]).rules

    fired = shelf.match(event(path.with_name("fires.json")))
    quiet = shelf.match(event(path.with_name("quiet.json")))

    assert rule.id in fired["finding_info.analytic.uid"].to_list()
    assert rule.id not in quiet["finding_info.analytic.uid"].to_list()


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.parent.name)
def test_a_rule_says_what_it_is_and_what_to_do(path: Path):
    card = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert UUID(card["id"]).version == 4
    assert card["level"] in {"low", "medium", "high", "critical"}
    assert card["falsepositives"]
    assert card["description"].strip().endswith("。")
    assert card["references"]
    assert any(tag.startswith("attack.t") for tag in card["tags"])
    assert card["hinomi"]["advice"] in catalog.cards()


def test_no_rule_of_the_shelf_looks_at_every_event(shelf: RuleSet):
    """Ordinary traffic must be dismissed by a literal, or by an event id that is rare."""
    slow = [
        rule.title for rule in shelf.rules if rule.witnesses is None and any(key.event_id is None for key in rule.keys)
    ]

    assert slow == []


def test_the_page_about_detections_names_every_rule():
    page = Path(__file__).parents[4] / "docs" / "detections.md"

    text = page.read_text(encoding="utf-8")

    assert [path.parent.name for path in RULES if f"`{path.parent.name}`" not in text] == []
