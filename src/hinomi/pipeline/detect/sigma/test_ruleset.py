import re
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
import yaml

from hinomi.ocsf.schema import POLARS, conform
from hinomi.pipeline.detect.sigma import RuleSet, load
from hinomi.pipeline.detect.sigma.engine import program
from hinomi.pipeline.detect.sigma.pattern import Glob, Regex

WINDOWS = {"product": "windows", "category": "process_creation"}


def rule(number: int, logsource: dict[str, str], detection: dict[str, Any], **card: Any) -> dict[str, Any]:
    return {
        "title": f"rule {number}",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "level": "high",
        "logsource": logsource,
        "detection": {"condition": "selection", **detection},
    } | card


@pytest.fixture
def loaded(tmp_path: Path):
    def load_rules(*rules: dict[str, Any]) -> RuleSet:
        (tmp_path / "rules.yml").write_text(yaml.safe_dump_all(rules, allow_unicode=True), encoding="utf-8")
        found = load([tmp_path])
        assert found.refused == ()
        return found

    return load_rules


def windows_event(channel: str, event_id: int, data: dict[str, Any], **head: Any) -> dict[str, Any]:
    document = {"Channel": channel, "EventID": str(event_id), "Provider_Name": "P"} | head | {"EventData": data}
    return {"class_uid": 1007, "activity_id": 1, "unmapped": orjson.dumps(document).decode()}


def events(*rows: dict[str, Any]) -> pl.DataFrame:
    numbered = [{"metadata.uid": f"e{number}", **row} for number, row in enumerate(rows)]
    return conform(pl.DataFrame(numbered, infer_schema_length=None, schema_overrides=overrides(rows)))


