"""What is noted of no machine: of an account in the cloud, or of a web server that is not the company's own address."""

from typing import Any

import pytest

from hinomi.pipeline.correlate import stories
from hinomi.pipeline.correlate.conftest import Company, Row

STRANGER = {"src_endpoint.ip": "203.0.113.44"}


def cloud(company: Company, at: float, rule: str, user: str = "sato@c901.example.co.jp", severity: int = 3) -> Row:
    event = company.finding(at, user__name=user) | STRANGER | {"sensor": "901-m365", "source": "microsoft_365_audit"}
    return company.rule(event, "account_takeover", severity) | {"finding_info.analytic.uid": rule}


def web(company: Company, severity: int, disposition: int = 1) -> Row:
    event = company.finding(0) | STRANGER | {"sensor": "901-waf", "source": "modsecurity", "class_uid": 4002}
    return company.rule(event, "web_attack", severity) | {"disposition_id": disposition}


def test_two_rules_that_note_two_things_of_one_account_within_a_day_are_an_incident(company: Company, told: Any):
    [story] = stories(told([cloud(company, 0, "odd-sign-in"), cloud(company, 300, "forwarding")]))

    assert (story.kind, story.user) == ("account_takeover", "sato")
    assert [link.reason for link in story.links] == ["同じアカウント「sato」で、約5時間後に起きました。"]


@pytest.mark.parametrize(
    ("second", "at", "user"),
    [
        ("odd-sign-in", 300, "sato@c901.example.co.jp"),
        ("forwarding", 300, "suzuki@c901.example.co.jp"),
        ("forwarding", 1500, "sato@c901.example.co.jp"),
    ],
    ids=["the same rule again", "another account", "the day after"],
)
def test_what_may_be_chance_is_nobodys_work(company: Company, told: Any, second: str, at: float, user: str):
    assert stories(told([cloud(company, 0, "odd-sign-in"), cloud(company, at, second, user)])) == ()


def test_a_web_server_that_answered_an_attack_is_an_incident(company: Company, told: Any):
    [story] = stories(told([web(company, 4)]))

    assert (story.kind, story.spread.outside if story.spread else ()) == ("web_attack", ("203.0.113.44",))


@pytest.mark.parametrize(("severity", "disposition"), [(3, 1), (4, 2)], ids=["may be nothing", "was stopped"])
def test_an_attack_on_a_web_server_is_everyday(company: Company, told: Any, severity: int, disposition: int):
    assert stories(told([web(company, severity, disposition)])) == ()
