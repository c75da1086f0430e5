from pathlib import Path
from typing import Any

import pytest
import yaml

from hinomi.pipeline.detect.sigma import load
from hinomi.pipeline.detect.sigma.necessity import EDGE

GOOD: dict[str, Any] = {
    "title": "good",
    "id": "11111111-1111-4111-8111-111111111111",
    "level": "low",
    "logsource": {"category": "dns"},
    "detection": {"selection": {"query": "a.example"}, "condition": "selection"},
}


def write(path: Path, *rules: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump_all(rules), encoding="utf-8")
    return path


def other(number: int, **changes: Any) -> dict[str, Any]:
    return GOOD | {"id": f"22222222-2222-4222-8222-{number:012}", "title": f"other {number}"} | changes


def test_rules_are_found_in_folders_below_folders_and_by_their_endings(tmp_path: Path):
    write(tmp_path / "a" / "one.yml", GOOD)
    write(tmp_path / "b" / "c" / "two.yaml", other(2))
    (tmp_path / "README.md").write_text("no rule")

    rules = load([tmp_path])

    assert [rule.title for rule in rules.rules] == ["good", "other 2"]
    assert rules.refused == ()


def test_a_path_that_is_not_there_is_said_at_once(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        load([tmp_path / "nowhere"])


def test_a_broken_file_is_refused_with_its_line_and_the_others_run(tmp_path: Path):
    write(tmp_path / "good.yml", GOOD)
    (tmp_path / "broken.yml").write_text("title: x\ndetection: [\n", encoding="utf-8")

    rules = load([tmp_path])

    assert [rule.title for rule in rules.rules] == ["good"]
    [refused] = rules.refused
    assert (refused.path.name, refused.line) == ("broken.yml", 3)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"logsource": {"product": "aws", "service": "cloudtrail"}}, "product: aws"),
        ({"detection": {"selection": {"query": "a"}, "condition": "selection | count() > 3"}}, "pipe syntax"),
        ({"detection": {"selection": {"query": "a"}, "condition": "selected"}}, "not defined"),
        ({"detection": {"selection": {"query|nonsense": "a"}, "condition": "selection"}}, "Unknown modifier"),
        ({"detection": {"selection": {"query|re": "(a"}, "condition": "selection"}}, "invalid"),
        ({"detection": {"selection": {"query|expand": "%hosts%"}, "condition": "selection"}}, "%hosts%"),
        ({"detection": {"selection": {"time|hour": 3}, "condition": "selection"}}, "minute"),
        ({"detection": {"condition": "selection"}}, "detection"),
    ],
)
def test_a_rule_that_cannot_run_is_refused_by_name_and_with_the_reason(
    tmp_path: Path, change: dict[str, Any], reason: str
):
    path = write(tmp_path / "rules.yml", GOOD, other(2, **change))

    rules = load([path])

    assert [rule.title for rule in rules.rules] == ["good"]
    [refused] = rules.refused
    assert refused.path == path
    assert refused.rule == other(2)["id"]
    assert reason in refused.reason


def test_two_rules_of_one_id_cannot_both_name_their_findings(tmp_path: Path):
    write(tmp_path / "a.yml", GOOD)
    write(tmp_path / "b.yml", GOOD | {"title": "again"})

    rules = load([tmp_path])

    assert [rule.title for rule in rules.rules] == ["good"]
    assert "a.yml" in rules.refused[0].reason


def test_a_slip_in_the_card_keeps_no_rule_from_running(tmp_path: Path):
    rules = load([write(tmp_path / "a.yml", GOOD | {"date": "some day", "tags": ["nonsense"]})])

    assert [rule.title for rule in rules.rules] == ["good"]


def test_placeholders_are_filled_where_values_are_given(tmp_path: Path):
    detection = {"selection": {"query|expand": "%hosts%.example"}, "condition": "selection"}
    path = write(tmp_path / "a.yml", GOOD | {"detection": detection})

    [rule] = load([path], {"hosts": ["a", "b"]}).rules
    assert {literal.text.strip(EDGE) for literal in rule.witnesses or ()} == {"a.example", "b.example"}


def test_a_correlation_and_the_rules_it_counts_are_refused_together(tmp_path: Path):
    counted = other(2, name="counted")
    correlation = {
        "title": "many",
        "id": "33333333-3333-4333-8333-333333333333",
        "correlation": {
            "type": "event_count",
            "rules": ["counted"],
            "group-by": ["src_ip"],
            "timespan": "5m",
            "condition": {"gte": 5},
        },
    }

    rules = load([write(tmp_path / "a.yml", GOOD, counted, correlation)])

    assert [rule.title for rule in rules.rules] == ["good"]
    assert {refused.rule for refused in rules.refused} == {counted["id"], correlation["id"]}


def test_a_sigma_filter_narrows_the_rules_it_names(tmp_path: Path):
    known = {
        "title": "known",
        "logsource": GOOD["logsource"],
        "filter": {
            "rules": [GOOD["id"]],
            "selection": {"src_ip": "10.0.0.1"},
            "condition": "not selection",
        },
    }

    [rule] = load([write(tmp_path / "a.yml", GOOD), write(tmp_path / "b.yml", known)]).rules

    assert rule.fields == {"query", "src_ip"}


def test_a_document_that_is_no_rule_at_all_is_refused(tmp_path: Path):
    (tmp_path / "list.yml").write_text("- a\n- b\n", encoding="utf-8")
    (tmp_path / "action.yml").write_text("action: dance\ntitle: x\n", encoding="utf-8")
    (tmp_path / "latin.yml").write_bytes(b"title: \xe9\n")

    rules = load([tmp_path])

    assert {refused.path.name for refused in rules.refused} == {"list.yml", "action.yml", "latin.yml"}
