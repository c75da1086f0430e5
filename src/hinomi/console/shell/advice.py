"""The advice card of an incident, with the names of the PC and person and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from hinomi.incidents.cards import card_of
from hinomi.incidents.cards import cards as cards
from hinomi.incidents.models import Incident
from hinomi.library import harmless
from hinomi.library.contracts import Card

Slots = dict[str, str]
UNKNOWN = {"ja": "不明", "en": "unknown"}


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
    president: str
    """What only who answers for the company can decide; empty where an own card does not say."""
    asks: tuple[str, ...]
    """What the vendor is asked to do."""
    has_questions: bool
    """A few questions lead to the steps that fit."""


def for_incident(incident: Incident) -> Advice | None:
    """The filled card of the incident's kind; None where the shelf has none."""
    card = card_of(incident.kind)
    return fill(card, slots(incident)) if card else None


def slots(incident: Incident) -> Slots:
    """``detail`` is what the incident is about, else what the gravest finding says of itself."""
    gravest = incident.entries.order_by("-severity_id", "time", "finding").first()
    detail = incident.what or (gravest.title if gravest else incident.title)
    return harmless.harmless_slots(incident.host, incident.address, incident.user_name, detail)


def fill(card: Card, values: Mapping[str, str]) -> Advice:
    def text(texts: Mapping[str, Any]) -> str:
        return filled(spoken(texts), values)

    def texts(lists: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(filled(one, values) for one in spoken(lists))

    return Advice(
        title=text(card.title),
        happened=text(card.happened),
        steps=texts(card.steps),
        avoid=text(card.avoid),
        within=text(card.within),
        contact=text(card.contact),
        level=card.level,
        president=text(card.president) if card.president else "",
        asks=texts(card.vendor) if card.vendor else (),
        has_questions=card.tree is not None,
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """A slot that nobody filled says so."""
    return harmless.filled(text, values, UNKNOWN.get(language(), UNKNOWN["ja"]))


def spoken(texts: Mapping[str, Any]) -> Any:
    """In the reader's language, else in Japanese."""
    return texts.get(language()) or texts["ja"]


def language() -> str:
    return (get_language() or "ja").split("-")[0]
