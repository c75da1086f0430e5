"""What the EDR notes and a rule of ours notes, neither grave: chance, or two signs of one thing."""

from typing import Any

import pytest

from hinomi.pipeline.correlate import stories
from hinomi.pipeline.correlate.conftest import Company, Row

VERDICT = "不審なOSコマンド実行"


def ours(company: Company, at: float, severity: int = 3) -> Row:
    """Of an event that the EDR only writes down."""
    return company.rule(company.edr(at, "稼働", 1), "suspicious_command", severity)


def test_the_edr_and_a_rule_that_note_two_acts_within_minutes_are_an_incident(company: Company, told: Any):
    [story] = stories(told([company.edr(0, VERDICT, 3), ours(company, 5)]))

    assert (story.kind, story.host) == ("suspicious_command", "PC-07")


@pytest.mark.parametrize(("at", "severity"), [(30, 3), (5, 2)], ids=["half an hour later", "slight"])
def test_what_may_be_chance_is_nobodys_work(company: Company, told: Any, at: float, severity: int):
    assert stories(told([company.edr(0, VERDICT, 3), ours(company, at, severity)])) == ()


def test_one_act_that_both_note_is_one_sign(company: Company, told: Any):
    first, again = company.edr(0, VERDICT, 3), company.edr(3, VERDICT, 3)
    rules = [company.rule(one, "suspicious_command", 3) for one in (first, again)]

    assert stories(told([first, again, *rules])) == ()


def test_of_two_acts_of_one_kind_a_rule_knows_one(company: Company, told: Any):
    """Two commands that the EDR does not like, as an administrator types them."""
    first, again = company.edr(0, VERDICT, 3), company.edr(3, VERDICT, 3)

    assert stories(told([first, again, company.rule(again, "suspicious_command", 3)])) == ()


def test_one_of_many_signs_that_may_be_a_call_does_not_name_the_story(company: Company, told: Any):
    taking = [company.rule(company.edr(at, "稼働", 1), "data_taken_out", 3) for at in (0, 2, 4)]
    for number, one in enumerate(taking):
        one["finding_info.analytic.uid"] = f"rule-{number}"

    [story] = stories(told([*taking, company.rule(company.edr(6, "稼働", 1), "cnc_callback", 3)]))

    assert story.kind == "data_taken_out"
