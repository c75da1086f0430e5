from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.detect.sigma import load, shape
from hinomi.pipeline.detect.sigma.necessity import EDGE
from hinomi.pipeline.detect.sigma.rulefiles import read

GOOD: dict[str, Any] = {
    "title": "good",
    "id": "11111111-1111-4111-8111-111111111111",
    "level": "low",
    "logsource": {"category": "dns"},
    "detection": {"selection": {"query": "a.example"}, "condition": "selection"},
}


FILTER: dict[str, Any] = {
    "logsource": GOOD["logsource"],
    "filter": {"rules": [GOOD["id"]], "selection": {"src_ip": "10.0.0.1"}, "condition": "not selection"},
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


BAD = """\
title: good
id: 11111111-1111-4111-8111-111111111111
logsource: {category: dns}
detection:
  selection:
    query: a.example
  condition: selection
---
title: other
id: 22222222-2222-4222-8222-222222222222
logsource:
  LOGSOURCE
detection:
  one:
    query: a.example
    DETECTION
  two:
    - 'some word'
    - LISTED
  condition: CONDITION
"""
PLACES = {"LOGSOURCE": 12, "DETECTION": 16, "LISTED": 19, "CONDITION": 20}


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        ("LOGSOURCE", "{product: vms, service: accounting}", "product: vms"),
        ("CONDITION", "one | count() by src_ip > 3", "correlation rule"),
        ("CONDITION", "one and three", "not defined"),
        ("CONDITION", "one and (two", "syntax error"),
        ("DETECTION", "answer|nonsense: a", "Unknown modifier"),
        ("DETECTION", "answer|re: '(a'", "invalid"),
        ("DETECTION", "answer|re: '(?=a)b'", "invalid"),
        ("DETECTION", "answer|expand: '%hosts%'", "%hosts%"),
        ("DETECTION", "src_ip|cidr: 10.0.0.1/8", "host bits"),
        ("DETECTION", "answer|hour: noon", "incompatible"),
        ("DETECTION", "answer|contains: 3", "incompatible"),
        ("DETECTION", "answer|base64: 'a*'", "wildcards"),
        ("LISTED", "{'answer|nonsense': a}", "Unknown modifier"),
    ],
)
def test_a_rule_that_cannot_run_is_refused_with_its_line_and_the_reason(
    tmp_path: Path, place: str, text: str, reason: str
):
    path = tmp_path / "rules.yml"
    filled = {"LOGSOURCE": "category: dns", "DETECTION": "answer: b", "LISTED": "'a word'", "CONDITION": "one or two"}
    content = BAD
    for name, value in (filled | {place: text}).items():
        content = content.replace(name, value)
    path.write_text(content, encoding="utf-8")

    rules = load([path])

    assert [rule.title for rule in rules.rules] == ["good"]
    [refused] = rules.refused
    assert (refused.path, refused.rule) == (path, "22222222-2222-4222-8222-222222222222")
    assert reason in refused.reason
    assert refused.line == (11 if place == "LOGSOURCE" else PLACES[place])
    assert str(tmp_path) not in refused.reason


def test_of_a_list_the_value_is_named_that_cannot_be_used(tmp_path: Path):
    path = tmp_path / "rule.yml"
    path.write_text(
        "title: x\nlogsource: {category: dns}\ndetection:\n  one:\n    query|re:\n      - a\n      - (b\n      - c\n"
        "  condition: one\n",
        encoding="utf-8",
    )

    assert [refused.line for refused in load([path]).refused] == [7]


@pytest.mark.parametrize("missing", ["logsource", "detection"])
def test_a_rule_that_lacks_a_part_is_refused_where_it_begins(tmp_path: Path, missing: str):
    part = {name: value for name, value in other(2).items() if name != missing}

    [refused] = load([write(tmp_path / "rules.yml", GOOD, part)]).refused

    assert missing in refused.reason
    assert (tmp_path / "rules.yml").read_text(encoding="utf-8").splitlines()[refused.line - 2] == "---"


def test_all_documents_are_accounted_for(tmp_path: Path):
    write(tmp_path / "a.yml", GOOD, other(2, detection={}), other(3))
    (tmp_path / "b.yml").write_text("- no\n---\n---\ntitle: [\n", encoding="utf-8")
    write(tmp_path / "c.yml", {"title": "idle", **FILTER, "filter": FILTER["filter"] | {"rules": ["nobody"]}})
    write(tmp_path / "d.yml", {"title": "used", **FILTER}, counting("33333333-3333-4333-8333-333333333333", ["nobody"]))

    found = read([tmp_path])

    assert (found.files, found.documents) == (4, 8)
    assert ([rule.title for rule in found.rules], found.filters, found.correlations) == (
        ["good", "other 3"],
        ("used",),
        (),
    )
    assert [(one.path.name, one.line is not None) for one in found.refused] == [
        ("a.yml", True),
        ("b.yml", True),
        ("b.yml", True),
        ("c.yml", True),
        ("d.yml", True),
    ]
    assert found.documents == len(found.rules) + len(found.filters) + len(found.correlations) + len(found.refused)


