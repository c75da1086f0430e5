"""Which findings fire which of the five detection points on a machine (survey report, section 4.5 (3))."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hinomi.library.contracts import Kind
from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.inside import lies_inside
from hinomi.pipeline.correlate.course.contact import FILES, HTTP, HTTPS, Scheme, Servers, is_call, scheme
from hinomi.pipeline.correlate.course.part import Part
from hinomi.pipeline.correlate.sighting import Sighting

GATE: Final = (Kind.UTM, Kind.ROUTER, Kind.IDS, Kind.SERVER)
VIRUS: Final = ("malware", "defender_detection")
RAN: Final = (
    "process_behaviour",
    "suspicious_command",
    "unregistered_application",
    "persistence",
    "protection_weakened",
    "intrusion",
)
HANDS: Final = ("credential_theft", "lateral_movement", "remote_control_tool")
"""What somebody does with a tool, and no mail's attachment does by itself."""
PROGRAM: Final = re.compile(r"\.(exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|jar|lnk)$")
MAIL_PORTS: Final = (25, 110, 143, 465, 587, 993, 995)


@dataclass(frozen=True)
class Evidence:
    """The sightings that fired each point, in order of time, and how the machine talks to its C&C server."""

    fired: dict[int, tuple[Sighting, ...]]
    scheme: Scheme
    infected: bool
    """Something hostile runs, or ran, on the machine: more than that it met something bad."""


def evidence(part: Part, known: Servers) -> Evidence:
    """``known``: the C&C servers of the whole story.

    The infection began with its first sign, and what came in by then is the virus itself: point 4 is a file fetched
    after that, point 5 what runs after the first call or download, neither of them a file that was named before.
    """
    own = part.own
    calls = [one for one in own if is_call(one, known)]
    brought = [one for one in part.mails if one.aspect in ("mail_malware", *FILES) and not one.stopped]
    named = first_named([*own, *brought])
    begun = earliest([*calls, *brought, *(one for one in own if is_sign(one))])
    got = [one for one in own if is_fetched(one)]
    tools = [one for one in got if is_after(one, begun) and is_new(one, named, begun)]
    asked = earliest([*calls, *tools])
    theirs = {name for one in tools for name in names(one)}
    at_work = [one for one in own if names(one) & theirs or is_new_program(one, named, asked) or is_hand(one, begun)]
    came_in = brought or any(not one.stopped for one in got)
    return Evidence(
        fired={
            1: tuple(one for one in own if one.is_endpoint and one.aspect == "ransomware"),
            2: tuple(one for one in calls if one.is_endpoint),
            3: tuple(one for one in calls if one.kind in GATE),
            4: tuple(tools),
            5: tuple(one for one in at_work if one.is_endpoint),
        },
        scheme=scheme([*calls, *tools]),
        infected=bool(calls) or ran(own) or bool(came_in and carried_out(own)),
    )


def earliest(seen: Iterable[Sighting]) -> datetime | None:
    return min((one.time for one in seen), default=None)


def is_after(one: Sighting, moment: datetime | None) -> bool:
    return moment is not None and one.time > moment


def names(one: Sighting) -> set[str]:
    return {name.lower() for name in (one.file, one.sha256) if name}


def first_named(seen: Iterable[Sighting]) -> dict[str, datetime]:
    """Names and hashes of files, and when each was first seen."""
    found: dict[str, datetime] = {}
    for one in seen:
        for name in names(one):
            found[name] = min(one.time, found.get(name, one.time))
    return found


def is_new(one: Sighting, named: dict[str, datetime], moment: datetime | None) -> bool:
    """Whether nothing that it names was named by that moment; what names nothing is new."""
    return moment is not None and all(named[name] > moment for name in names(one))


def is_sign(one: Sighting) -> bool:
    """An infection has begun on the machine by then; ordinary behaviour that an EDR mentions is no sign."""
    if one.is_endpoint and one.aspect in (*VIRUS, *HANDS, "ransomware"):
        return one.severity >= SeverityId.MEDIUM
    return one.is_endpoint and one.aspect in RAN and one.severity >= SeverityId.HIGH


def is_fetched(one: Sighting) -> bool:
    """A gate saw a bad file that the machine asked for: not one sent to it by mail or brought to its server."""
    if one.kind not in GATE or one.aspect not in FILES or one.row["email.subject"] or one.row["email.from"]:
        return False
    to, port = one.row["dst_endpoint.ip"], one.row.get("dst_endpoint.port")
    if port in MAIL_PORTS:
        return False
    if not to or not lies_inside(to):
        return True
    # A device may write the flow of the file, from the web server to the machine, or the request to a proxy inside.
    source, from_port = one.row.get("src_endpoint.ip"), one.row.get("src_endpoint.port")
    return from_port in (HTTP, HTTPS) or bool(one.site and source and lies_inside(source))


def is_new_program(one: Sighting, named: dict[str, datetime], asked: datetime | None) -> bool:
    """A program that nothing named before the machine first asked its C&C server, and that runs or is made after."""
    if one.severity < SeverityId.MEDIUM or not is_after(one, asked) or not is_new(one, named, asked):
        return False
    if one.aspect == "process_behaviour":
        return bool(one.file and PROGRAM.search(one.file))
    return one.aspect == "unregistered_application" or (one.aspect in VIRUS and bool(names(one)))


def is_hand(one: Sighting, begun: datetime | None) -> bool:
    return one.aspect in HANDS and one.severity >= SeverityId.MEDIUM and is_after(one, begun)


def ran(own: Sequence[Sighting]) -> bool:
    """A virus at work on the machine; one that was stopped in its file did not run."""
    return any(one.is_grave and one.is_endpoint and one.aspect in (*VIRUS, "ransomware") for one in own)


def carried_out(own: Sequence[Sighting]) -> bool:
    return any(one.is_grave and is_sign(one) for one in own)
