"""The advice card of an incident, with the names of the PC and person and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hinomi.console.shell.text import visible
from hinomi.incidents.models import Incident
from hinomi.library import catalog, harmless
from hinomi.library.contracts import Card
from hinomi.library.harmless import defanged

LONGEST = 80
"""Characters of a name that still fit a sentence."""


@dataclass(frozen=True)
class Advice:
    """What to do now, in the reader's language."""

    title: str
    happened: str
    steps: tuple[str, ...]
    avoid: str
    within: str
    contact: str
    level: str


class Slots(dict[str, str]):
    """A slot nobody filled stays readable: the card says 不明."""

    def __missing__(self, slot: str) -> str:
        return _("(不明)")


def for_incident(incident: Incident) -> Advice | None:
    """The filled card of the incident's kind; None where the shelf has none."""
    card = catalog.cards().get(incident.kind)
    return fill(card, slots(incident)) if card else None


def slots(incident: Incident) -> Slots:
    """``detail`` is what the incident is about, else what the gravest finding says of itself."""
    gravest = incident.entries.order_by("-severity_id", "time", "finding").first()
    detail = incident.what or (gravest.title if gravest else incident.title)
    given = harmless.slots(incident.host, incident.address, incident.user_name, detail)
    return Slots({name: defanged(visible(value))[:LONGEST] for name, value in given.items()})


def fill(card: Card, values: Slots) -> Advice:
    def text(texts: Mapping[str, Any]) -> str:
        return filled(spoken(texts), values)

    return Advice(
        title=text(card.title),
        happened=text(card.happened),
        steps=tuple(filled(step, values) for step in spoken(card.steps)),
        avoid=text(card.avoid),
        within=text(card.within),
        contact=text(card.contact),
        level=card.level,
    )


def filled(text: str, values: Slots) -> str:
    return Formatter().vformat(text, (), values)


def spoken(texts: Mapping[str, Any]) -> Any:
    language = (get_language() or "ja").split("-")[0]
    return texts.get(language) or texts["ja"]
