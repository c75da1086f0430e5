"""The desk asks about an incident, the company answers or says what it has done; the history tells it."""

from datetime import timedelta

import pytest

from hinomi.incidents.consult import inquiring, queries, stepping
from hinomi.incidents.consult.conftest import NOW, Village
from hinomi.incidents.consult.models import Inquiry, Reply
from hinomi.incidents.consult.problems import (
    AlreadyAnswered,
    IncidentClosed,
    NothingSaid,
    ReplyNeeded,
    TooLong,
    UnknownInquiry,
)
from hinomi.incidents.models import Incident, Reason, Status
from hinomi.incidents.operations import set_status
from hinomi.incidents.problems import UnknownIncident
from hinomi.tenants.problems import NotAllowed, Unchanged

LATER = NOW + timedelta(minutes=20)
CALLED = "使っている方は、画面の番号に電話しましたか。"


def asked(village: Village, text: str = CALLED, **more: bool) -> Inquiry:
    return inquiring.inquire(village.people["sato"], village.incident, text, NOW, **more)


def status(village: Village) -> str:
    return Incident.objects.get(pk=village.incident.pk).status


def test_while_the_company_is_asked_the_incident_waits_and_with_the_last_answer_work_goes_on(village: Village) -> None:
    suzuki = village.people["suzuki"]
    first, second = asked(village), asked(village, "それは何時ごろですか。", choices=False)

    assert status(village) == Status.WAITING
    assert list(queries.open_inquiries(suzuki, [village.blue])) == [first, second]

    inquiring.reply(suzuki, first, LATER, answer=Reply.YES, words="09:40ごろ")
    assert status(village) == Status.WAITING

    inquiring.reply(suzuki, second, LATER, words="朝です")
    assert status(village) == Status.WORKING
    assert [note.text for note in village.incident.notes.all()] == [
        f"質問: {CALLED}\n答え: はい 09:40ごろ",
        "質問: それは何時ごろですか。\n答え: 朝です",
    ]
    told = village.incident.changes.filter(who__isnull=False).values_list("field", "after")
    assert list(told) == [
        ("asked", CALLED),
        ("status", "waiting"),
        ("asked", "それは何時ごろですか。"),
        ("replied", "はい 09:40ごろ"),
        ("replied", "朝です"),
        ("status", "working"),
    ]


def test_who_moved_the_incident_on_meanwhile_is_not_overruled(village: Village) -> None:
    question = asked(village)
    set_status(village.people["sato"], village.incident, Status.CLOSED, NOW, reason=Reason.BENIGN)

    inquiring.reply(village.people["suzuki"], question, LATER, answer=Reply.NO)

    assert status(village) == Status.CLOSED


def test_a_question_is_answered_once(village: Village) -> None:
    question = asked(village)
    inquiring.reply(village.people["suzuki"], question, LATER, answer=Reply.UNKNOWN)

    with pytest.raises(AlreadyAnswered):
        inquiring.reply(village.people["suzuki"], question, LATER, answer=Reply.NO)
    with pytest.raises(AlreadyAnswered):
        inquiring.withdraw(village.people["sato"], question, LATER)


def test_staff_may_write_down_what_they_heard_by_telephone(village: Village) -> None:
    question = asked(village)
    inquiring.reply(village.people["sato"], question, LATER, answer=Reply.YES, words="電話で鈴木様に伺った")

    assert Inquiry.objects.get(pk=question.pk).answered_by == village.people["sato"]


def test_a_question_that_is_asked_no_more_lets_work_go_on(village: Village) -> None:
    question = asked(village)
    inquiring.withdraw(village.people["sato"], question, LATER)

    assert status(village) == Status.WORKING
    assert not queries.open_inquiries(village.people["suzuki"], [village.blue]).exists()
    assert not queries.asked_back(village.incident).exists()


def test_an_answer_says_something(village: Village) -> None:
    suzuki = village.people["suzuki"]
    yes_or_no, free = asked(village), asked(village, choices=False)

    with pytest.raises(ReplyNeeded):
        inquiring.reply(suzuki, yes_or_no, LATER, words="えっと")
    with pytest.raises(NothingSaid):
        inquiring.reply(suzuki, free, LATER, answer=Reply.YES)
    with pytest.raises(TooLong):
        inquiring.reply(suzuki, free, LATER, words="あ" * 1001)


@pytest.mark.parametrize("who", ["tanaka", "local", "office"])
def test_nobody_else_hears_the_question_or_answers_it(village: Village, who: str) -> None:
    question, person = asked(village), village.people[who]

    assert not queries.open_inquiries(person, [village.blue, village.red]).exists()
    with pytest.raises(UnknownInquiry):
        inquiring.reply(person, question, LATER, answer=Reply.YES)
    with pytest.raises((UnknownIncident, NotAllowed)):
        inquiring.inquire(person, village.incident, "x", LATER)


def test_a_company_does_not_ask_itself_and_who_only_looks_does_not_answer(village: Village) -> None:
    question = asked(village)

    with pytest.raises(NotAllowed):
        inquiring.inquire(village.people["suzuki"], village.incident, "x", LATER)
    with pytest.raises(NotAllowed):
        inquiring.withdraw(village.people["suzuki"], question, LATER)
    with pytest.raises(NotAllowed):
        inquiring.reply(village.people["mori"], question, LATER, answer=Reply.YES)
    assert list(queries.open_inquiries(village.people["mori"], [village.blue])) == [question]


def test_of_a_closed_incident_nothing_is_asked(village: Village) -> None:
    set_status(village.people["sato"], village.incident, Status.CLOSED, NOW, reason=Reason.BENIGN)

    with pytest.raises(IncidentClosed):
        asked(village)


def test_a_step_that_was_done_stands_in_the_history_until_it_is_taken_back(village: Village) -> None:
    suzuki, step = village.people["suzuki"], "LANケーブルを抜いてください。"
    stepping.mark_done(suzuki, village.incident, step, LATER)

    assert [(done.words, done.who, done.at) for done in queries.steps_done(village.incident)] == [(step, suzuki, LATER)]
    with pytest.raises(Unchanged):
        stepping.mark_done(suzuki, village.incident, step, LATER)

    stepping.take_back(suzuki, village.incident, step, LATER)
    with pytest.raises(Unchanged):
        stepping.take_back(suzuki, village.incident, step, LATER)

    assert queries.steps_done(village.incident) == []
    told = village.incident.changes.filter(field="step").values_list("before", "after")
    assert list(told) == [("", step), (step, "")]


@pytest.mark.parametrize("who", ["tanaka", "local", "office", "mori"])
def test_nobody_else_says_what_a_company_did(village: Village, who: str) -> None:
    with pytest.raises((UnknownIncident, NotAllowed)):
        stepping.mark_done(village.people[who], village.incident, "抜いた", LATER)