def test_what_is_global_is_added_to_each_document_and_what_is_repeated_to_the_one_before(tmp_path: Path):
    shared = {"action": "global", "title": "shared", "logsource": {"category": "dns"}, "level": "high"}
    part = {"detection": {"selection": {"query": "a.example"}, "condition": "selection"}}
    again = {"action": "repeat", "id": other(2)["id"], "detection": {"selection": {"query": "b.example"}}}

    rules = load([write(tmp_path / "a.yml", shared, part | {"id": other(1)["id"]}, again)])

    assert rules.refused == ()
    assert [(rule.id, rule.title, rule.severity) for rule in rules.rules] == [
        (other(1)["id"], "shared", SeverityId.HIGH),
        (other(2)["id"], "shared", SeverityId.HIGH),
    ]


def test_a_timeframe_that_no_aggregation_uses_is_no_selection(tmp_path: Path):
    detection = {"selection": {"query": "a.example"}, "timeframe": "5m", "condition": "all of them"}

    [rule] = load([write(tmp_path / "a.yml", GOOD | {"detection": detection})]).rules

    assert rule.fields == {"query"}


@pytest.mark.parametrize("kind", [GOOD, FILTER], ids=["rule", "filter"])
def test_bare_digits_for_an_id_are_refused_where_they_stand(tmp_path: Path, kind: dict[str, Any]):
    rules = load([write(tmp_path / "a.yml", {"title": "x", "id": 12345} | {**kind, "id": 12345})])

    [refused] = rules.refused
    assert "引用符" in refused.reason
    assert "id: 12345" in (tmp_path / "a.yml").read_text().splitlines()[(refused.line or 0) - 1]


def test_an_expression_that_the_engine_refuses_is_said_once_and_in_words(tmp_path: Path, capfd: Any):
    path = write(tmp_path / "a.yml", GOOD | {"detection": {"one": {"query|re": "(?<!a)b"}, "condition": "one"}})

    [refused] = load([path]).refused

    assert refused.reason == "Regular expression '(?<!a)b' is invalid: invalid perl operator: (?<!"
    assert capfd.readouterr().err == ""


def test_a_file_too_large_for_rules_is_refused_without_being_read_whole(tmp_path: Path):
    path = tmp_path / "a.yml"
    path.write_text(yaml.safe_dump(GOOD) + "# あ" * (shape.LARGEST // 4))

    [refused] = load([path]).refused

    assert refused.reason == shape.TOO_LARGE


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


def counting(identity: str, rules: list[str], **changes: Any) -> dict[str, Any]:
    said = {"type": "event_count", "rules": rules, "group-by": ["src_ip"], "timespan": "5m", "condition": {"gte": 5}}
    return {"title": "many", "id": identity, "level": "high", "correlation": said | changes}


MANY = "33333333-3333-4333-8333-333333333333"
MORE = "44444444-4444-4444-8444-444444444444"


def test_a_rule_that_a_correlation_counts_keeps_what_is_asked_of_its_hits(tmp_path: Path):
    correlation = counting(
        MANY, ["counted"], **{"group-by": ["src_ip", "who"], "aliases": {"who": {"counted": "User"}}}
    )

    rules = load([write(tmp_path / "a.yml", GOOD, correlation, other(2, name="counted"))])

    assert rules.refused == ()
    assert [(rule.title, rule.finds, rule.keeps) for rule in rules.rules] == [
        ("good", True, None),
        ("other 2", False, ("src_ip", "user")),
    ]
    assert [(one.id, one.finds, one.titles) for one in rules.correlations] == [
        (MANY, True, {other(2)["id"]: "other 2"})
    ]


def test_with_generate_the_counted_rule_speaks_too(tmp_path: Path):
    [rule] = load([write(tmp_path / "a.yml", GOOD, counting(MANY, [GOOD["id"]], generate=True))]).rules

    assert (rule.finds, rule.keeps) == (True, ("src_ip",))


def test_a_correlation_counts_another(tmp_path: Path):
    rules = load([write(tmp_path / "a.yml", counting(MORE, [MANY]), counting(MANY, [GOOD["id"]]), GOOD)])

    assert rules.refused == ()
    assert [(one.id, one.finds) for one in rules.correlations] == [(MANY, False), (MORE, True)]


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"rules": ["nobody"]}, "rules", "nobody"),
        ({"rules": [GOOD["id"], GOOD["id"]]}, "rules", "twice"),
        ({"rules": [MORE]}, "rules", "each other"),
        ({"type": "unheard_of"}, "type", "unheard_of"),
        ({"timespan": "5 minutes"}, "timespan", "5 minutes"),
        ({"condition": {"gte": 5, "lte": 9}}, "condition", "exactly one"),
        ({"condition": {"gte": 5000000}}, "condition", "10,000"),
        ({"type": "value_count"}, "condition", "field"),
        ({"type": "value_percentile", "condition": {"gte": 5, "field": "x"}}, "condition", "percentile"),
        ({"type": "temporal", "condition": "one and not"}, "condition", "parse"),
        ({"group-by": {"a": "b"}}, "group-by", "group-by"),
    ],
)
def test_a_correlation_that_cannot_run_is_refused_with_its_line_and_the_reason(
    tmp_path: Path, changes: dict[str, Any], key: str, reason: str
):
    broken = counting(MORE, **{"rules": [GOOD["id"]], "generate": True} | changes)
    path = tmp_path / "a.yml"
    path.write_text(yaml.safe_dump_all([GOOD, broken], sort_keys=False), encoding="utf-8")

    rules = load([path])

    assert ([rule.title for rule in rules.rules], rules.correlations) == (["good"], ())
    [refused] = rules.refused
    assert (refused.rule, reason in refused.reason) == (MORE, True), refused.reason
    assert path.read_text(encoding="utf-8").splitlines()[refused.line - 1].strip().startswith(f"{key}:")


