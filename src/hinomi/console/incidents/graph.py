"""The entity graph of an incident: machines on the left, what they met on the right, lines between. Pure.

Lengths are units of the drawing, which is as wide as a telephone's page; it grows downwards only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

from django.utils.translation import gettext_lazy as _

from hinomi.console.incidents.story import Step, Story
from hinomi.console.shell.words import Words
from hinomi.incidents.models import Link
from hinomi.library.harmless import defanged_host, visible

MACHINE, ACCOUNT, FILE, OUTSIDE = "machine", "account", "file", "outside"
WORDS: dict[str, Words] = {
    MACHINE: _("機器"),
    ACCOUNT: _("利用者"),
    FILE: _("ファイル"),
    OUTSIDE: _("社外の相手"),
}
MOST = {MACHINE: 8, ACCOUNT: 5, FILE: 6, OUTSIDE: 6}
"""Boxes of a kind in the drawing; those with the most steps are in it, all are in the list."""
WIDTH, BOX_WIDTH, BOX_HEIGHT, GAP, MARGIN = 384, 160, 50, 12, 14
LEFT, RIGHT = MARGIN, WIDTH - MARGIN - BOX_WIDTH
LETTERS, TAIL = 18, 6
"""Narrow letters of a name that fit into a box; of a longer one the last ``TAIL`` are shown."""
SHARED = frozenset(("user", "file", "site", "hash"))
"""Kinds of links that a box of the drawing stands for already."""

Entity = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """An entity; ``short`` is as much of its ``name`` as fits. ``x`` and ``y`` are its upper left corner."""

    kind: str
    word: Words
    name: str
    short: str
    x: int
    y: int

    @property
    def text_x(self) -> int:
        return self.x + 8

    @property
    def word_y(self) -> int:
        return self.y + 19

    @property
    def name_y(self) -> int:
        return self.y + 39


@dataclass(frozen=True)
class Edge:
    """A line between two entities, with the steps of the story that say so; ``path`` is empty if it is not drawn."""

    one: str
    other: str
    words: tuple[Words, Words]
    steps: tuple[int, ...]
    path: str


@dataclass(frozen=True)
class Graph:
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    height: int
    left_out: int
    """Entities that are in the list of edges alone."""

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def box_width(self) -> int:
        return BOX_WIDTH

    @property
    def box_height(self) -> int:
        return BOX_HEIGHT


def graph(told: Story, links: Iterable[Link]) -> Graph:
    """Who and what the story's steps name, and what joins them; empty where they name nothing together."""
    joined: dict[tuple[Entity, Entity], set[int]] = defaultdict(set)
    for step in told.steps:
        for pair in pairs(step):
            joined[pair].add(step.number)
    for pair, numbers in between_machines(told, links):
        joined[pair].update(numbers)
    boxes, left_out = layout(joined)
    edges = [edge(pair, numbers, boxes) for pair, numbers in joined.items()]
    height = max((box.y + BOX_HEIGHT for box in boxes.values()), default=0) + 2
    return Graph(tuple(boxes.values()), tuple(sorted(edges, key=lambda one: one.steps)), height, left_out)


def pairs(step: Step) -> list[tuple[Entity, Entity]]:
    """What one step joins: everything with its machine; without one, with its reader."""
    touch = step.touch
    things = [(FILE, touch.file)] if touch.file else []
    things += [(OUTSIDE, touch.outside)] if touch.outside else []
    people = [(ACCOUNT, account) for account in touch.accounts]
    if touch.machine:
        peers = [(MACHINE, touch.peer)] if touch.peer else []
        return [((MACHINE, touch.machine), other) for other in (*peers, *people, *things)]
    return [(one, other) for one in people for other in things]


def between_machines(told: Story, links: Iterable[Link]) -> Iterable[tuple[tuple[Entity, Entity], set[int]]]:
    """What leads from one machine to another."""
    step_of = {step.line.uid: step for step in told.steps}
    for link in links:
        one, other = step_of.get(link.other), step_of.get(link.finding)
        if one is None or other is None or link.kind in SHARED:
            continue
        here, there = one.touch.machine, other.touch.machine
        if here and there and here != there:
            yield ((MACHINE, here), (MACHINE, there)), {one.number, other.number}


def layout(joined: dict[tuple[Entity, Entity], set[int]]) -> tuple[dict[Entity, Box], int]:
    """Boxes in the order of the story, each kind below the other, and how many found no room."""
    steps: dict[Entity, set[int]] = defaultdict(set)
    for pair, numbers in joined.items():
        for entity in pair:
            steps[entity] |= numbers
    boxes: dict[Entity, Box] = {}
    down = {LEFT: 1, RIGHT: 1}
    for kind, most in MOST.items():
        of_kind = [entity for entity in steps if entity[0] == kind]
        chosen = set(sorted(of_kind, key=lambda entity: (-len(steps[entity]), min(steps[entity]), entity))[:most])
        x = LEFT if kind == MACHINE else RIGHT
        for entity in sorted(chosen, key=lambda entity: (min(steps[entity]), entity)):
            name = shown(entity)
            boxes[entity] = Box(kind, WORDS[kind], name, shortened(name), x, down[x])
            down[x] += BOX_HEIGHT + GAP
    return centred(boxes, down), len(steps) - len(boxes)


def centred(boxes: dict[Entity, Box], down: dict[int, int]) -> dict[Entity, Box]:
    """The shorter column in the middle of the longer."""
    lower = {x: (max(down.values()) - end) // 2 for x, end in down.items()}
    return {
        entity: Box(box.kind, box.word, box.name, box.short, box.x, box.y + lower[box.x])
        for entity, box in boxes.items()
    }


def edge(pair: tuple[Entity, Entity], numbers: Iterable[int], boxes: dict[Entity, Box]) -> Edge:
    one, other = pair
    drawn = path(boxes[one], boxes[other]) if one in boxes and other in boxes else ""
    return Edge(shown(one), shown(other), (WORDS[one[0]], WORDS[other[0]]), tuple(sorted(numbers)), drawn)


def path(one: Box, other: Box) -> str:
    """A curve from side to side; around the outer side where both are in one column."""
    y, end = one.y + BOX_HEIGHT // 2, other.y + BOX_HEIGHT // 2
    if one.x != other.x:
        left, right = (y, end) if one.x == LEFT else (end, y)
        start, stop = LEFT + BOX_WIDTH, RIGHT
        middle = (start + stop) // 2
        return f"M{start} {left} C{middle} {left} {middle} {right} {stop} {right}"
    side, out = (LEFT, 2 - MARGIN) if one.x == LEFT else (RIGHT + BOX_WIDTH, MARGIN - 2)
    return f"M{side} {y} C{side + out} {y} {side + out} {end} {side} {end}"


def shown(entity: Entity) -> str:
    kind, name = entity
    return defanged_host(visible(name)) if kind == OUTSIDE else visible(name)


def shortened(name: str) -> str:
    """The beginning and the end of a name that is too long, for files differ at their end."""
    if letters(name) <= LETTERS:
        return name
    tail = fitting(reversed(name), TAIL)[::-1]
    return f"{fitting(name, LETTERS - letters(tail) - 2)}…{tail}"


def fitting(text: Iterable[str], room: int) -> str:
    taken = ""
    for char in text:
        if letters(taken + char) > room:
            break
        taken += char
    return taken


def letters(text: str) -> int:
    """Width in narrow letters (Unicode Standard Annex 11)."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
