"""A few questions about an incident that lead to the steps that fit: did they phone, was a tool let in, was it paid?"""

from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found
from hinomi.console.api.subjects.incidents import found as incident_of
from hinomi.console.api.values import Key, OfTenant, Uid
from hinomi.console.incidents.questions import told
from hinomi.console.shell import advice, audit
from hinomi.console.shell.access import COMPANY
from hinomi.library.advice.tree import NO, YES, follow

WORDS = "インシデントの問いと手順"
router = Router()


class AnsweredQuestion(Schema):
    words: str
    yes: bool


class Questions(OfTenant):
    incident: str
    asked: list[AnsweredQuestion]
    question: str | None = Field(description="What is asked next; null where the answers lead to an end.")
    at_once: str = Field(description="What to do before going on.")
    ending: str | None
    steps: list[str]


class WantedAnswers(Schema):
    answers: Annotated[
        str,
        Field(max_length=20, pattern=rf"^[{YES}{NO}]*$", description=f"So far: `{YES}` yes, `{NO}` no, one a letter."),
    ] = ""


@operation(
    router,
    "GET",
    "/tenants/{tenant}/incidents/{uid}/questions",
    "問いに答えて手順を知る",
    roles=COMPANY,
    response=Questions,
)
def incident_questions(request: Asked, tenant: Uid, uid: Key, wanted: Query[WantedAnswers]) -> dict[str, Any]:
    """The next question, or the steps that fit the answers. That the incident was looked at is written down."""
    row = incident_of(request, uid)
    card = advice.cards().get(row.kind)
    reached = follow(card.tree, wanted.answers) if card and card.tree else None
    if reached is None:
        raise not_found()
    audit.viewed(request, "incident", tenant, subject=row.pk)
    said = told(reached, wanted.answers, advice.slots(row))
    return {
        "tenant": tenant,
        "incident": row.pk,
        "asked": said["asked"],
        "question": said.get("question"),
        "at_once": said.get("at_once", ""),
        "ending": said.get("ending"),
        "steps": said.get("steps", []),
    }
