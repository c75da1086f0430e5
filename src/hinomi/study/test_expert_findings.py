"""What experts read out of detections, found in a lake filled by hand and counted as the report counts it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from hinomi.lake.lake import Lake
from hinomi.ocsf.expert import Decided
from hinomi.ocsf.incident import Exclusion
from hinomi.study.expert_findings import expert_findings
from hinomi.study.expert_kinds import KINDS
from hinomi.study.expert_proposals import proposals
from hinomi.study.months import Month
from hinomi.study.population import Enrolment, Study
from hinomi.study.replay import replay
from hinomi.study.tables import document

NOON = datetime(2022, 12, 6, 3)
START = date(2022, 11, 1)
ALLOWED, BLOCKED = 1, 2
Fill = Callable[[list[dict[str, Any]]], None]


def study(*tenants: str) -> Study:
    enrolments = tuple(
        Enrolment(t, f"{t}-{kind}", kind, START, None, "半導体") for t in tenants for kind in ("utm", "edr")
    )
    return Study(enrolments, (), (Month(2022, 12), Month(2023, 1)), datetime(2023, 2, 1), "test")


def kinds(lake: Lake, *tenants: str) -> dict[str, list[str]]:
    """Kinds by company."""
    found: dict[str, list[str]] = {}
    for one in proposals(lake, study(*tenants)):
        found.setdefault(one.tenant, []).append(one.kind)
    return found


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"finding_info__types": ["Microsoft Defenderによる検知"], "message": "Trojan:HTML/Phish"}, "defender"),
        ({"finding_info__types": ["アドウェア"]}, "adware"),
        ({"malware__classification_ids": [1]}, "adware"),
        ({"finding_info__types": ["アプリがファイル生成"]}, "application_behaviour"),
        ({"finding_info__types": ["Execution"], "finding_info__attacks__technique__uid": ["T1059.001"]},
         "application_behaviour"),
        ({"finding_info__types": ["不審なOSコマンド実行"], "finding_info__attacks__technique__uid": ["T1059"]},
         "os_commands"),
        ({"finding_info__attacks__technique__uid": ["T1033"]}, "os_commands"),
        ({"finding_info__types": ["未登録アプリケーション"]}, "unregistered_application"),
        ({"title": "Unregistered application started"}, "unregistered_application"),
        ({"finding_info__types": ["不審な通信先"]}, None),
    ],
)  # fmt: skip
def test_an_edrs_verdict_is_of_a_kind(lake: Lake, verdict: Any, fill: Fill, columns: dict[str, Any], kind: str | None):
    fill([verdict("a", "a-edr", NOON, device__hostname="PC-01", **columns)])
    fill([verdict("b", "b-utm", NOON, device__hostname="PC-01", **columns)])

    assert kinds(lake, "a", "b") == ({"a": [kind]} if kind else {})


def test_one_verdict_may_be_of_two_kinds(lake: Lake, verdict: Any, fill: Fill):
    said = {"finding_info__types": ["アプリから別アプリを起動"], "message": "OSに登録のないアプリを起動"}
    fill([verdict("a", "a-edr", NOON, **said)])

    assert kinds(lake, "a") == {"a": ["application_behaviour", "unregistered_application"]}


@pytest.mark.parametrize(
    ("category", "site", "proposed"),
    [
        ("不正サイト", {"url__categories": ["スパム配信元"]}, True),
        ("URLカテゴリフィルタ", {"url__categories": ["File Sharing and Storage"]}, True),
        ("不正サイト", {"url__hostname": "manga-raw.example"}, True),
        ("不正サイト", {"url__categories": ["フィッシング"]}, False),
        ("スパムメール", {"url__categories": ["スパム配信元"]}, False),
    ],
)
def test_access_to_suspect_sites(lake: Lake, verdict: Any, fill: Fill, category: str, site: Any, proposed: bool):
    fill([verdict("a", "a-utm", NOON, utm_category=category, **site)])

    assert kinds(lake, "a") == ({"a": ["suspicious_sites"]} if proposed else {})


def test_a_suspect_site_is_named_in_a_form_that_nothing_makes_a_link_of(lake: Lake, verdict: Any, fill: Fill):
    fill([verdict("a", "a-utm", NOON, utm_category="不正サイト", url__hostname="manga-raw.example")])

    (proposal,) = proposals(lake, study("a"))
    assert proposal.evidence.examples[0].words == "manga-raw[.]example"


def attack(verdict: Any, **columns: Any) -> dict[str, Any]:
    ends = {"src_endpoint__ip": "203.0.113.7", "dst_endpoint__ip": "192.168.1.8", "dst_endpoint__port": 443}
    told: dict[str, Any] = verdict("a", "a-utm", NOON, utm_category="不正侵入防止(IPS)", **ends | columns)
    return told


def visit(event: Any, **columns: Any) -> dict[str, Any]:
    ends: dict[str, Any] = {
        "src_endpoint__ip": "198.51.100.9",
        "dst_endpoint__ip": "192.168.1.8",
        "dst_endpoint__port": 443,
    }
    ends |= {"disposition_id": ALLOWED}
    told: dict[str, Any] = event("a", "a-utm", NOON, **ends | columns)
    return told


def test_attacks_on_a_machine_that_answers_the_web_show_a_public_server(
    lake: Lake, event: Any, verdict: Any, fill: Fill
):
    fill([visit(event), attack(verdict, src_endpoint__location__country="RU")])

    (proposal,) = proposals(lake, study("a"))
    assert (proposal.kind, proposal.evidence.machines) == ("public_web_server", ("192.168.1.8",))
    assert "RU" in proposal.evidence.examples[0].words


@pytest.mark.parametrize(
    ("visited", "attacked"),
    [
        ({"disposition_id": BLOCKED}, {}),
        ({"dst_endpoint__ip": "192.168.1.9"}, {}),
        ({"src_endpoint__ip": "192.168.1.50"}, {}),
        ({}, {"dst_endpoint__port": 445}),
        ({}, {"src_endpoint__location__country": "JP"}),
    ],
)
def test_attacks_alone_show_no_public_server(
    lake: Lake, event: Any, verdict: Any, fill: Fill, visited: dict[str, Any], attacked: dict[str, Any]
):
    fill([visit(event, **visited), attack(verdict, **attacked)])

    assert kinds(lake, "a") == {}


def test_a_proposal_carries_its_evidence(lake: Lake, verdict: Any, fill: Fill):
    adware = {"finding_info__types": ["アドウェア"], "process__file__path": "C:\\CouponBar.exe"}
    fill(
        [
            verdict("a", "a-edr", NOON, device__hostname="PC-02", count=3, **adware),
            verdict("a", "a-edr", datetime(2022, 12, 5, 3), device__hostname="PC-01", **adware),
        ]
    )

    (proposal,) = proposals(lake, study("a"))
    evidence = proposal.evidence
    assert (proposal.month, evidence.hits, evidence.sensors) == ("2022-12", 4, ("a-edr",))
    assert evidence.machines == ("PC-02", "PC-01")
    assert [(one.words, one.machine, one.hits) for one in evidence.examples] == [("C:\\CouponBar.exe", "PC-02", 4)]
    assert len(evidence.uids) == 2
    assert (evidence.first, evidence.last) == (datetime(2022, 12, 5, 3), NOON)


def test_what_the_study_sets_aside_proposes_nothing(lake: Lake, verdict: Any, fill: Fill):
    fill([verdict("a", "a-edr", NOON, title="広告", finding_info__types=["アドウェア"])])
    aside = Exclusion("a", "a-edr", "stated", "広告", datetime(2022, 12, 1), datetime(2022, 12, 31), 1, "試験")
    asked = replace(study("a"), exclusions=(aside,))

    assert proposals(lake, asked) == ()
    assert len(proposals(lake, replace(asked, include_exclusions=True))) == 1


@pytest.fixture
def adware(verdict: Any, fill: Fill) -> None:
    """In two companies in December, twice in one of them, and in January in one."""
    january = datetime(2023, 1, 10, 3)
    fill(
        [
            verdict(tenant, f"{tenant}-edr", when, finding_info__types=["アドウェア"])
            for tenant, when in (("a", NOON), ("a", NOON), ("b", NOON), ("a", january))
        ]
    )


def counted(lake: Lake, asked: Study) -> list[tuple[str, int, int]]:
    rows = expert_findings(lake, asked).as_dict()["rows"]
    return [(row["month"], row["companies"], row["undecided"]) for row in rows if row["kind"] == "adware"]


@pytest.mark.usefixtures("adware")
def test_companies_count_once_a_month_and_months_add_up(lake: Lake):
    proposed = replace(study("a", "b"), proposed=True)
    assert counted(lake, proposed) == [("2022-12", 2, 2), ("2023-01", 1, 1), ("total", 3, 3)]
    assert counted(lake, study("a", "b")) == [("2022-12", 0, 2), ("2023-01", 0, 1), ("total", 0, 3)]


@pytest.mark.usefixtures("adware")
def test_only_what_a_person_confirmed_of_a_sensor_of_the_study_is_counted(lake: Lake):
    decided = (
        Decided("a", "2022-12", "adware", ("a-edr",), confirmed=True),
        Decided("b", "2022-12", "adware", ("b-edr",), confirmed=False),
        Decided("c", "2022-12", "adware", ("c-edr",), confirmed=True),
        Decided("a", "2022-12", "defender", ("a-other",), confirmed=True),
    )
    asked = replace(study("a", "b"), decided=decided)

    assert counted(lake, asked) == [("2022-12", 1, 0), ("2023-01", 0, 1), ("total", 1, 1)]


@pytest.mark.usefixtures("adware")
def test_the_table_says_how_it_was_counted_and_is_counted_again_the_same(lake: Lake):
    decided = (Decided("a", "2022-12", "adware", ("a-edr",), confirmed=True),)
    asked = replace(study("a", "b"), decided=decided)
    printed = document("expert-findings", expert_findings(lake, asked))

    assert len(printed["ledger"]) == len(printed["rows"]) == len(KINDS) * 3
    total = next(one for one in printed["ledger"] if one["key"] == "expert-findings/adware/total")
    assert (total["value"], total["parts"]) == (
        1,
        ["expert-findings/adware/2022-12", "expert-findings/adware/2023-01"],
    )
    assert not replay(lake, printed, now=datetime(2023, 3, 1), code_version="later").differences
    (sheet,) = expert_findings(lake, asked).sheets()
    assert sheet.rows[3][1:] == ("1者", "0者", "1者")
