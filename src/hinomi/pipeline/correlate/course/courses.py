"""The course of an infection on each machine of a story."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from hinomi.library.contracts import Kind
from hinomi.ocsf.course import Course
from hinomi.pipeline.correlate.course.checks import checks
from hinomi.pipeline.correlate.course.contact import servers
from hinomi.pipeline.correlate.course.evidence import Evidence, evidence
from hinomi.pipeline.correlate.course.part import Part, parts
from hinomi.pipeline.correlate.course.patterns import patterns
from hinomi.pipeline.correlate.course.points import points
from hinomi.pipeline.correlate.course.seeing import NothingKnown, Seeing
from hinomi.pipeline.correlate.course.steps import steps
from hinomi.pipeline.correlate.sighting import Sighting
from hinomi.pipeline.surroundings.presence import Presence

AFTER: Final = timedelta(hours=1)
"""How long a sensor has to have watched on for its silence to mean that nothing followed."""


def courses(group: Sequence[Sighting], coverage: Seeing | None = None) -> tuple[Course, ...]:
    """One for each infected machine of a story's sightings, the one seen first before; none where nothing hostile ran.

    The result depends on what the sightings are, not on their order, and one told twice is one.
    """
    told = sorted({one.uid: one for one in group}.values(), key=lambda one: (one.time, one.uid))
    known = servers(told)
    found = ((part, evidence(part, known)) for part in parts(told))
    return tuple(course(part, shown, told, coverage or NothingKnown()) for part, shown in found if shown.infected)


def course(part: Part, shown: Evidence, group: Sequence[Sighting], coverage: Seeing) -> Course:
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
