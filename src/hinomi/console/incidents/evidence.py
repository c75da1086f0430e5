"""What the lines of a timeline name: machine, people, file, other end. From the lake, else from what links them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hinomi.incidents.models import Link
from hinomi.lake.lake import Lake
from hinomi.ocsf.schema import conform
from hinomi.pipeline.correlate.sighting import Sighting, described, sightings

NAMED = """
SELECT * EXCLUDE (raw_data, unmapped) FROM {table} WHERE "metadata.uid" IN (SELECT unnest(?::VARCHAR[]))
"""
BY_LINK = {
    "host": "machine",
    "address": "machine",
    "user": "account",
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


def touches(lake: Lake, tenant: str, times: Mapping[str, datetime], links: Iterable[Link]) -> dict[str, Touch]:
    """By uid of the lines; ``times`` are theirs, aware. What the lake no longer keeps is told by what links it."""
    found = of_lake(lake, tenant, times)
    for uid, touch in of_links(links).items():
        found.setdefault(uid, touch)
    return found


def of_lake(lake: Lake, tenant: str, times: Mapping[str, datetime]) -> dict[str, Touch]:
    seen: list[Sighting] = []
    wanted = {uid: time.astimezone(UTC).replace(tzinfo=None) for uid, time in times.items()}
    for table in ("findings", "events"):
        if wanted:
            since, until = min(wanted.values()), max(wanted.values()) + timedelta(microseconds=1)
            answer = lake.ask(tenant, NAMED.format(table=table), [sorted(wanted)], since=since, until=until)
            seen += sightings(described(conform(answer.frame())))
            known = {one.uid for one in seen}
            wanted = {uid: time for uid, time in wanted.items() if uid not in known}
    names = names_of_addresses(seen)
    return {one.uid: touch(one, names) for one in seen}


def names_of_addresses(seen: Iterable[Sighting]) -> dict[str, str]:
    """The machine behind an address, where the timeline names one and no other."""
    hosts: dict[str, dict[str, str]] = defaultdict(dict)
    for one in seen:
        if one.address and one.host:
            hosts[one.address].setdefault(one.host.lower(), one.host)
    return {address: next(iter(named.values())) for address, named in hosts.items() if len(named) == 1}


def touch(one: Sighting, names: Mapping[str, str]) -> Touch:
    accounts = sorted(one.recipients) or ([one.user] if one.user else [])
    machine = "" if one.recipients else one.host or names.get(one.address or "", one.address or "")
    return Touch(
        machine, tuple(accounts), (one.row["file.name"] or one.file or "") if one.file else "", one.outside or ""
    )


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
