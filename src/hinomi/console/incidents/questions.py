"""A few questions, one a page, that lead to the steps that fit. The answers are in the address, and nothing else is."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.incidents.views import found
from hinomi.console.shell import advice, audit
from hinomi.console.shell.access import COMPANY, seen_by
from hinomi.incidents.cards import card_of
from hinomi.library.advice.tree import NO, YES, Reached, follow


@dataclass(frozen=True)
class Answered:
    """A question that was answered; ``before`` are the answers up to it, to which one may go back."""

    words: str
    yes: bool
    before: str


@require_safe
@seen_by(*COMPANY)
def ask(request: HttpRequest, uid: str) -> HttpResponse:
    incident = found(request, uid)
    card = card_of(incident.kind)
    answers = request.GET.get("answers", "")
    reached = follow(card.tree, answers) if card and card.tree else None
    if card is None or reached is None:
        raise Http404
    audit.viewed(request, "incident", incident.tenant_id, subject=incident.pk)
    values = advice.slots(incident)
    answer = {
        "incident": incident,
        "tenant": incident.tenant,
        "card": advice.fill(card, values),
        "answers": answers,
        "yes": answers + YES,
        "no": answers + NO,
        "number": len(answers) + 1,
        **told(reached, answers, values),
    }
    return render(request, "incidents/questions.html", answer)


def told(reached: Reached, answers: str, values: advice.Slots) -> dict[str, Any]:
    """What was asked, and what comes now: a question, or steps; in the reader's language."""

    def words(texts: dict[str, str]) -> str:
        return advice.filled(advice.spoken(texts), values)

    asked = [Answered(words(question.ask), yes, answers[:place]) for place, (question, yes) in enumerate(reached.asked)]
    if reached.question:
        last = reached.asked[-1] if reached.asked else None
        at_once = words(last[0].if_yes) if last and last[1] else ""
        return {"asked": asked, "question": words(reached.question.ask), "at_once": at_once}
    assert reached.ending
    steps = [advice.filled(step, values) for step in advice.spoken(reached.ending.steps)]
    return {"asked": asked, "ending": words(reached.ending.title), "steps": steps}
