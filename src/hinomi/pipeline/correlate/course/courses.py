"""The course of an infection on each machine of a story."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from hinomi.library.contracts import Kind
from hinomi.ocsf.course import Course
from hinomi.pipeline.correlate.course.checks import checks
from hinomi.pipeline.correlate.course.contact import servers
from hinomi.pipeline.correlate.course.evidence import evidence
from hinomi.pipeline.correlate.course.part import Part, in_order, parts
from hinomi.pipeline.correlate.course.patterns import patterns
from hinomi.pipeline.correlate.course.points import points
from hinomi.pipeline.correlate.course.seeing import NothingKnown, Seeing
from hinomi.pipeline.correlate.course.steps import steps
from hinomi.pipeline.correlate.sighting import Sighting
from hinomi.pipeline.surroundings.presence import Presence

AFTER: Final = timedelta(hours=1)
"""How long a sensor has to have watched on for its silence to mean that nothing followed."""


def courses(
    group: Sequence[Sighting], coverage: Seeing | None = None, beside: Iterable[Sighting] = ()
) -> tuple[Course, ...]:
    """One for each infected machine of a story's sightings, the one seen first before; none where nothing hostile ran.

    ``beside``: what else was found, stopped or slight. It makes no infection, but a sensor that saw a call or a
    download did not see nothing. The result depends on what the sightings are, not on their order, and one told twice
    is one.
    """
    told = in_order({one.uid: one for one in group}.values())
    known, slight = servers(told), tuple(beside)
    infected = [part for part in parts(told) if evidence(part, known).infected]
    return tuple(course(part, told, slight, coverage or NothingKnown()) for part in infected)


def course(part: Part, group: Sequence[Sighting], beside: Sequence[Sighting], coverage: Seeing) -> Course:
    shown = evidence(part.and_beside(beside, part.own[-1].time + AFTER), servers(group))
    uids = {number: tuple(one.uid for one in seen) for number, seen in shown.fired.items()}
    all_five = points(uids, edr(part, group, coverage), utm(part, group, coverage), shown.scheme)
    left = patterns(all_five)
    return Course(part.machine, left, all_five, steps(all_five, left, shown.fired), checks(all_five, left))


def edr(part: Part, group: Sequence[Sighting], coverage: Seeing) -> Presence:
    """A finding of its own proves that an EDR was on the machine; one on another machine, that there is one at all.

    Only sensors of kind EDR prove one: what Windows writes down does not check URLs or tools.
    """
    known = coverage.edr(part.host, part.address, part.own[0].time, part.own[-1].time + AFTER)
    if known is Presence.SILENT or known is Presence.THERE:
        return known
    if any(one.kind == Kind.EDR for one in part.own):
        return Presence.THERE
    if known is Presence.NO_SENSOR and any(one.kind == Kind.EDR for one in group):
        return Presence.NOT_ON_MACHINE if part.host else Presence.MACHINE_UNKNOWN
    return known


def utm(part: Part, group: Sequence[Sighting], coverage: Seeing) -> Presence:
    known = coverage.utm(part.own[0].time, part.own[-1].time + AFTER)
    if known is not Presence.SILENT and any(one.kind == Kind.UTM for one in group):
        return Presence.THERE
    return known
