"""Assessments of incidents that were put together or taken apart, until the river tells them anew. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hinomi.incidents.assessment import Assessment
from hinomi.ocsf.course import (
    PATTERNS,
    Contact,
    Course,
    Happening,
    Lookback,
    Point,
    Priority,
    Sight,
    Spread,
    Stage,
    StageName,
    Step,
)

SURE = (Happening.SEEN, Happening.INFERRED, Happening.INVISIBLE, Happening.NOT_HAPPENED)
"""Of two tellings of a step the one that comes first holds."""
CALLED, FETCHED = {2, 3}, {4, 5}
"""Points that tell of a request to the C&C server, and of a tool."""


def joined(one: Assessment, other: Assessment) -> Assessment:
    """What is known of both; where they speak of the same machine, what either saw. Joining a part changes nothing."""
    courses = {course.machine: course for course in one.courses}
    for course in other.courses:
        known = courses.get(course.machine)
        courses[course.machine] = course if known is None else joined_course(known, course)
    return Assessment(
        courses=tuple(courses.values()),
        stages=joined_stages((*one.stages, *other.stages)),
        spread=joined_spread(one.spread, other.spread),
        priority=more_urgent(one.priority, other.priority),
        lookback=joined_lookback(one.lookback, other.lookback),
    )


def joined_course(one: Course, other: Course) -> Course:
    """A point saw what either saw, and nothing only where both looked; the set of patterns gets no narrower by a
    silence."""
    points = tuple(joined_point(*pair) for pair in zip(one.points, other.points, strict=True))
    fired = {point.number for point in points if point.sight is Sight.SEEN}
    either = tuple(sorted({*one.patterns, *other.patterns}))
    patterns = (3,) if fired & FETCHED else tuple(left for left in either if left > 1) if fired & CALLED else either
    return Course(
        one.machine,
        patterns,
        points,
        tuple(joined_step(*pair) for pair in zip(one.steps, other.steps, strict=True)),
        tuple(dict.fromkeys((*one.checks, *other.checks))) if len(patterns) > 1 else (),
    )


def joined_point(one: Point, other: Point) -> Point:
    findings = tuple(dict.fromkeys((*one.findings, *other.findings)))
    if findings:
        return Point(one.number, Sight.SEEN, None, findings)
    return other if one.sight is Sight.NOTHING else one


def joined_step(one: Step, other: Step) -> Step:
    findings = tuple(dict.fromkeys((*one.findings, *other.findings)))
    return Step(one.number, min(one.happening, other.happening, key=SURE.index), findings)


def joined_stages(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    found: dict[StageName, Stage] = {}
    for stage in stages:
        known = found.get(stage.name)
        found[stage.name] = stage if known is None else both(known, stage)
    return tuple(found[name] for name in StageName if name in found)


def both(one: Stage, other: Stage) -> Stage:
    return Stage(
        one.name,
        min(one.first, other.first),
        max(one.last, other.last),
        one.stopped and other.stopped,
        tuple(dict.fromkeys((*one.findings, *other.findings))),
    )


def joined_spread(one: Spread | None, other: Spread | None) -> Spread | None:
    if one is None or other is None:
        return one or other
    return Spread(
        machines=tuple(dict.fromkeys((*one.machines, *other.machines))),
        accounts=tuple(dict.fromkeys((*one.accounts, *other.accounts))),
        outside=tuple(dict.fromkeys((*one.outside, *other.outside))),
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        found=min(one.found, other.found),
        before_watch=one.before_watch or other.before_watch,
        files=tuple(dict.fromkeys((*one.files, *other.files))),
    )


def more_urgent(one: Priority | None, other: Priority | None) -> Priority | None:
    if one is None or other is None:
        return one or other
    return other if other.score > one.score else one


def joined_lookback(one: Lookback | None, other: Lookback | None) -> Lookback | None:
    """Of an other end that both looked for, the look that reached further back."""
    if one is None or other is None:
        return one or other
    events = {event.event: event for event in (*other.around, *one.around)}
    contacts: dict[str, Contact] = {}
    for contact in (*one.contacts, *other.contacts):
        known = contacts.get(contact.outside)
        if known is None or (contact.first, -contact.count) < (known.first, -known.count):
            contacts[contact.outside] = contact
    return Lookback(
        around=tuple(sorted(events.values(), key=lambda event: (event.time, event.event))),
        contacts=tuple(contacts.values()),
        watched_since=min(filter(None, (one.watched_since, other.watched_since)), default=None),
    )


@dataclass(frozen=True)
class Share:
    """What a part has of an incident's timeline, and what the others have.

    Findings that no timeline shows (equal ones beyond the first few) go where one of their like is.
    """

    mine: frozenset[str]
    theirs: frozenset[str]

    def of(self, findings: Iterable[str]) -> tuple[str, ...]:
        findings = tuple(findings)
        left = tuple(finding for finding in findings if finding not in self.theirs)
        return left if len(left) == len(findings) or not self.mine.isdisjoint(left) else ()


def part(whole: Assessment, share: Share, times: tuple[datetime, datetime]) -> Assessment:
    """What is left of an assessment for a part of its findings; ``times`` (naive UTC) are their first and last.

    What only the others told is gone; a set of patterns gets wider by it and never narrower. Machines, accounts,
    destinations and ordinary events stay named, for the desk does not know which finding named them; so does the
    priority, until the part is told by itself.
    """
    courses = (part_course(course, share) for course in whole.courses)
    stages = (replace(stage, findings=share.of(stage.findings)) for stage in whole.stages)
    first, last = times
    return Assessment(
        courses=tuple(course for course in courses if course is not None),
        stages=tuple(stage for stage in stages if stage.findings),
        spread=replace(whole.spread, first=first, last=last, found=first) if whole.spread else None,
        priority=whole.priority,
        lookback=whole.lookback,
    )


def part_course(course: Course, share: Share) -> Course | None:
    """The machine's course as far as these findings tell it; None if they tell nothing of it."""
    points = tuple(part_point(point, share) for point in course.points)
    if points == course.points:
        return course
    if not any(point.findings for point in points):
        return None
    steps = tuple(part_step(step, share) for step in course.steps)
    return replace(course, points=points, patterns=possible(points), steps=steps)


def possible(points: Iterable[Point]) -> tuple[int, ...]:
    """Patterns that what was seen allows; nothing is ruled out by what was not."""
    fired = {point.number for point in points if point.sight is Sight.SEEN}
    if fired & FETCHED:
        return (3,)
    return (2, 3) if fired & CALLED else PATTERNS


def part_point(point: Point, share: Share) -> Point:
    left = share.of(point.findings)
    return replace(point, findings=left, sight=Sight.NOTHING if point.findings and not left else point.sight)


def part_step(step: Step, share: Share) -> Step:
    left = share.of(step.findings)
    lost = bool(step.findings) and not left
    return replace(step, findings=left, happening=Happening.INVISIBLE if lost else step.happening)
