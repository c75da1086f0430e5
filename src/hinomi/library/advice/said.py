"""Everything a card says, text by text, with the place where it says it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from hinomi.library.contracts import Card

LANGUAGES = ("ja", "en")
SENTENCE_END = re.compile(r"(?<=。)|(?<=[.;])\s")


@dataclass(frozen=True)
class Said:
    """A text; ``place`` is where (``steps 2``, ``tree paid ask``), ``part`` what it is (``step``, ``ask``)."""

    place: str
    part: str
    language: str
    text: str

    @property
    def slots(self) -> frozenset[str] | None:
        """Names in braces; None where a brace stands alone."""
        try:
            return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name is not None)
        except ValueError:
            return None

    @property
    def sentences(self) -> list[str]:
        return [sentence for sentence in SENTENCE_END.split(self.text) if sentence]


def everything(card: Card) -> Iterator[Said]:
    """In both languages; what a language lacks is not there."""
    single = ("title", "happened", "avoid", "within", "contact", "president")
    for part in single:
        yield from texts(part, part, getattr(card, part))
    yield from lists("steps", "step", card.steps)
    yield from lists("vendor", "vendor", card.vendor)
    if card.tree:
        for name, question in card.tree.questions.items():
            yield from texts(f"tree {name} ask", "ask", question.ask)
            yield from texts(f"tree {name} if_yes", "if_yes", question.if_yes)
        for name, ending in card.tree.endings.items():
            yield from texts(f"tree {name} title", "title", ending.title)
            yield from lists(f"tree {name} steps", "step", ending.steps)


def texts(place: str, part: str, said: Mapping[str, str]) -> Iterator[Said]:
    for language in LANGUAGES:
        if language in said:
            yield Said(place, part, language, said[language])


def lists(place: str, part: str, said: Mapping[str, tuple[str, ...]]) -> Iterator[Said]:
    for language in LANGUAGES:
        for number, text in enumerate(said.get(language, ()), start=1):
            yield Said(f"{place} {number}", part, language, text)
