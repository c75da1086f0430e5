"""An incident as a story: its entries in lanes, numbered, and why they belong together."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.words import Words
from hinomi.incidents.models import Entry, Link
from hinomi.library.contracts import Kind

LANES: tuple[tuple[str, Words], ...] = (
    ("mail", _("メール")),
    ("pc", _("PC")),
    ("gate", _("出入口")),
    ("other", _("その他")),
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


def steps(entries: Iterable[Entry]) -> list[Step]:
    return [step(number, entry) for number, entry in enumerate(entries, start=1)]


def step(number: int, entry: Entry) -> Step:
    lane = LANE_OF.get(entry.kind, "other")
    return Step(number, entry, dict(LANES)[lane], tuple(key == lane for key, _words in LANES))


def bonds(links: Iterable[Link], told: Iterable[Step]) -> list[Bond]:
    """Reasons in the order of the story; one reason that joins many steps is said once."""
    number_of = {step.entry.finding: step.number for step in told}
    joined: dict[str, set[int]] = {}
    for link in links:
        numbers = {number_of[uid] for uid in (link.finding, link.other) if uid in number_of}
        joined.setdefault(link.reason, set()).update(numbers)
    return sorted((Bond(tuple(sorted(numbers)), reason) for reason, numbers in joined.items()), key=lambda b: b.steps)
