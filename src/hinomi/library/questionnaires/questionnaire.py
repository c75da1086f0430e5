"""Questionnaires on the shelf: ``questionnaires/NAME/questionnaire.yaml``, found by their folders.

A questionnaire has groups of questions. A question is answered by one of its answers, its own or those of the
questionnaire. A group may have a condition: a question of its own, which does not count as one of the
questionnaire, that decides whether the group is asked.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hinomi.library import catalog
from hinomi.library.contracts import LibraryError, MalformedItem, UnknownItem

LANGUAGES = ("ja", "en")
MARKER = "questionnaire.yaml"


@dataclass(frozen=True)
class Answer:
    key: str
    text: dict[str, str]


@dataclass(frozen=True)
class Question:
    """``key`` is unique within the questionnaire and stays when the wording is corrected."""

    key: str
    text: dict[str, str]
    answers: tuple[Answer, ...]

    def answer(self, key: str) -> Answer:
        """The answer ``key``; raises :class:`NoSuchAnswer`."""
        for answer in self.answers:
            if answer.key == key:
                return answer
        raise NoSuchAnswer(self, key)


@dataclass(frozen=True)
class Condition:
    """Whether a group is asked: it is when ``question`` is answered by one of ``asked_when``."""

    question: Question
    asked_when: frozenset[str]


@dataclass(frozen=True)
class Group:
    key: str
    title: dict[str, str]
    questions: tuple[Question, ...]
    condition: Condition | None = None

    def is_asked(self, answers: Mapping[str, str]) -> bool:
        """Whether the group is asked of someone who gave ``answers`` (question key → answer key)."""
        return self.condition is None or answers.get(self.condition.question.key) in self.condition.asked_when


@dataclass(frozen=True)
class Questionnaire:
    name: str
    version: str
    title: dict[str, str]
    note: dict[str, str]
    references: tuple[str, ...]
    answers: tuple[Answer, ...]
    """What most questions are answered by, from the best to "I do not know"."""
    groups: tuple[Group, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in order, without the conditions of groups."""
        return tuple(question for group in self.groups for question in group.questions)

    def asked(self, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """The questions asked of someone who gave ``answers``, each group's condition before its questions."""
        asked: list[Question] = []
        for group in self.groups:
            if group.condition is not None:
                asked.append(group.condition.question)
            if group.is_asked(answers):
                asked.extend(group.questions)
        return tuple(asked)

    def question(self, key: str) -> Question:
        """The question or condition ``key``; raises :class:`UnknownItem`."""
        conditions = (group.condition.question for group in self.groups if group.condition is not None)
        known = {question.key: question for question in (*self.questions, *conditions)}
        if key not in known:
            raise UnknownItem(f"questionnaires/{self.name}", key, list(known))
        return known[key]


class NoSuchAnswer(LibraryError):
    def __init__(self, question: Question, key: str) -> None:
        listing = ", ".join(answer.key for answer in question.answers)
        super().__init__(
            f"設問 {question.key} に答え「{key}」はありません (no such answer). 選べるもの (known): {listing}"
        )
        self.question, self.key = question, key


@cache
def questionnaires() -> dict[str, Questionnaire]:
    return {name: load(folder / MARKER) for name, folder in catalog.folders("questionnaires", MARKER).items()}


def questionnaire(name: str) -> Questionnaire:
    """Raises :class:`UnknownItem`, which lists the known names."""
    known = questionnaires()
    if name not in known:
        raise UnknownItem("questionnaires", name, list(known))
    return known[name]


def load(path: Path) -> Questionnaire:
    """Read and check a ``questionnaire.yaml``.

    Raises:
        MalformedItem: names the file and the key that is missing, misspelt or used twice.
    """
    document = catalog.load_yaml(path)
    try:
        common = tuple(_answer(raw) for raw in document["answers"])
        found = Questionnaire(
            name=path.parent.name,
            version=document["version"],
            title=_text(document["title"]),
            note=_text(document["note"]),
            references=tuple(document.get("references", ())),
            answers=common,
            groups=tuple(_group(raw, common) for raw in document["groups"]),
        )
    except KeyError as error:
        raise MalformedItem(path, f"lacks {error}") from error
    except (TypeError, ValueError) as error:
        raise MalformedItem(path, str(error)) from error
    conditions = [group.condition.question for group in found.groups if group.condition is not None]
    keys = Counter(question.key for question in (*found.questions, *conditions))
    if twice := [key for key, times in keys.items() if times > 1]:
        raise MalformedItem(path, f"question key used twice: {', '.join(twice)}")
    return found


def _group(raw: object, common: tuple[Answer, ...]) -> Group:
    if not isinstance(raw, dict):
        raise ValueError(f"a group must be a mapping, not {raw!r}")
    condition = raw.get("condition")
    return Group(
        key=_key(raw["key"]),
        title=_text(raw["title"]),
        questions=tuple(_question(question, common) for question in _list(raw["questions"])),
        condition=_condition(condition) if isinstance(condition, dict) else None,
    )


def _condition(raw: Mapping[str, object]) -> Condition:
    question = _question(raw, ())
    asked_when = frozenset(_key(key) for key in _list(raw["asked_when"]))
    if unknown := asked_when - {answer.key for answer in question.answers}:
        raise ValueError(f"{question.key}: asked_when names no answer: {', '.join(sorted(unknown))}")
    return Condition(question, asked_when)


def _question(raw: object, common: tuple[Answer, ...]) -> Question:
    if not isinstance(raw, dict):
        raise ValueError(f"a question must be a mapping, not {raw!r}")
    own = tuple(_answer(answer) for answer in _list(raw.get("answers", [])))
    if not own and not common:
        raise ValueError(f"{raw['key']}: has no answers")
    return Question(_key(raw["key"]), _text(raw["text"]), own or common)


def _answer(raw: object) -> Answer:
    if not isinstance(raw, dict):
        raise ValueError(f"an answer must be a mapping, not {raw!r}")
    return Answer(_key(raw["key"]), _text(raw["text"]))


def _list(raw: object) -> list[object]:
    if not isinstance(raw, list):
        raise ValueError(f"must be a list, not {raw!r}")
    return raw


def _key(raw: object) -> str:
    if not isinstance(raw, str) or not raw:
        raise ValueError(f"a key must be a text, not {raw!r}; write yes and no in quotes")
    return raw


def _text(raw: object) -> dict[str, str]:
    if not isinstance(raw, dict) or not all(isinstance(raw.get(language), str) for language in LANGUAGES):
        raise ValueError(f"must have a text in {' and '.join(LANGUAGES)}, not {raw!r}")
    return raw
