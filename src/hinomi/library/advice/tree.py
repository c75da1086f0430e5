"""A card's decision tree: walked by answers, and as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from hinomi.library.contracts import Ending, Question, Tree

MOST_QUESTIONS = 4
YES, NO = "y", "n"


@dataclass(frozen=True)
class Reached:
    """Where answers lead: ``asked`` are the questions answered so far; then a further one, or the ending."""

    asked: tuple[tuple[Question, bool], ...]
    question: Question | None = None
    ending: Ending | None = None


def follow(tree: Tree, answers: str) -> Reached | None:
    """Where a string of ``y`` and ``n`` leads; None where it is none, or longer than the way."""
    place, asked = tree.first, []
    for answer in answers:
        question = tree.questions.get(place)
        if question is None or answer not in (YES, NO):
            return None
        asked.append((question, answer == YES))
        place = question.yes if answer == YES else question.no
    return Reached(tuple(asked), tree.questions.get(place), tree.endings.get(place))


def ways(tree: Tree) -> Iterator[tuple[str, str]]:
    """Every way from the first question: answers, and the name at which it ends or would ask once too often."""
    waiting = [("", tree.first)]
    while waiting:
        answers, place = waiting.pop()
        question = tree.questions.get(place)
        if question is None or len(answers) > MOST_QUESTIONS:
            yield answers, place
        else:
            waiting += [(answers + NO, question.no), (answers + YES, question.yes)]


def different(tree: Tree) -> list[Question]:
    """The questions in the order of the longest way of yeses first; each wording once, for a list without a fork."""
    found: dict[str, Question] = {}
    order = [tree.first]
    for place in order:
        if question := tree.questions.get(place):
            found.setdefault(question.ask["ja"], question)
            order += [one for one in (question.yes, question.no) if one not in order]
    return list(found.values())
