"""What each of the five detection points saw on a machine, and why it saw nothing."""

from collections.abc import Mapping, Sequence
from typing import Final

from hinomi.ocsf.course import Cause, Point, Sight
from hinomi.pipeline.correlate.course.contact import Scheme
from hinomi.pipeline.surroundings.presence import Presence

NUMBERS: Final = (1, 2, 3, 4, 5)
OF_EDR: Final = (1, 2, 5)
DOWNLOAD: Final = 4
"""The point that sees http only."""
NO_EDR: Final = {
    Presence.SILENT: Cause.SILENT,
    Presence.NO_SENSOR: Cause.NO_EDR,
    Presence.NOT_ON_MACHINE: Cause.NO_EDR_ON_MACHINE,
    Presence.MACHINE_UNKNOWN: Cause.MACHINE_UNKNOWN,
}
NO_UTM: Final = {Presence.SILENT: Cause.SILENT}
BLIND: Final = {Scheme.HTTPS: Cause.ENCRYPTED, Scheme.UNKNOWN: Cause.MAYBE_ENCRYPTED}


def points(fired: Mapping[int, Sequence[str]], edr: Presence, utm: Presence, scheme: Scheme) -> tuple[Point, ...]:
    """All five, in order; ``fired`` gives the findings of those that saw something."""
    return tuple(point(number, tuple(fired.get(number, ())), edr, utm, scheme) for number in NUMBERS)


def point(number: int, findings: tuple[str, ...], edr: Presence, utm: Presence, scheme: Scheme) -> Point:
    if findings:
        return Point(number, Sight.SEEN, None, findings)
    if number in OF_EDR:
        return Point(number, Sight.NOTHING) if edr is Presence.THERE else Point(number, Sight.NOT_THERE, NO_EDR[edr])
    if utm is not Presence.THERE:
        return Point(number, Sight.NOT_THERE, NO_UTM.get(utm, Cause.NO_UTM))
    if number == DOWNLOAD and scheme is not Scheme.HTTP:
        return Point(number, Sight.BLIND, BLIND[scheme])
    return Point(number, Sight.NOTHING)
