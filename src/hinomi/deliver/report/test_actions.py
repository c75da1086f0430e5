from datetime import date, datetime

import pytest

from hinomi.deliver.report.actions import Occasion, actions, mark, of_faults, of_incidents, of_silence, summary
from hinomi.deliver.report.facts import IncidentFacts, TenantFacts
from hinomi.deliver.report.monthly import Coverage, Mark, Outcome
from hinomi.deliver.report.questions import Machine
from hinomi.library import catalog
from hinomi.library.contracts import Card
from hinomi.ocsf.incident import Exclusion

TENANT = TenantFacts("101", "青空半導体", contact="山形ネット 023-000-0000")
DAY = datetime(2022, 12, 6, 1)


def card(key: str, level: str) -> Card:
    def said(text: str) -> dict[str, str]:
        return {"ja": text, "en": text}

    return Card(
        key=key,
        title=said(f"{key}のこと"),
        happened=said("「{host}」で{detail}"),
        steps={"ja": ("{user}さんに聞く", "電話する"), "en": ("ask", "call")},
        avoid=said("再起動しない"),
        within=said("今日中"),
        contact=said("監視センター"),
        level=level,
    )


CARDS = {
    key: card(key, level)
    for key, level in {
        "ransomware": "act_now",
        "sensor_silent": "act_today",
        "device_fault": "check",
        "process_behaviour": "check",
        "spam": "know",
    }.items()
}


def incident(kind: str, *, is_open: bool = True, severity: int = 5, host: str = "PC-07") -> IncidentFacts:
    return IncidentFacts("i1", "題", kind, severity, DAY, DAY, "新規", is_open, host, "192.0.2.7", "yamada", "暗号化")


def test_an_open_incident_asks_for_what_its_card_says_with_the_names_in_it() -> None:
    (asked,) = actions(TENANT, list(of_incidents([incident("ransomware")])), CARDS)
    assert asked.where == "PC-07(yamada さん)"
    assert asked.happened == "「PC-07」で暗号化"
    assert asked.steps == ("yamadaさんに聞く", "電話する")
    assert asked.contact == "監視センター・山形ネット 023-000-0000"


def test_a_closed_incident_asks_for_nothing() -> None:
    assert actions(TENANT, list(of_incidents([incident("ransomware", is_open=False)])), CARDS) == []


def test_the_most_pressing_comes_first_whatever_was_found_first() -> None:
    found = [Occasion("process_behaviour", 5), Occasion("sensor_silent", 2), Occasion("ransomware", 3)]
    assert [asked.level for asked in actions(TENANT, found, CARDS)] == ["act_now", "act_today", "check"]


def test_the_same_steps_are_told_once_for_all_the_places() -> None:
    found = [Occasion("process_behaviour", 3, host=f"PC-0{number}") for number in (1, 2, 3, 3)]
    (asked,) = actions(TENANT, found, CARDS)
    assert asked.where == "PC-01、PC-02 ほか1か所"


def test_what_is_good_to_know_is_no_action_and_what_has_no_card_is_left_to_the_analyst() -> None:
    assert actions(TENANT, [Occasion("spam", 2), Occasion("unheard_of", 5)], CARDS) == []


def test_a_device_at_fault_is_named_as_its_findings_name_it() -> None:
    aside = Exclusion("101", "101-utm", "land", "LAND", DAY, DAY, 40726, "理由")
    (asked,) = actions(TENANT, list(of_faults([aside], {0: Machine("MFP-01", "192.168.1.250")})), CARDS)
    assert asked.where == "MFP-01"
    assert asked.happened == "「MFP-01」でLAND 40,726件"
    (unnamed,) = actions(TENANT, list(of_faults([aside], {})), CARDS)
    assert unnamed.where == "101-utm"


def test_a_sensor_that_fell_silent_is_to_be_looked_at() -> None:
    silent = Coverage(
        "101-edr",
        "EDR",
        "EDR",
        31,
        20,
        11,
        date(2022, 12, 20),
        fell_silent=True,
        expected_hours=744,
        observed_hours=160,
    )
    (asked,) = actions(TENANT, list(of_silence([silent])), CARDS)
    assert asked.happened == "「EDR」で2022年12月20日"


def test_every_card_of_the_shelf_can_be_asked() -> None:
    cards = catalog.cards()
    asked = actions(TENANT, [Occasion(key, 3, "PC-07", "192.0.2.7", "yamada", "検知") for key in cards], cards)
    assert len(asked) == sum(card.level != "know" for card in cards.values())
    assert all("{" not in text for one in asked for text in (one.title, one.happened, *one.steps, one.avoid))


STOPPED, NOTED = Outcome("迷惑メール", 3, 1, 0), Outcome("不審な動き", 0, 0, 4)


@pytest.mark.parametrize(
    ("heard", "keys", "outcomes", "sign"),
    [
        (False, [], [], Mark.BLIND),
        (False, ["sensor_silent"], [], Mark.BLIND),
        (True, ["device_fault", "ransomware"], [STOPPED], Mark.ACT),
        (True, ["sensor_silent"], [STOPPED], Mark.CHECK),
        (True, [], [STOPPED, NOTED], Mark.STOPPED),
        (True, [], [NOTED], Mark.CALM),
        (True, [], [], Mark.CALM),
    ],
)
def test_the_mark_follows_from_what_is_asked_and_nothing_heard_is_never_calm(
    heard: bool, keys: list[str], outcomes: list[Outcome], sign: Mark
) -> None:
    asked = actions(TENANT, [Occasion(key, 3) for key in keys], CARDS)
    assert mark(heard, asked, outcomes) is sign


def test_the_summary_claims_no_more_than_was_seen() -> None:
    assert "見えていない" in summary(Mark.BLIND, [], [], False)
    assert "気になる動きも見つかっていません" in summary(Mark.CALM, [], [], False)
    assert "見つけて記録したものが4件" in summary(Mark.CALM, [], [NOTED], False)
    assert summary(Mark.STOPPED, [], [STOPPED], True).endswith("見えていない期間があります。")
    assert "3件を機器が止めました" in summary(Mark.STOPPED, [], [STOPPED], False)