def test_a_rule_that_is_counted_by_nobody_who_runs_says_so(tmp_path: Path):
    rules = load([write(tmp_path / "a.yml", GOOD, other(2), counting(MANY, [GOOD["id"], "nobody"]))])

    assert [rule.title for rule in rules.rules] == ["other 2"]
    assert {refused.rule for refused in rules.refused} == {GOOD["id"], MANY}


def test_a_sigma_filter_narrows_the_rules_it_names(tmp_path: Path):
    known = {"title": "known", **FILTER}

    [rule] = load([write(tmp_path / "a.yml", GOOD), write(tmp_path / "b.yml", known)]).rules

    assert rule.fields == {"query", "src_ip"}


def test_a_document_that_is_no_rule_at_all_is_refused(tmp_path: Path):
    (tmp_path / "list.yml").write_text("- a\n- b\n", encoding="utf-8")
    (tmp_path / "action.yml").write_text("action: dance\ntitle: x\n", encoding="utf-8")
    (tmp_path / "latin.yml").write_bytes(b"title: \xe9\n")

    rules = load([tmp_path])

    assert {refused.path.name for refused in rules.refused} == {"list.yml", "action.yml", "latin.yml"}


def test_a_filter_that_cannot_be_read_leaves_the_rules_as_they_are(tmp_path: Path):
    broken = {"title": "broken", **FILTER, "filter": FILTER["filter"] | {"condition": "not selected"}}

    rules = load([write(tmp_path / "a.yml", GOOD, broken)])

    assert [rule.fields for rule in rules.rules] == [{"query"}]
    assert "not defined" in rules.refused[0].reason


def test_yaml_that_would_bring_us_down_is_refused_and_the_next_file_is_read(tmp_path: Path):
    (tmp_path / "deep.yml").write_text("[" * 50_000)
    bomb = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefghijklmnopq"))
    (tmp_path / "bomb.yml").write_text(bomb)
    rule = "title: t\nid: 5f0a5a0e-0000-4000-8000-000000000007\nlogsource: {category: proxy}\n"
    (tmp_path / "good.yml").write_text(rule + "detection: {s: {c-uri: /x}, condition: s}\n")

    rules = load([tmp_path])

    assert len(rules.rules) == 1
    assert {refused.path.name for refused in rules.refused} == {"deep.yml", "bomb.yml"}
    assert all("入れ子が深すぎる" in refused.reason for refused in rules.refused)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"detection": {"s": {"c-uri": "/x"}, "condition": "not " * 3000 + "s"}}, "深すぎ"),
        ({"detection": {"s": {"c-uri": "/x"}, "condition": "not " * 60 + "s"}}, "深すぎ"),
    ],
    ids=["bottomless", "deep"],
)
def test_a_condition_nested_without_end_is_refused(tmp_path: Path, change: dict[str, Any], said: str):
    write(tmp_path / "a.yml", GOOD | change)

    (refused,) = load([tmp_path]).refused

    assert said in refused.reason
