"""What an incident is, apart from whose machine it was on and when; what it has that was not decided over. Pure.

Two incidents are alike, and make one cluster, if they are of one kind, about the same thing, and noticed by the same
rules. All else that they are (programs, other ends, kinds of machines, how far it got) is the context that a decision
was made over: an incident is answered by a decision only if nothing of it lies outside.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import chain
from typing import Any

from hinomi.ocsf.incident import Nature

VERDICT = "verdict/"
"""What a sensor itself says comes under one rule for each product: its title tells what it is."""
LONG_NUMBER = re.compile(r"\d{6,}")
"""A date or a ticket. A short number may be all that tells two viruses, or two flaws, apart."""
SHORT = 3
"""A person's or machine's name of fewer letters may be part of any word."""
PATH = re.compile(r"^(?:[a-z]:|[\\/])")
UNSTATED = "pc"
"""Class of a machine of which nobody stated what it is."""
UNKNOWN = ""
"""Which machine or program it was is not known: that, too, must have been decided over."""
STOPPED, PASSED = "stopped", "passed"
ABOUT_SENSORS = ("sensor_silent", "sensor_trouble", "sensor_clock")
ABOUT_MACHINES = (
    *("antivirus_off", "antivirus_old", "antivirus_no_scan", "edr_missing", "edr_stopped", "disk_full"),
    *("device_fault", "pc_fault"),
)
"""Kinds that are about what a device is like, and not about what happened on it."""


class Facet(StrEnum):
    """In the order in which a page names them."""

    THINGS = "things"
    """What the card names: a destination, a file, a program, a virus."""
    RULES = "rules"
    PROGRAMS = "programs"
    ENDS = "ends"
    HOSTS = "hosts"
    """Classes of machines: :class:`hinomi.tenants.models.MachineRole`, or :data:`UNSTATED`."""
    OUTCOMES = "outcomes"
    """Whether the devices stopped it: :data:`STOPPED`, :data:`PASSED`, or both."""
    DEVICES = "devices"
    """Of what is about a sensor or a machine itself: that one is silent, or unprotected, says nothing of another."""
    STAGES = "stages"
    """Stages reached that were not stopped: :class:`hinomi.ocsf.course.StageName`."""


Facets = Mapping[Facet, frozenset[str]]


@dataclass(frozen=True)
class Likeness:
    """``severity_id`` is OCSF's."""

    kind: str
    severity_id: int
    facets: Facets = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Of the cluster; fit for a URL."""
        return digest(self.kind, *(sorted(self.of(facet)) for facet in (Facet.THINGS, Facet.RULES)))

    @property
    def state(self) -> str:
        """Changes with anything that a decision is made over."""
        return digest(self.kind, self.severity_id, *(sorted(self.of(facet)) for facet in Facet))

    def of(self, facet: Facet) -> frozenset[str]:
        return self.facets.get(facet, frozenset())

    def to_json(self) -> dict[str, list[str]]:
        return {facet.value: sorted(self.of(facet)) for facet in Facet}


@dataclass(frozen=True)
class Beyond:
    """What of an incident lies outside of what a decision was made over."""

    facets: Facets
    graver: bool = False

    def __bool__(self) -> bool:
        return self.graver or bool(self.facets)

    def of(self, facet: Facet) -> frozenset[str]:
        return self.facets.get(facet, frozenset())


def beyond(one: Likeness, decided: Likeness) -> Beyond:
    """False in a condition where the decision covers all of it; a decision on another kind covers nothing."""
    if one.kind != decided.kind:
        return Beyond(one.facets, graver=True)
    new = {facet: left for facet in Facet if (left := one.of(facet) - decided.of(facet))}
    return Beyond(new, one.severity_id > decided.severity_id)


def together(likenesses: Iterable[Likeness]) -> Likeness:
    """What a decision over all of these is made over; there is at least one."""
    each = list(likenesses)
    facets = {facet: frozenset(chain.from_iterable(one.of(facet) for one in each)) for facet in Facet}
    return Likeness(each[0].kind, max(one.severity_id for one in each), facets)


def from_json(kind: str, severity_id: int, facets: Mapping[str, Collection[str]]) -> Likeness:
    return Likeness(kind, severity_id, {facet: frozenset(facets.get(facet.value, ())) for facet in Facet})


@dataclass(frozen=True)
class Line:
    """A finding of an incident; ``nature`` is None where nothing is known of it but its title."""

    title: str
    nature: Nature | None = None
    sensor: str = ""


@dataclass(frozen=True)
class Whose:
    """Names that say whose an incident is, and not what it is."""

    host: str = ""
    address: str = ""
    user: str = ""


def likeness(
    kind: str,
    severity_id: int,
    thing: str,
    lines: Sequence[Line],
    machines: Mapping[str, str],
    stages: Iterable[str],
    whose: Whose,
) -> Likeness:
    """``thing`` is what the card names, or empty; ``machines`` have their class by name; ``stages``: not stopped."""
    natures = [line.nature for line in lines if line.nature]
    facets = {
        Facet.THINGS: {named(thing)} if thing else set(),
        Facet.RULES: {rule(line, whose) for line in lines},
        Facet.PROGRAMS: set(chain.from_iterable(nature.programs or (UNKNOWN,) for nature in natures)),
        Facet.ENDS: set(chain.from_iterable(nature.ends for nature in natures)),
        Facet.HOSTS: set(machines.values()) or {UNKNOWN},
        Facet.OUTCOMES: {STOPPED if nature.stopped else PASSED for nature in natures},
        Facet.DEVICES: set(devices(kind, lines, machines)),
        Facet.STAGES: set(stages),
    }
    return Likeness(kind, severity_id, {facet: frozenset(values) for facet, values in facets.items()})


def rule(line: Line, whose: Whose) -> str:
    """The rule that noticed it; of what a sensor itself says, its title without names and dates."""
    uid = line.nature.rule if line.nature else ""
    if uid and not uid.startswith(VERDICT):
        return uid
    return f"{uid}: {title(line.title, whose)}" if uid else title(line.title, whose)


def title(text: str, whose: Whose) -> str:
    told = normal(text)
    for name in (whose.host, whose.address, whose.user):
        if len(name) >= SHORT:
            told = told.replace(normal(name), "*")
    return LONG_NUMBER.sub("#", told)


def named(thing: str) -> str:
    """What a card names, without the folder and without dates."""
    told = normal(thing)
    if PATH.match(told):
        told = told.replace("\\", "/").rpartition("/")[2]
    return LONG_NUMBER.sub("#", told)


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def devices(kind: str, lines: Iterable[Line], machines: Iterable[str]) -> Iterable[str]:
    if kind in ABOUT_SENSORS:
        return (line.sensor for line in lines)
    return machines if kind in ABOUT_MACHINES else ()


def classes(machines: Iterable[str], roles: Mapping[str, str], also: Mapping[str, str]) -> dict[str, str]:
    """Of each machine; ``roles`` are what was stated, by folded name, ``also`` is another name of one (its address)."""
    return {name: roles.get(name) or roles.get(also.get(name, "")) or UNSTATED for name in machines}


def digest(*parts: Any) -> str:
    return sha256(repr(parts).encode(errors="replace")).hexdigest()[:20]
