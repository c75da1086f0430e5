"""Lines of a story lie in the lane where they were seen and reach into those that they touch."""

from datetime import UTC, datetime, timedelta

import pytest

from hinomi.console.conftest import Town
from hinomi.console.incidents import evidence, story
from hinomi.console.incidents.evidence import Touch
from hinomi.console.incidents.story import Line
from hinomi.console.shell import store
from hinomi.incidents import queries
from hinomi.incidents.assessment import Assessment
from hinomi.incidents.models import Incident, Link
from hinomi.lake.lake import Lake
from hinomi.ocsf.course import Around, Lookback, Trace

NOON = datetime(2022, 12, 6, 3, 0, tzinfo=UTC)
HOME = "cdn.example"


def line(minute: int, kind: str, uid: str = "") -> Line:
    return Line(NOON + timedelta(minutes=minute), uid or f"f{minute}", "s-1", kind, "見つかったこと", severity_id=4)


def told(*pairs: tuple[Line, Touch]) -> story.Story:
    return story.story([line for line, _ in pairs], {line.uid: touch for line, touch in pairs})


def drawn(step: story.Step) -> str:
    """``●`` seen, ``○`` touched, ``─`` between them."""
    marks = {"seen": "●", "touches": "○"}
    return "".join(marks.get(cell.mark) or ("─" if cell.through else " ") for cell in step.cells)


def test_mail_pc_and_gateway_have_lanes_of_their_own() -> None:
    shown = told((line(1, "mail"), Touch()), (line(2, "edr"), Touch()), (line(3, "utm"), Touch()))

    assert [lane.key for lane in shown.lanes] == ["mail", "pc ", "gate"]
    assert [drawn(step) for step in shown.steps] == ["●  ", " ● ", "  ●"]


def test_each_machine_has_a_lane_and_what_the_gateway_saw_reaches_from_it_to_the_outside() -> None:
    shown = told(
        (line(1, "edr"), Touch("PC-07")),
        (line(2, "utm"), Touch("PC-07", outside=HOME)),
        (line(3, "endpoint"), Touch("SV-01")),
    )

    assert [lane.name for lane in shown.lanes] == ["", "PC-07", "SV-01", "", ""]
    assert [drawn(step) for step in shown.steps] == [" ●   ", " ○─●○", "  ●  "]
    assert str(shown.steps[2].lane.words) == "PC"


def test_the_machines_beyond_the_fourth_share_a_lane() -> None:
    shown = told(*((line(number, "edr"), Touch(f"PC-{number}")) for number in range(6)))

    assert [lane.name or lane.key for lane in shown.lanes] == ["mail", "PC-0", "PC-1", "PC-2", "PC-3", "pcs", "gate"]
    assert drawn(shown.steps[5]) == "     ● "


def test_a_machine_nobody_knows_is_some_pc() -> None:
    shown = told((line(1, "edr"), Touch()), (line(2, "edr"), Touch("PC-07")))

    assert [lane.name or lane.key for lane in shown.lanes] == ["mail", "pc ", "PC-07", "gate"]


def test_a_lane_for_other_sensors_is_there_only_when_one_saw_something() -> None:
    shown = told((line(1, "waf"), Touch()))

    assert [lane.key for lane in shown.lanes] == ["mail", "pc ", "gate", "other"]
    assert drawn(shown.steps[0]) == "   ●"


def test_one_that_was_seen_without_a_sensor_between_has_no_line_through() -> None:
    assert not any(cell.through for cell in told((line(1, "mail"), Touch())).steps[0].cells)


def test_what_went_from_one_machine_to_another_touches_both() -> None:
    shown = told((line(1, "edr"), Touch("PC-07", peer="SV-01")))

    assert drawn(shown.steps[0]) == " ●○ "


def test_ordinary_events_stand_between_the_findings_and_are_told_once() -> None:
    before = Around(datetime(2022, 12, 6, 2, 58), "e1", "s-2", "mail", "", Trace.MAIL, "order.doc")
    found = Around(datetime(2022, 12, 6, 3, 1), "f1", "s-1", "edr", "PC-07", Trace.FILE, "order.doc")

    shown = story.lines([], (found, before))

    assert [(one.uid, one.is_finding, one.title) for one in shown] == [
        ("e1", False, "「order.doc」に関わるメールが届いた"),
        ("f1", False, "「order.doc」を作った、開いた、または動かした"),
    ]


@pytest.mark.django_db
def test_a_finding_is_not_told_again_as_an_ordinary_event(town: Town) -> None:
    entries = queries.timeline(Incident.objects.get(pk=town.incidents["701"]))
    again = Around(datetime(2022, 12, 19, 1, 21), entries[0].finding, "utm", "utm", "", Trace.VISIT, HOME)

    assert [one.uid for one in story.lines(entries, (again,))] == [entry.finding for entry in entries]


@pytest.mark.django_db
def test_the_lake_says_what_the_lines_name(town: Town) -> None:
    incident = Incident.objects.get(pk=town.incidents["701"])
    entries = queries.timeline(incident)
    times = {entry.finding: entry.time for entry in entries}

    named = evidence.touches(store.lake(), "701", times, (), Assessment())

    assert named[entries[0].finding] == Touch("PC-701-3", ("suzuki-701",), "", "203.0.113.66")
    assert evidence.touches(store.lake(), "702", times, (), Assessment()) == {}


@pytest.mark.django_db
def test_what_the_lake_no_longer_keeps_is_told_by_the_links(town: Town, tmp_path: object) -> None:
    links = [
        Link(finding="f2", other="f1", kind="host", value="PC-07", reason=""),
        Link(finding="f3", other="f2", kind="contact", value=HOME, reason=""),
        Link(finding="f3", other="f1", kind="user", value="yamada", reason=""),
        Link(finding="f3", other="f1", kind="event", value="e1", reason=""),
    ]

    mail = Around(datetime(2022, 12, 6, 2, 58), "e9", "s-2", "edr", "pc-07", Trace.FILE, "order.doc")
    known = Assessment(lookback=Lookback((mail,)))

    named = evidence.touches(Lake(tmp_path), "701", {"f1": NOON}, links, known)

    assert named == {
        "f1": Touch("PC-07", ("yamada",)),
        "f2": Touch("PC-07", (), "", HOME),
        "f3": Touch("", ("yamada",), "", HOME),
        "e9": Touch("PC-07"),
    }
