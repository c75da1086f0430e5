"""What correlation made of a story stays with its incident, is told anew with it, and orders the queue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.incidents import assessment, queries
from hinomi.incidents.assessment import Assessment
from hinomi.incidents.combining import Share, joined, part
from hinomi.incidents.models import HowSoon, Incident
from hinomi.incidents.operations import record
from hinomi.incidents.recording import Recorded
from hinomi.incidents.revising import revise
from hinomi.incidents.test_recording import START, story
from hinomi.ocsf.course import (
    Around,
    Cause,
    Check,
    Contact,
    Course,
    Happening,
    Lookback,
    Point,
    Priority,
    Reason,
    Sight,
    Spread,
    Stage,
    StageName,
    Step,
    Trace,
    Urgency,
)
from hinomi.ocsf.incident import Story
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.roles import Role

NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def course(machine: str, *, called: tuple[str, ...] = (), fetched: tuple[str, ...] = ()) -> Course:
    """Seen by a UTM alone; nobody knows whether an EDR ran there."""
    unknown = (Sight.NOT_THERE, Cause.NO_EDR_ON_MACHINE)
    points = (
        Point(1, *unknown),
        Point(2, *unknown),
        Point(3, Sight.SEEN if called else Sight.NOTHING, None, called),
        Point(4, Sight.SEEN if fetched else Sight.BLIND, None if fetched else Cause.ENCRYPTED, fetched),
        Point(5, *unknown),
    )
    seen = {6: called, 10: fetched}
    steps = tuple(
        Step(number, Happening.SEEN if seen.get(number) else Happening.INVISIBLE, seen.get(number, ()))
        for number in range(1, 14)
    )
    return Course(machine, (3,) if fetched else (2, 3), points, steps, (Check.INSTALL_EDR,))


def told(of: Story, *courses: Course, score: int = 40, urgency: Urgency = Urgency.TODAY) -> Story:
    """The story with what correlation makes of it."""
    uids = tuple(entry.finding for entry in of.timeline)
    call = Stage(StageName.CALL, of.first_seen, of.last_seen, stopped=False, findings=uids)
    spread = Spread(("pc-7",), ("suzuki",), ("203.0.113.9",), START, of.last_seen, of.first_seen)
    reason = Reason("stage", "call", score)
    return replace(of, courses=courses, stages=(call,), spread=spread, priority=Priority(urgency, score, (reason,)))


@pytest.fixture
def company() -> None:
    register_tenant("101", "青空半導体", now=NOW)


@pytest.mark.django_db
def test_it_comes_back_from_the_database_as_it_was_told(company: None) -> None:
    one = told(story(1, 2), course("pc-7", called=("f1",), fetched=("f2",)))

    record([one], NOW)

    kept = Incident.objects.get()
    assert assessment.of_incident(kept) == assessment.of_story(one)
    assert (kept.urgency, kept.priority_score) == (HowSoon.TODAY, 40)
    assert kept.assessment["spread"]["first"] == "2022-12-01T00:00:00+00:00"
    assert kept.assessment["spread"]["delay_seconds"] == 60


@pytest.mark.django_db
def test_a_telling_of_the_whole_replaces_it_and_the_history_says_how_urgency_changed(company: None) -> None:
    record([told(story(1, 2), course("pc-7", called=("f1",)))], NOW)
    anew = told(story(1, 2, 3), course("pc-7", called=("f1",), fetched=("f3",)), score=70, urgency=Urgency.NOW)

    record([anew], LATER)

    kept = Incident.objects.get()
    assert assessment.of_incident(kept) == assessment.of_story(anew)
    assert [(c.before, c.after) for c in queries.history(kept) if c.field == "urgency"] == [("today", "now")]


@pytest.mark.django_db
def test_a_telling_of_a_part_takes_nothing_away(company: None) -> None:
    record([told(story(1, 2, 3), course("pc-7", called=("f1",)), score=70, urgency=Urgency.NOW)], NOW)

    assert record([told(story(3), course("pc-7"), score=5, urgency=Urgency.LATER)], LATER) == Recorded(0, 0)

    assert Incident.objects.get().urgency == HowSoon.NOW


@pytest.mark.django_db
def test_two_incidents_that_become_one_keep_what_was_known_of_both(company: None) -> None:
    record([told(story(1, 2), course("pc-7", called=("f1",)))], NOW)
    record([told(story(5, 6), course("pc-8", fetched=("f6",)), score=60, urgency=Urgency.NOW)], LATER)

    record([told(story(2, 5))], LATER)

    known = assessment.of_incident(Incident.objects.get(merged_into=None))
    assert [course.machine for course in known.courses] == ["pc-7", "pc-8"]
    assert known.priority is not None
    assert known.priority.score == 60
    assert known.stages[0].findings == ("f1", "f2", "f5", "f6")


@pytest.mark.django_db
def test_the_queue_is_in_order_of_urgency_then_score_then_gravity(company: None) -> None:
    record(
        [
            told(story(1, severity_id=5), score=10, urgency=Urgency.LATER),
            told(story(2), score=50, urgency=Urgency.TODAY),
            told(story(3), score=45, urgency=Urgency.TODAY),
            told(story(4), score=60, urgency=Urgency.NOW),
            story(5, severity_id=4),
        ],
        NOW,
    )
    analyst = create_user("sato", Role.ANALYST, now=NOW)

    assert [one.uid for one in queries.for_user(analyst)] == ["101-f4", "101-f2", "101-f3", "101-f5", "101-f1"]


def test_an_incident_from_before_anything_was_kept_has_an_empty_one() -> None:
    assert assessment.of_incident(Incident()) == Assessment()


UIDS = [f"f{number}" for number in range(1, 7)]
FINDINGS = st.lists(st.sampled_from(UIDS), max_size=4, unique=True).map(tuple)
ASSESSMENTS = st.builds(
    lambda called, fetched: assessment.of_story(
        told(story(*range(1, 7)), course("pc-7", called=called, fetched=fetched))
    ),
    FINDINGS,
    FINDINGS,
)


@given(one=ASSESSMENTS, other=ASSESSMENTS)
def test_joining_again_changes_nothing(one: Assessment, other: Assessment) -> None:
    both = joined(one, other)

    assert joined(both, one) == joined(both, other) == joined(both, both) == both


def test_of_one_machine_it_is_told_what_either_incident_saw() -> None:
    one, other = (
        assessment.of_story(told(story(*numbers), each))
        for numbers, each in [((1, 2), course("pc-7", called=("f1",))), ((3, 4), course("pc-7", fetched=("f4",)))]
    )

    [both] = joined(one, other).courses

    findings = {point.number: point.findings for point in both.points if point.sight is Sight.SEEN}
    assert {finding for seen in findings.values() for finding in seen} == {"f1", "f4"}
    assert (both.patterns, both.checks) == ((3,), ())
    assert joined(other, one).courses[0].patterns == (3,)


@given(whole=ASSESSMENTS, mine=st.sets(st.sampled_from(UIDS), min_size=1, max_size=5))
def test_what_a_part_lost_makes_its_patterns_wider_and_never_narrower(whole: Assessment, mine: set[str]) -> None:
    share = Share(frozenset(mine), frozenset(UIDS) - mine)

    left = part(whole, share, (START, START))

    for course_of_part in left.courses:
        assert set(course_of_part.patterns) >= set(whole.courses[0].patterns)
        told_by = {uid for point in course_of_part.points for uid in point.findings}
        assert told_by <= mine
    assert all(set(stage.findings) <= mine for stage in left.stages)
    assert part(left, share, (START, START)) == left


@pytest.mark.django_db
def test_logs_that_were_read_again_and_say_less_leave_less_of_it(company: None) -> None:
    record([told(story(1, 2, 3), course("pc-7", called=("f1",), fetched=("f3",)), score=70)], NOW)
    anew = told(story(1, 2), course("pc-7", called=("f1",)), score=30)
    record([anew], LATER)

    revise("101", {"f1", "f2", "f3"}, {entry.finding: entry for entry in anew.timeline}, [anew], LATER)

    kept = Incident.objects.get()
    assert assessment.of_incident(kept) == assessment.of_story(anew)
    assert kept.priority_score == 30


@pytest.mark.django_db
def test_what_the_lake_told_before_stays_true_where_nobody_looked_again(company: None) -> None:
    mail = Around(START, "e1", "mail-1", "mail", "", Trace.MAIL, "order.doc")
    visit = Around(START + timedelta(minutes=1), "e2", "fg-1", "utm", "pc-7", Trace.VISIT, "cdn.example")
    first = Lookback((mail,), (Contact("cdn.example", START, 2, ("pc-7",)),), START)
    record([replace(told(story(1, 2)), lookback=first)], NOW)

    record([told(story(1, 2, 3))], LATER)
    assert assessment.of_incident(Incident.objects.get()).lookback == first

    record([replace(told(story(1, 2, 3, 4)), lookback=Lookback((mail, visit), (), START))], LATER)
    now = assessment.of_incident(Incident.objects.get()).lookback
    assert now is not None
    assert [event.event for event in now.around] == ["e1", "e2"]
