"""The shelf's questionnaires, and what is told of one that is wrong."""

import re
from pathlib import Path

import pytest
import yaml

from hinomi.library.contracts import MalformedItem, UnknownItem
from hinomi.library.questionnaires import questionnaire as shelf

SME = shelf.questionnaire("sme_2022")


def test_the_survey_has_49_questions_in_the_groups_of_the_report():
    assert [len(group.questions) for group in SME.groups] == [5, 16, 12, 7, 7, 2]
    assert len(SME.questions) == 49
    assert [answer.text["ja"] for answer in SME.answers] == [
        "できている",
        "一部できている",
        "できていない",
        "わからない",
    ]


def test_only_the_last_group_has_answers_of_its_own():
    assert [{question.answers == SME.answers for question in group.questions} for group in SME.groups] == [
        *5 * [{True}],
        {False},
    ]


def test_remote_access_is_asked_of_those_who_work_remotely():
    at_home, in_the_office, silent = {"remote_work": "yes"}, {"remote_work": "no"}, {}

    assert len(SME.asked(at_home)) == 49 + 1, "the condition is asked too, and is not one of the 49"
    assert len(SME.asked(in_the_office)) == len(SME.asked(silent)) == 42 + 1


@pytest.mark.parametrize("question", shelf.questionnaire("sme_2022").questions, ids=lambda question: question.key)
def test_a_question_is_one_short_plain_sentence(question: shelf.Question):
    assert re.fullmatch(r"[^。]{10,58}か。", question.text["ja"])
    assert re.fullmatch(r"[^?]{20,120}\?", question.text["en"])


def test_what_the_report_found_missing_is_asked():
    """Section 1: policy, USB and the factory's network were named as not done; 5.2: CAD and factory PCs."""
    asked = {question.key: question.text["ja"] for question in SME.questions}

    assert "ポリシー" in asked["policy"]
    assert "USB" in asked["usb_rule"]
    assert "工場" in asked["factory_network"]
    assert "CAD" in asked["antivirus"]


def test_answers_and_questions_are_found_by_key():
    assert SME.question("policy").answer("done").text["ja"] == "できている"
    assert SME.question("remote_work").answer("no").text["ja"] == "していない"
    with pytest.raises(shelf.NoSuchAnswer, match=r"done, partly, not_done, unknown"):
        SME.question("policy").answer("maybe")
    with pytest.raises(UnknownItem, match="risk_discussed"):
        SME.question("polcy")
    with pytest.raises(UnknownItem, match="sme_2022"):
        shelf.questionnaire("sme_1922")


TEXT = {"ja": "問いか。", "en": "A question?"}
GOOD = {
    "version": "1",
    "title": TEXT,
    "note": TEXT,
    "answers": [{"key": "done", "text": TEXT}],
    "groups": [{"key": "one", "title": TEXT, "questions": [{"key": "first", "text": TEXT}]}],
}
MISTAKES = {
    "no version": ({"version": None}, "version"),
    "a title in one language": ({"title": {"ja": "題"}}, "must have a text in ja and en"),
    "a key that YAML takes for a truth": ({"answers": [{"key": True, "text": TEXT}]}, "write yes and no in quotes"),
    "groups that are no list of mappings": ({"groups": ["one"]}, "a group must be a mapping"),
    "a question twice": ({"groups": 2 * GOOD["groups"]}, "used twice: first"),
    "a question without answers": ({"answers": []}, "first: has no answers"),
    "a condition on no answer": (
        {
            "groups": [
                GOOD["groups"][0]
                | {
                    "condition": {
                        "key": "if",
                        "text": TEXT,
                        "answers": [{"key": "a", "text": TEXT}],
                        "asked_when": ["b"],
                    }
                }
            ]
        },
        "asked_when names no answer: b",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_the_file_and_the_key(tmp_path: Path, mistake: str):
    change, told = MISTAKES[mistake]
    path = tmp_path / "questionnaire.yaml"
    document = {key: value for key, value in (GOOD | change).items() if value is not None}
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")

    with pytest.raises(MalformedItem) as problem:
        shelf.load(path)

    assert told in str(problem.value)
    assert str(path) in str(problem.value)
