"""A support scam is asked about in three questions, and each answer leads on."""

from hinomi.library import catalog
from hinomi.library.advice import tree as trees

SCAM = catalog.cards()["support_scam"].tree
assert SCAM is not None


def test_answers_lead_to_the_steps_that_fit():
    assert SCAM is not None
    ends = dict(trees.ways(SCAM))

    assert set(map(len, ends)) == {3}
    assert ends["yyy"] == ends["nyy"] == "controlled_and_paid"
    assert ends["yyn"] == ends["nyn"] == "controlled_only"
    assert ends["yny"] == ends["nny"] == "paid_only"
    assert ends["ynn"] == "called_only"
    assert ends["nnn"] == "nothing"


def test_on_the_way_there_is_a_next_question():
    begun, midway, end = (trees.follow(SCAM, answers) for answers in ("", "y", "yyy"))

    assert begun
    assert begun.question is SCAM.questions["phoned"]
    assert midway
    assert midway.asked == ((SCAM.questions["phoned"], True),)
    assert midway.question is SCAM.questions["controlled"]
    assert end
    assert end.question is None
    assert end.ending is SCAM.endings["controlled_and_paid"]


def test_answers_that_nobody_was_asked_for_lead_nowhere():
    assert trees.follow(SCAM, "x") is None
    assert trees.follow(SCAM, "yyyy") is None


def test_a_list_without_a_fork_asks_each_thing_once():
    assert len(trees.different(SCAM)) == 3
