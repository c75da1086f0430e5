"""How deep, how far, how urgent: what a story says of itself beyond its timeline."""

from datetime import timedelta
from typing import Any

import pytest

from hinomi.ocsf.course import StageName, Urgency
from hinomi.ocsf.incident import Story
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.correlate.conftest import MORNING, Company, Row
from hinomi.pipeline.correlate.depth import PAID
from hinomi.pipeline.correlate.priority import Standing
from hinomi.pipeline.correlate.test_stories import infection, scam

BLOCKED = 2


def only(rows: list[Row], told: Any) -> Story:
    [story] = stories(told(rows))
    return story


def reasons(story: Story) -> dict[str, str]:
    assert story.priority is not None
    return {reason.code: reason.value for reason in story.priority.reasons}


def test_an_infection_reached_the_stages_that_its_findings_are_of(company: Company, told: Any):
    story = only(infection(company), told)

    assert [stage.name for stage in story.stages] == [
        *(StageName.DELIVERY, StageName.EXECUTION, StageName.CALL, StageName.TOOL, StageName.IMPACT),
    ]
    tool = story.stages[3]
    assert tool.stopped
    assert (tool.first, tool.last) == (MORNING + timedelta(minutes=9),) * 2
    assert {uid for stage in story.stages for uid in stage.findings} == story.members


def test_a_technique_says_more_than_a_rules_general_kind(company: Company, told: Any):
    dump = company.rule(company.edr(0, "不審なOSコマンド実行", 4), "intrusion", 4)
    dump["finding_info.attacks.technique.uid"] = ["T1059.001", "T1003.001"]

    assert [stage.name for stage in only([dump], told).stages] == [StageName.CREDENTIAL]


def test_malware_at_the_gate_is_the_way_in_before_anything_ran_and_a_tool_after(company: Company, told: Any):
    came_in = company.utm(0, "不正プログラム", 4, disposition_id=15)
    ran = company.edr(5, "不審なOSコマンド実行", 4)
    fetched = company.utm(9, "不正プログラム", 4, disposition_id=15)

    story = only([came_in, ran, fetched], told)

    held = {stage.name: stage.findings for stage in story.stages}
    assert held[StageName.DELIVERY] == (came_in["metadata.uid"],)
    assert held[StageName.TOOL] == (fetched["metadata.uid"],)


def test_a_support_scam_has_stages_of_its_own(company: Company, told: Any):
    rows = scam(company)
    paid = company.utm(160, "", 2, "192.168.10.32", url__hostname="prepaid.example")
    paying = company.rule(paid, "support_scam", 2) | {"finding_info.analytic.uid": PAID}

    story = only([*rows, paying], told)

    assert [stage.name for stage in story.stages] == [
        *(StageName.FAKE_PAGE, StageName.REMOTE_CONTROL, StageName.PAYMENT),
    ]
    assert story.priority is not None
    assert story.priority.urgency is Urgency.NOW


def test_a_stick_and_an_upload_by_one_person_are_asked_about_and_each_alone_is_not(company: Company, told: Any):
    stick = company.rule(company.edr(0, "", 2), "usb_device", 2)
    upload = company.rule(company.edr(40, "", 2), "data_upload", 3)

    story = only([stick, upload], told)

    assert (story.kind, story.severity_id) == ("data_taken_out", 4)
    assert [stage.name for stage in story.stages] == [StageName.COLLECTION, StageName.EXFILTRATION]
    assert stories(told([stick])) == stories(told([upload])) == ()


def test_a_stick_in_an_infection_is_how_it_came_and_no_insider(company: Company, told: Any):
    stick = company.rule(company.edr(-5, "", 2), "usb_device", 2)
    packed = company.rule(company.edr(30, "", 2), "data_taken_out", 4)

    assert only([stick, *infection(company), packed], told).kind == "malware_chain"


