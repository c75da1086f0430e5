"""An advice card as its file has it: the names of ``Card``, texts by language."""

from collections.abc import Mapping
from typing import Any

from hinomi.library.contracts import Card, Document, Ending, Question, Tree

Texts = dict[str, str]
Lists = dict[str, tuple[str, ...]]


def read(key: str, document: Document) -> Card:
    """The card; ``president``, ``vendor`` and ``tree`` may be missing here, and the checker says so.

    Raises:
        KeyError: a part is missing; names it.
        TypeError: a part is not what it should be: a text, a list, texts by language.
    """
    return Card(
        key=key,
        title=texts(document["title"]),
        happened=texts(document["happened"]),
        steps=lists(document["steps"]),
        avoid=texts(document["avoid"]),
        within=texts(document["within"]),
        contact=texts(document["contact"]),
        level=text(document["level"]),
        president=texts(document.get("president", {})),
        vendor=lists(document.get("vendor", {})),
        tree=tree(document["tree"]) if "tree" in document else None,
    )


def tree(given: Mapping[str, Any]) -> Tree:
    return Tree(
        first=text(given["first"]),
        questions={name: question(one) for name, one in given["questions"].items()},
        endings={name: Ending(texts(one["title"]), lists(one["steps"])) for name, one in given["endings"].items()},
    )


def question(given: Mapping[Any, Any]) -> Question:
    return Question(texts(given["ask"]), texts(given["if_yes"]), text(given["then"]), text(given["else"]))


def texts(given: Mapping[str, Any]) -> Texts:
    return {language: text(said) for language, said in given.items()}


def lists(given: Mapping[str, Any]) -> Lists:
    found: Lists = {}
    for language, said in given.items():
        if not isinstance(said, list):
            raise TypeError(f"{said!r} is no list")
        found[language] = tuple(map(text, said))
    return found


def text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError(f"{given!r} is no text")
    return given
