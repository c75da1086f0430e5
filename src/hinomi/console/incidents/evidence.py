"""What the lines of a timeline name: machine, people, file, other end. From the lake, else from what links them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import polars as pl

from hinomi.incidents.assessment import Assessment
from hinomi.incidents.models import Link
from hinomi.lake.lake import Lake
from hinomi.ocsf.course import Course, Lookback
from hinomi.ocsf.schema import conform
from hinomi.pipeline.correlate.identity import bindings
from hinomi.pipeline.correlate.sighting import Sighting, described, sightings
from hinomi.pipeline.surroundings.machines import Machines

NAMED = """
SELECT * EXCLUDE (raw_data, unmapped) FROM {table} WHERE "metadata.uid" IN (SELECT unnest(?::VARCHAR[]))
"""
BY_LINK = {
    "host": "machine",
    "address": "machine",
    "user": "account",
    "account": "account",
    "file": "file",
    "site": "outside",
    "contact": "outside",
}
"""What the value of a link is, by its kind; others join two lines and name nothing."""


@dataclass(frozen=True)
class Touch:
    """What one line names; empty where it names none, or where nobody knows any more."""

    machine: str = ""
    accounts: tuple[str, ...] = ()
    file: str = ""
    outside: str = ""
    peer: str = ""
    """The other machine, where the line is between two of the company's own."""


def touches(
    lake: Lake, tenant: str, times: Mapping[str, datetime], links: Iterable[Link], known: Assessment
) -> dict[str, Touch]:
    """By uid of the lines; ``times`` are theirs, aware. What the lake no longer keeps is told by what is kept here."""
    found = of_lake(lake, tenant, times, of_courses(known.courses))
    for uid, touch in (of_links(links) | of_around(known.lookback)).items():
        found.setdefault(uid, touch)
    return spelled_alike(found)


def spelled_alike(found: Mapping[str, Touch]) -> dict[str, Touch]:
    """One spelling for a machine, whatever the case: the first."""
    spelling: dict[str, str] = {"": ""}
    for touch in found.values():
        for name in (touch.machine, touch.peer):
            spelling.setdefault(name.lower(), name)
    return {
        uid: replace(touch, machine=spelling[touch.machine.lower()], peer=spelling[touch.peer.lower()])
        for uid, touch in found.items()
    }


def of_lake(lake: Lake, tenant: str, times: Mapping[str, datetime], named: Mapping[str, str]) -> dict[str, Touch]:
    """``named`` are machines that the river found out, of lines that give an address alone."""
    rows: list[pl.DataFrame] = []
    wanted = {uid: time.astimezone(UTC).replace(tzinfo=None) for uid, time in times.items()}
    for table in ("findings", "events"):
        if wanted:
            since, until = min(wanted.values()), max(wanted.values()) + timedelta(microseconds=1)
            answer = lake.ask(tenant, NAMED.format(table=table), [sorted(wanted)], since=since, until=until)
            rows.append(conform(answer.frame()))
            wanted = {uid: wanted[uid] for uid in wanted.keys() - set(rows[-1]["metadata.uid"])}
    if not rows:
        return {}
    seen = described(pl.concat(rows))
    machines = Machines().also(bindings(seen))
    return {one.uid: touch(one, machines, named) for one in sightings(seen, machines)}


def touch(one: Sighting, machines: Machines, named: Mapping[str, str]) -> Touch:
    machine = "" if one.recipients else one.host or named.get(one.uid) or one.address or ""
    peer = machines.name(one.peer) if one.peer else ""
    return Touch(
        machine,
        tuple(sorted(one.recipients)) or ((one.user,) if one.user else ()),
        (one.row["file.name"] or one.file) if one.file else "",
        one.outside or "",
        peer if peer != machine else "",
    )


def of_courses(courses: Iterable[Course]) -> dict[str, str]:
    """The machine of each finding that a course has."""
    return {uid: course.machine for course in courses for point in course.points for uid in point.findings}


def of_around(lookback: Lookback | None) -> dict[str, Touch]:
    return {event.event: Touch(event.machine) for event in lookback.around} if lookback else {}


def of_links(links: Iterable[Link]) -> dict[str, Touch]:
    found: dict[str, Touch] = {}
    for link in links:
        for uid in (link.finding, link.other):
            known = found.setdefault(uid, Touch())
            match BY_LINK.get(link.kind):
                case "machine" if not known.machine:
                    found[uid] = replace(known, machine=link.value)
                case "account":
                    found[uid] = replace(known, accounts=tuple(dict.fromkeys((*known.accounts, link.value))))
                case "file" if not known.file:
                    found[uid] = replace(known, file=link.value)
                case "outside" if not known.outside:
                    found[uid] = replace(known, outside=link.value)
    return found
