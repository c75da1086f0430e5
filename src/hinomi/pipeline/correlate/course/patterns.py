"""Which of the three patterns the five points leave possible (survey report, section 4.5 (3))."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Final

from hinomi.ocsf.course import Point, Sight

CALL: Final = (2, 3)
TOOL: Final = (4, 5)


class Act(Enum):
    """What is known of a call to the C&C server, or of a tool from it."""

    HAPPENED = auto()
    OPEN = auto()
    RULED_OUT = auto()


def act(numbers: Sequence[int], sights: Mapping[int, Sight]) -> Act:
    """It happened if one of its points saw it, and did not only if all of them looked and saw nothing."""
    of_it = {sights[number] for number in numbers}
    if Sight.SEEN in of_it:
        return Act.HAPPENED
    return Act.RULED_OUT if of_it == {Sight.NOTHING} else Act.OPEN


def patterns(points: Sequence[Point]) -> tuple[int, ...]:
    return possible({point.number: point.sight for point in points})


def possible(sights: Mapping[int, Sight]) -> tuple[int, ...]:
    """Patterns that what was seen, and not seen, does not exclude; never none.

    Encryption (point 1) belongs to all three and tells them apart in nothing. A tool comes from the C&C server: it
    implies the call though no point saw it, and without a call there is none.
    """
    call, tool = act(CALL, sights), act(TOOL, sights)
    if tool is Act.HAPPENED:
        return (3,)
    alone = (1,) if call is not Act.HAPPENED else ()
    told = (2,) if call is not Act.RULED_OUT else ()
    fetched = (3,) if call is not Act.RULED_OUT and tool is not Act.RULED_OUT else ()
    return alone + told + fetched
