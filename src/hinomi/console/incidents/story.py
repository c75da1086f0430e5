"""An incident as a story: its entries in lanes, numbered, and why they belong together."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.words import Words
from hinomi.incidents.models import Entry, Link
from hinomi.library.contracts import Kind

OTHER = "other"
LANES: tuple[tuple[str, Words], ...] = (
    ("mail", _("メール")),
    ("pc", _("PC")),
    ("gate", _("出入口")),
    (OTHER, _("その他")),
)
LANE_OF: dict[str, str] = {
    Kind.MAIL: "mail",
    Kind.EDR: "pc",
    Kind.ENDPOINT: "pc",
    Kind.UTM: "gate",
    Kind.ROUTER: "gate",
    Kind.IDS: "gate",
}


@dataclass(frozen=True)
class Step:
    """An entry with its place in the story; ``lanes`` says for each lane whether it happened there."""

    number: int
    entry: Entry
    lane: Words
    lanes: tuple[bool, ...]


@dataclass(frozen=True)
class Bond:
    """Why two steps belong together; ``steps`` are their numbers, the earlier first."""

    steps: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Story:
    """Steps in time order, and the words for their lanes; nothing happened in a lane that is not there."""

    lanes: tuple[Words, ...]
    steps: tuple[Step, ...]


def story(entries: Iterable[Entry]) -> Story:
    """Mail, PC and gateway have their lane always, other sensors where one of them saw something."""
    entries = list(entries)
    places = [LANE_OF.get(entry.kind, OTHER) for entry in entries]
    lanes = [(lane, words) for lane, words in LANES if lane != OTHER or OTHER in places]
    steps = tuple(
        Step(number, entry, dict(LANES)[place], tuple(lane == place for lane, _words in lanes))
        for number, (entry, place) in enumerate(zip(entries, places, strict=True), start=1)
    )
    return Story(tuple(words for _lane, words in lanes), steps)


def bonds(links: Iterable[Link], told: Iterable[Step]) -> list[Bond]:
    """Reasons in the order of the story; one reason that joins many steps is said once."""
    number_of = {step.entry.finding: step.number for step in told}
    joined: dict[str, set[int]] = {}
    for link in links:
        numbers = {number_of[uid] for uid in (link.finding, link.other) if uid in number_of}
        joined.setdefault(link.reason, set()).update(numbers)
    return sorted((Bond(tuple(sorted(numbers)), reason) for reason, numbers in joined.items()), key=lambda b: b.steps)
