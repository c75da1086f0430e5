from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import RuleSet, load
from hinomi.pipeline.detect.sigma.event import canonical, text

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cases.yml").read_text(encoding="utf-8"))
SYSMON = {
    "Channel": "Microsoft-Windows-Sysmon/Operational",
    "EventID": "1",
    "Provider_Name": "Microsoft-Windows-Sysmon",
}
Oracle = Callable[[dict[str, Any], dict[str, list[str]]], bool]


def rule_of(detection: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": "a case",
        "id": "6c1d4a52-9d57-4b9a-9d0e-0a1b2c3d4e5f",
        "level": "high",
        "logsource": {"product": "windows", "category": "process_creation"},
        "detection": dict(detection),
    }


def rules_of(folder: Path, detection: Mapping[str, Any]) -> RuleSet:
    path = folder / "rule.yml"
    path.write_text(yaml.safe_dump(rule_of(detection), allow_unicode=True), encoding="utf-8")
    return load([path])


def process_creations(*data: Mapping[str, Any]) -> pl.DataFrame:
    """Sysmon events as the source of Windows events leaves them; their uids are e0, e1, …"""
    documents = [orjson.dumps(SYSMON | {"EventData": dict(one)}).decode() for one in data]
    return conform(pl.DataFrame({"unmapped": documents, "metadata.uid": [f"e{n}" for n in range(len(documents))]}))


def as_the_oracle_reads(data: Mapping[str, Any]) -> dict[str, list[str]]:
    listed = {name: value if isinstance(value, list) else [value] for name, value in (SYSMON | data).items()}
    return {canonical(name): [text(value) for value in values] for name, values in listed.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_case_means_what_it_says(case: dict[str, Any], tmp_path: Path, oracle: Oracle):
    rules = rules_of(tmp_path, case["detection"])
    assert rules.refused == ()

    found = rules.match(process_creations(case["fires"], case["quiet"]))

    assert found["finding_info.related_events"].to_list() == [["e0"]]
    assert oracle(rule_of(case["detection"]), as_the_oracle_reads(case["fires"]))
    assert not oracle(rule_of(case["detection"]), as_the_oracle_reads(case["quiet"]))


FIELDS = st.sampled_from(["A", "B", "C"])
WORDS = st.text(alphabet="abAB \\.", max_size=5)
PATTERNS = st.text(alphabet="abA \\.*?", max_size=5)
MODIFIERS = st.sampled_from(["", "|contains", "|startswith", "|endswith", "|contains|all", "|cased|contains", "|neq"])
VALUES = PATTERNS | st.lists(PATTERNS, min_size=1, max_size=3)
PLAIN = st.none() | st.integers(-1, 3) | st.booleans()
ITEMS = st.dictionaries(st.builds("".join, st.tuples(FIELDS, MODIFIERS)), VALUES, min_size=1, max_size=3)
SELECTIONS = ITEMS | st.dictionaries(FIELDS, PLAIN, min_size=1, max_size=2) | st.lists(ITEMS, min_size=1, max_size=2)
KEYWORDS = st.lists(PATTERNS.filter(lambda found: found.strip("*?\\")), min_size=1, max_size=3)
CONDITIONS = st.sampled_from(
    ["a", "a and b", "a or b", "a and not b", "not a", "1 of them", "not (a or b)", "k and a", "k or (a and not b)"]
)
EVENTS = st.dictionaries(FIELDS, WORDS | PLAIN.filter(lambda found: found is not None), max_size=3)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    detection=st.fixed_dictionaries({"a": SELECTIONS, "b": SELECTIONS, "k": KEYWORDS, "condition": CONDITIONS}),
    data=st.lists(EVENTS, min_size=1, max_size=4),
)
def test_the_engine_agrees_with_a_plain_reading_of_the_rule(
    detection: dict[str, Any], data: list[dict[str, Any]], tmp_path: Path, oracle: Oracle
):
    rules = rules_of(tmp_path, detection)
    assert rules.refused == ()

    found = rules.match(process_creations(*data))

    expected = [[f"e{n}"] for n, one in enumerate(data) if oracle(rule_of(detection), as_the_oracle_reads(one))]
    assert found["finding_info.related_events"].to_list() == expected
