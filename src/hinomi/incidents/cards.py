"""The advice cards that people read: the shelf's and, before them, the operator's own in ``DATA/advice``."""

from django.conf import settings

from hinomi.library import catalog
from hinomi.library.contracts import Card


def cards() -> dict[str, Card]:
    """By key, as the files are now."""
    return catalog.cards_with(settings.DATA_DIR / "advice")


def card_of(kind: str) -> Card | None:
    """The card of an incident's kind; None where there is none."""
    return cards().get(kind)
