"""An incident as a story: its lines in lanes, numbered, and why they belong together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from hinomi.console.incidents import wording
from hinomi.console.incidents.evidence import Touch
from hinomi.console.shell.words import Words
from hinomi.incidents.models import Entry, Link
from hinomi.library.contracts import Kind
from hinomi.ocsf.course import Around

MAIL, GATE, OUTSIDE, OTHER, MORE_PCS = "mail", "gate", "outside", "other", "pcs"
PC = "pc "
"""Before the name of a machine: the lane of one."""
WORDS: dict[str, Words] = {
    MAIL: _("メール"),
    PC: _("PC"),
    MORE_PCS: _("ほかのPC"),
    GATE: _("出入口"),
    OUTSIDE: _("社外"),
    OTHER: _("その他"),
}
PCS_MOST = 4
"""Machines with a lane of their own."""
LANE_OF: dict[str, str] = {
    Kind.MAIL: MAIL,
    Kind.EDR: PC,
    Kind.ENDPOINT: PC,
    Kind.UTM: GATE,
    Kind.ROUTER: GATE,
    Kind.IDS: GATE,
}
NOBODY = Touch()


@dataclass(frozen=True)
class Line:
    """A finding of the timeline, or an ordinary event that belongs to it; ``time`` is aware."""

    time: datetime
    uid: str
    sensor: str
    kind: str
    title: str
    detail: str = ""
    severity_id: int | None = None
    """None: an ordinary event."""
    disposition_id: int | None = None

    @property
    def is_finding(self) -> bool:
        return self.severity_id is not None


@dataclass(frozen=True)
class Lane:
    """``name`` is the machine's where the lane is a machine's."""

    key: str
    words: Words
    name: str = ""


@dataclass(frozen=True)
class Cell:
    """What a step has in a lane: ``seen`` there, or it ``touches`` what is there; ``through`` joins the two."""

    mark: str = ""
    through: bool = False


@dataclass(frozen=True)
class Step:
    """A line with its place in the story; ``lane`` is where it was seen."""

    number: int
    line: Line
    lane: Lane
    cells: tuple[Cell, ...]
    touch: Touch


@dataclass(frozen=True)
class Bond:
    """Why two steps belong together; ``steps`` are their numbers, the earlier first."""

    steps: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Story:
    """Steps in time order, and their lanes."""

    lanes: tuple[Lane, ...]
    steps: tuple[Step, ...]

    @property
    def number_of(self) -> dict[str, int]:
        return {step.line.uid: step.number for step in self.steps}

    @property
    def findings(self) -> list[Step]:
        return [step for step in self.steps if step.line.is_finding]


def lines(entries: Iterable[Entry], around: Iterable[Around]) -> list[Line]:
    """In order of time; an event that is on the timeline as a finding is told as that."""
    found = [
        Line(
            entry.time,
            entry.finding,
            entry.sensor,
            entry.kind,
            entry.title,
            entry.detail,
            entry.severity_id,
            entry.disposition_id,
        )
        for entry in entries
    ]
    known = {line.uid for line in found}
    ordinary = [
        Line(event.time.replace(tzinfo=UTC), event.event, event.sensor, event.kind, wording.trace(event))
        for event in around
        if event.event not in known
    ]
    return sorted([*found, *ordinary], key=lambda line: (line.time, line.is_finding, line.uid))


def story(told: Iterable[Line], touches: Mapping[str, Touch]) -> Story:
    """Mail, PC and gateway have their lane always, others where something happened; one for each machine."""
    placed = [(line, touches.get(line.uid, NOBODY)) for line in told]
    named = (name for _line, touch in placed for name in (touch.machine, touch.peer))
    machines = list(dict.fromkeys(filter(None, named)))
    pcs = {machine: PC + machine if place < PCS_MOST else MORE_PCS for place, machine in enumerate(machines)}
    rows = [(line, touch, place(line, touch, pcs), touched(touch, pcs)) for line, touch in placed]
    used = {key for _line, _touch, seen, others in rows for key in (seen, *others)}
    keys = [MAIL, *(dict.fromkeys(pcs.values()) or [PC]), GATE]
    keys += [key for key in (OUTSIDE, OTHER) if key in used]
    if PC in used and PC not in keys:
        keys.insert(1, PC)
    lanes = {key: lane(key) for key in keys}
    steps = tuple(
        Step(number, line, lanes[seen], cells(keys, seen, others), touch)
        for number, (line, touch, seen, others) in enumerate(rows, start=1)
    )
    return Story(tuple(lanes.values()), steps)


def place(line: Line, touch: Touch, pcs: Mapping[str, str]) -> str:
    """The lane of the sensor that saw it; of one on a PC, that PC's."""
    seen = LANE_OF.get(line.kind, OTHER)
    return pcs.get(touch.machine, PC) if seen == PC else seen


def touched(touch: Touch, pcs: Mapping[str, str]) -> list[str]:
    found = [pcs[name] for name in (touch.machine, touch.peer) if name]
    return [*found, OUTSIDE] if touch.outside else found


def lane(key: str) -> Lane:
    return Lane(key, WORDS[PC], key.removeprefix(PC)) if key.startswith(PC) else Lane(key, WORDS[key])


def cells(keys: list[str], seen: str, others: Iterable[str]) -> tuple[Cell, ...]:
    marks = dict.fromkeys(others, "touches") | {seen: "seen"}
    places = [number for number, key in enumerate(keys) if key in marks]
    inside = range(min(places), max(places) + 1)
    return tuple(Cell(marks.get(key, ""), len(inside) > 1 and number in inside) for number, key in enumerate(keys))


def bonds(links: Iterable[Link], told: Story) -> list[Bond]:
    """Reasons in the order of the story; one reason that joins many steps is said once."""
    number_of = told.number_of
    joined: dict[str, set[int]] = {}
    for link in links:
        numbers = {number_of[uid] for uid in (link.finding, link.other) if uid in number_of}
        joined.setdefault(link.reason, set()).update(numbers)
    return sorted((Bond(tuple(sorted(numbers)), reason) for reason, numbers in joined.items()), key=lambda b: b.steps)
