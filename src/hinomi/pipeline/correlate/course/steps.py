"""The thirteen steps of the survey report's table (section 4.5 (3)) for one infection.

A step did not happen where no pattern that is still possible has it, or where its point looked and saw nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from hinomi.ocsf.course import Happening, Point, Sight, Step
from hinomi.pipeline.correlate.sighting import Sighting

OF_POINT = {
    Sight.SEEN: Happening.SEEN,
    Sight.NOTHING: Happening.NOT_HAPPENED,
    Sight.BLIND: Happening.INVISIBLE,
    Sight.NOT_THERE: Happening.INVISIBLE,
}


def steps(
    points: Sequence[Point], patterns: Sequence[int], fired: Mapping[int, Sequence[Sighting]]
) -> tuple[Step, ...]:
    """All thirteen, in order. ``fired``: the sightings of each point.

    What a device on the PC stops has begun there and counts as seen. What a gate stops has not passed it: then the
    steps behind the gate did not happen, unless a later point saw that they did, or nobody could have told whether
    another try, unseen, got through.
    """
    sight = {point.number: point.sight for point in points}
    uids = {point.number: point.findings for point in points}
    own = {number: OF_POINT[sight[number]] for number in sight}
    tool_seen = Sight.SEEN in (sight[4], sight[5])
    call_seen = tool_seen or Sight.SEEN in (sight[2], sight[3])
    maybe_call = Happening.INVISIBLE if set(patterns) & {2, 3} else Happening.NOT_HAPPENED
    maybe_tool = Happening.INVISIBLE if 3 in patterns else Happening.NOT_HAPPENED
    calls, downloads, runs = uids[2] + uids[3], uids[4], uids[5]

    message = Happening.INFERRED if any(not one.stopped for one in fired[1]) else Happening.INVISIBLE
    asked = Happening.INFERRED if call_seen else maybe_call
    sent = Happening.INFERRED if tool_seen else maybe_tool
    stayed = maybe_tool if call_seen else maybe_call
    went = Happening.INFERRED if tool_seen or passed([*fired[2], *fired[3]]) else stayed
    unseen = own[5] if downloads else maybe_tool
    arrived = Happening.INFERRED if runs or passed(fired[4]) else unseen
    table: tuple[tuple[Happening, tuple[str, ...]], ...] = (
        (own[1], uids[1]),
        (message if uids[1] else own[1], uids[1]),
        (own[1], uids[1]),
        (own[2], uids[2]) if uids[2] else (asked, calls or downloads or runs),
        (own[2], uids[2]),
        (own[3], uids[3]),
        (went, calls or downloads or runs),
        (went, calls or downloads or runs),
        (sent, downloads or runs),
        (own[4] if downloads or 3 in patterns else Happening.NOT_HAPPENED, downloads),
        (arrived, runs or downloads),
        (own[5], runs),
        (own[5], runs),
    )
    evident = (Happening.SEEN, Happening.INFERRED)
    return tuple(
        Step(number, happening, findings if happening in evident else ())
        for number, (happening, findings) in enumerate(table, start=1)
    )


def passed(seen: Sequence[Sighting]) -> bool:
    """Whether something of it got out of the company, or in: to some destination not all was stopped.

    Where the gate saw a destination its word counts, for it is the last on the way out; else that of the PC.
    """
    by_destination: dict[str | None, list[Sighting]] = defaultdict(list)
    for one in seen:
        by_destination[one.outside].append(one)
    for held in by_destination.values():
        at_gate = [one for one in held if not one.is_endpoint]
        if any(not one.stopped for one in at_gate or held):
            return True
    return False
