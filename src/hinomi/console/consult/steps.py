"""The steps of an incident's advice card, and which of them the company has done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import override

from hinomi.console.shell import advice
from hinomi.console.shell.advice import Advice
from hinomi.incidents.consult.models import WORDS_LENGTH, DoneStep
from hinomi.incidents.consult.queries import steps_done
from hinomi.incidents.models import Incident


@dataclass(frozen=True)
class Step:
    """``words`` in the reader's language; ``done`` is None until somebody said that it is."""

    number: int
    words: str
    done: DoneStep | None


def steps(incident: Incident, card: Advice | None) -> list[Step]:
    """``card`` is the incident's, in the reader's language."""
    if card is None:
        return []
    done = {one.words: one for one in steps_done(incident)}
    return [
        Step(number, words, done.get(kept))
        for number, (words, kept) in enumerate(zip(card.steps, in_japanese(incident), strict=False), start=1)
    ]


def words_of(incident: Incident, number: str) -> str | None:
    """The step with this number as the history keeps it; None where the card has none."""
    kept = in_japanese(incident)
    place = int(number) if number.isdecimal() and len(number) < 3 else 0
    return kept[place - 1] if 1 <= place <= len(kept) else None


def in_japanese(incident: Incident) -> Sequence[str]:
    with override("ja"):
        card = advice.for_incident(incident)
    return [step[:WORDS_LENGTH].strip() for step in card.steps] if card else []