def overrides(rows: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    return {name: POLARS[name] for row in rows for name in row}


def fired(rules: RuleSet, frame: pl.DataFrame) -> list[tuple[str, str]]:
    found = rules.match(frame)
    related = found["finding_info.related_events"].list.first()
    return list(zip(related.to_list(), found["finding_info.title"].to_list(), strict=True))


def test_a_rule_that_fires_makes_a_finding_with_the_event_as_evidence(loaded: Any):
    rules = loaded(
        rule(
            1,
            {"category": "proxy"},
            {"selection": {"c-uri|contains": "/evil"}},
            description="説明の文。",
            level="critical",
            tags=["attack.initial-access", "attack.t1566.002"],
            hinomi={"advice": "malicious_site"},
        )
    )
    event = {
        "tenant": "101",
        "sensor": "utm-1",
        "source": "fortinet_fortigate",
        "time": datetime(2022, 12, 1),
        "class_uid": 4002,
        "utm_category": "不正サイト",
        "src_endpoint.ip": "192.168.1.5",
        "url.url_string": "http://www.example.com/EVIL.js",
        "raw_ref": "b:7",
    }

    found = rules.match(events(event))

    assert found.schema == POLARS
    [finding] = found.to_dicts()
    rule_id = "00000000-0000-4000-8000-000000000001"
    assert (finding["class_uid"], finding["activity_id"], finding["is_alert"]) == (2004, 1, True)
    assert finding["metadata.uid"] == finding["finding_info.uid"] == f"e0:{rule_id}"
    assert finding["finding_info.analytic.uid"] == rule_id
    assert finding["finding_info.analytic.name"] == finding["finding_info.title"] == "rule 1"
    assert finding["finding_info.analytic.type_id"] == 1
    assert finding["finding_info.attacks.technique.uid"] == ["T1566.002"]
    assert finding["finding_info.types"] == ["malicious_site"]
    assert (finding["severity_id"], finding["message"]) == (5, "説明の文。")
    assert finding["utm_category"] is None, "a rule of ours is none of the UTM's own detections"
    kept = ("tenant", "sensor", "time", "src_endpoint.ip", "url.url_string", "raw_ref")
    assert {name: finding[name] for name in kept} == {name: event[name] for name in kept}


def test_findings_come_in_the_order_of_the_events_and_then_of_the_rules(loaded: Any):
    any_cmd = {"selection": {"Image|endswith": "\\cmd.exe"}}
    rules = loaded(rule(2, WINDOWS, any_cmd), rule(1, WINDOWS, any_cmd))
    cmd = windows_event("Microsoft-Windows-Sysmon/Operational", 1, {"Image": "C:\\cmd.exe"})

    assert fired(rules, events(cmd, {"class_uid": 4001}, cmd)) == [
        ("e0", "rule 1"),
        ("e0", "rule 2"),
        ("e2", "rule 1"),
        ("e2", "rule 2"),
    ]


def test_a_rule_is_asked_only_of_the_events_of_its_log_source(loaded: Any):
    rules = loaded(
        rule(1, WINDOWS, {"selection": {"Image": "x"}}),
        rule(2, {"product": "windows", "category": "network_connection"}, {"selection": {"Image": "x"}}),
        rule(3, {"product": "windows", "service": "security"}, {"selection": {"EventID": 4624, "Image": "x"}}),
        rule(4, {"product": "windows"}, {"selection": {"Image": "x"}}),
    )
    sysmon, security = "Microsoft-Windows-Sysmon/Operational", "Security"

    found = fired(
        rules,
        events(
            windows_event(sysmon, 1, {"Image": "x"}),
            windows_event(sysmon, 3, {"Image": "x"}),
            windows_event(security, 4624, {"Image": "x"}),
            windows_event(security, 4625, {"Image": "x"}),
        ),
    )

    assert found == [
        ("e0", "rule 1"),
        ("e0", "rule 4"),
        ("e1", "rule 2"),
        ("e1", "rule 4"),
        ("e2", "rule 3"),
        ("e2", "rule 4"),
        ("e3", "rule 4"),
    ]


def test_a_process_of_the_security_log_answers_to_the_names_of_sysmon(loaded: Any):
    selection = {
        "Image|endswith": "\\whoami.exe",
        "ParentImage|endswith": "\\cmd.exe",
        "CommandLine|contains": "/all",
        "User": "PLANT\\sato",
        "IntegrityLevel": "High",
    }
    rules = loaded(rule(1, WINDOWS, {"selection": selection}))
    data = {
        "NewProcessName": "C:\\Windows\\System32\\whoami.exe",
        "ParentProcessName": "C:\\Windows\\System32\\cmd.exe",
        "CommandLine": "whoami /all",
        "SubjectUserName": "sato",
        "SubjectDomainName": "PLANT",
        "MandatoryLabel": "S-1-16-12288",
    }

    assert fired(rules, events(windows_event("Security", 4688, data))) == [("e0", "rule 1")]


def test_a_name_inside_the_events_data_wins_over_the_records_head(loaded: Any):
    cleared = {"selection": {"EventID": 104, "Channel": "Application"}}
    rules = loaded(rule(1, {"product": "windows", "service": "system"}, cleared))

    assert fired(rules, events(windows_event("System", 104, {"Channel": "Application"}))) == [("e0", "rule 1")]
    assert fired(rules, events(windows_event("System", 104, {"Channel": "Setup"}))) == []


def test_what_an_edr_reports_answers_to_the_same_rule_as_windows_own_log(loaded: Any):
    office = {"selection": {"Image|endswith": "\\cmd.exe", "ParentImage|endswith": "\\winword.exe"}}
    rules = loaded(rule(1, WINDOWS, office), rule(2, {"product": "linux", "category": "process_creation"}, office))
    edr = {"class_uid": 2004, "process.name": "cmd.exe", "process.parent_process.name": "WINWORD.EXE"}

    found = fired(
        rules,
        events(
            edr,
            edr | {"device.os.name": "Windows 10 Pro"},
            edr | {"device.os.name": "Linux"},
            edr | {"class_uid": 1007, "activity_id": 2},
        ),
    )

    assert found == [("e0", "rule 1"), ("e1", "rule 1"), ("e2", "rule 2")]


@pytest.mark.parametrize(
    ("category", "selection", "event"),
    [
        ("proxy", {"cs-host|endswith": ".example.com"}, {"class_uid": 4002, "url.hostname": "www.example.com"}),
        ("proxy", {"c-uri-query": "id=1"}, {"class_uid": 4002, "url.url_string": "http://a.example/x?id=1"}),
        ("proxy", {"c-useragent|startswith": "evil"}, {"url.hostname": "a", "http_request.user_agent": "Evil/1"}),
        ("proxy", {"url.categories": "malware"}, {"url.hostname": "a", "url.categories": ["news", "Malware"]}),
        ("dns", {"query|endswith": ".example.net"}, {"class_uid": 4003, "query.hostname": "c2.example.net"}),
        ("dns", {"answer|cidr": "203.0.113.0/24"}, {"class_uid": 4003, "answers": ["10.0.0.1", "203.0.113.7"]}),
        (
            "firewall",
            {"dst_port": 3389, "action": "allow"},
            {"class_uid": 4001, "dst_endpoint.port": 3389, "action_id": 1},
        ),
        ("firewall", {"app_name|contains": "desk"}, {"class_uid": 4001, "app_name": "AnyDesk"}),
        ("antivirus", {"Signature|contains": "ransom"}, {"class_uid": 2004, "malware.name": "Ransom.Win32"}),
    ],
)
def test_other_products_answer_to_the_names_of_sigmas_taxonomy(
    loaded: Any, category: str, selection: dict[str, Any], event: dict[str, Any]
):
    rules = loaded(rule(1, {"category": category}, {"selection": selection}))

    assert fired(rules, events({"class_uid": 4001}, event)) == [("e1", "rule 1")]


def test_a_field_that_is_the_same_in_all_events_of_a_view_is_there_in_each(loaded: Any):
    outgoing = {"selection": {"Initiated": "true", "Image|endswith": "\\cmd.exe"}}
    rules = loaded(rule(1, {"product": "windows", "category": "network_connection"}, outgoing))
    call = {"class_uid": 4001, "dst_endpoint.ip": "203.0.113.7", "actor.process.name": "cmd.exe"}

    assert fired(rules, events(*[call] * 300)) == [(f"e{number}", "rule 1") for number in range(300)]


def test_ordinary_traffic_does_not_reach_the_rules_one_by_one(loaded: Any, monkeypatch: pytest.MonkeyPatch):
    rules = loaded(rule(1, {"category": "proxy"}, {"selection": {"c-uri|contains": "/never-seen"}}))
    traffic = pl.concat([events({"class_uid": 4002, "url.url_string": "http://www.example.com/"})] * 50_000)

    monkeypatch.setattr(program, "Values", pytest.fail)

    assert rules.match(traffic).is_empty()


def test_no_rules_find_nothing():
    assert RuleSet().match(events({"class_uid": 4001})).schema == POLARS


def test_a_long_text_is_matched_in_linear_time():
    blob = "A" * 2_000_000

    assert Regex(r"\w+`").accepts(blob + "`")
    assert not Regex(r"\w+`").accepts(blob)
    assert not Regex(r"(a|a)+b", re.IGNORECASE).accepts(blob)
    assert not Glob((("a",), ("a",), ("a",), ("b",))).accepts(blob.lower())