@pytest.mark.parametrize(("second", "minutes", "asked"), [(3, 200, True), (2, 9, True), (2, 30, False)])
def test_two_signs_on_a_machine_are_asked_about_when_both_are_plain_or_near(
    company: Company, told: Any, second: int, minutes: float, asked: bool
):
    one = company.rule(company.edr(0, "", 2), "persistence", 3) | {"finding_info.analytic.uid": "a"}
    other = company.rule(company.edr(minutes, "", 2), "suspicious_command", second) | {"finding_info.analytic.uid": "b"}
    again = other | {"finding_info.analytic.uid": "a"}

    assert bool(stories(told([one, other]))) is asked
    assert stories(told([one, again])) == (), "one rule twice is one sign"
    assert stories(told([one, other | {"finding_info.related_events": one["finding_info.related_events"]}])) == ()


def test_a_story_says_whom_it_touches(company: Company, told: Any):
    spread = only(infection(company), told).spread

    assert spread is not None
    assert (spread.machines, spread.accounts) == (("PC-07",), ("yamada",))
    assert spread.outside == ("cdn-telemetry.invalid",)
    assert spread.delay_seconds == 0


def test_a_story_says_which_data_it_touched(company: Company, told: Any):
    path = "D:\\図面\\A-1042.dxf.locked"
    locked = company.edr(0, "ファイル暗号化", malware__classification_ids=[10], file__path=path)
    program = company.edr(1, "不審なOSコマンド実行", file__name="nettool.exe")

    spread = only([locked, program], told).spread

    assert spread is not None
    assert spread.files == (path,)


def test_a_priority_is_the_sum_of_its_reasons_the_weightiest_first(company: Company, told: Any):
    story = only(infection(company), told)

    assert story.priority is not None
    assert story.priority.score == sum(reason.weight for reason in story.priority.reasons)
    weights = [abs(reason.weight) for reason in story.priority.reasons]
    assert weights == sorted(weights, reverse=True)
    assert reasons(story)["stage"] == "impact"
    assert reasons(story)["sensors_agree"] == "edr+mail+utm"
    assert story.priority.urgency is Urgency.NOW


def test_what_a_device_stopped_is_less_urgent_than_what_went_through(company: Company, told: Any):
    call = company.utm(0, "C&Cコールバック", 4, url__hostname="home.invalid")
    stopped = only([call | {"disposition_id": BLOCKED}], told)
    passed = only([call | {"disposition_id": 15}], told)

    assert stopped.priority is not None
    assert passed.priority is not None
    assert stopped.priority.score < passed.priority.score
    assert "all_stopped" in reasons(stopped)


def test_what_a_rule_finds_for_the_first_time_is_new_before_it_is_counted(company: Company, told: Any):
    row = company.rule(company.edr(0, "不審なOSコマンド実行", 4), "suspicious_command", 4)
    rule = row["finding_info.analytic.uid"] = "odd_command"

    def said(standing: Standing) -> set[str]:
        [story] = stories(told([row]), standing=standing)
        return set(reasons(story)) & {"new_here", "new_everywhere"}

    assert said(Standing()) == set()
    assert said(Standing(counted_since=MORNING + timedelta(days=1))) == set()
    assert said(Standing(counted_since=MORNING)) == {"new_here", "new_everywhere"}
    assert said(Standing(companies={rule: 3}, counted_since=MORNING)) == {"new_here"}
    assert said(Standing({}, {rule: 4}, {rule: 3}, MORNING)) == set()


@pytest.mark.parametrize(
    ("kind", "code", "urgency"),
    [("sensor_silent", "watch_blind", Urgency.TODAY), ("antivirus_old", "watch_weak", Urgency.THIS_WEEK)],
)
def test_a_watch_that_fails_is_as_urgent_as_its_card_says_however_often_it_was_seen(
    company: Company, told: Any, kind: str, code: str, urgency: Urgency
):
    row = company.rule(company.edr(0, "見張り", 2), kind, 2)
    rule = row["finding_info.analytic.uid"] = "the_watch"
    [story] = stories(told([row]), standing=Standing({}, {rule: 30}, {}, MORNING))

    assert story.priority is not None
    assert code in reasons(story)
    assert "often_here" in reasons(story)
    assert story.priority.urgency is urgency
