"""What the desk asks a company back about an incident, and the steps of its card that the company has done."""

from typing import Annotated, Any

from django.db import transaction
from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found
from hinomi.console.api.subjects.consult import DESK_WRITES, WRITE, Number
from hinomi.console.api.subjects.incidents import found as incident_of
from hinomi.console.api.values import NO_NUL, Body, Done, Key, Moment, OfTenant, Uid
from hinomi.console.consult import telling
from hinomi.console.consult.steps import steps as steps_of
from hinomi.console.consult.steps import words_of
from hinomi.console.shell import advice, audit, clock
from hinomi.console.shell.access import COMPANY
from hinomi.incidents.consult import inquiring, queries, stepping
from hinomi.incidents.consult.models import Inquiry, Reply
from hinomi.incidents.consult.problems import UnknownInquiry

WORDS = "企業への質問と、したこと"
router = Router()


class InquiryGist(Schema):
    number: int
    incident: str
    text: str
    choices: bool = Field(description="Answered by yes, no or unknown; else by words.")
    asked: Moment
    reply: str
    words: str
    answered: Moment | None


class Inquiries(OfTenant):
    items: list[InquiryGist]


class OneInquiry(OfTenant):
    inquiry: InquiryGist


class NewInquiry(Body):
    text: Annotated[str, Field(max_length=1000, pattern=NO_NUL)]
    choices: Annotated[bool, Field(description="To be answered by yes, no or don't know.")] = True


class InquiryReply(Body):
    reply: Reply | None = None
    words: Annotated[str, Field(max_length=2000, pattern=NO_NUL)] = ""


class StepDone(Body):
    done: Annotated[bool, Field(description="False: it is not done after all.")] = True


class CardStep(Schema):
    number: int
    words: str
    done: Moment | None
    who: str | None


class CardSteps(OfTenant):
    incident: str
    items: list[CardStep]


@operation(router, "GET", "/tenants/{tenant}/inquiries", "企業への質問", roles=COMPANY, response=Inquiries)
def inquiries(request: Asked, tenant: Uid) -> dict[str, Any]:
    """What the desk asked and the company has not answered yet, oldest first."""
    rows = queries.open_inquiries(request.auth.user, [request.company])
    return {"tenant": tenant, "items": [asked(row) for row in rows]}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/incidents/{uid}/inquiries",
    "企業に質問する",
    response=OneInquiry,
    status=201,
    **DESK_WRITES,
)
def inquiry_new(request: Asked, tenant: Uid, uid: Key, body: NewInquiry) -> dict[str, Any]:
    """Ask the company about an incident; it is told."""
    row, now = incident_of(request, uid), clock.now()
    with transaction.atomic():
        made = inquiring.inquire(
            request.auth.user, row, body.text, now, choices=body.choices, address=clock.address(request)
        )
        telling.asked_back(made, now)
    return {"tenant": tenant, "inquiry": asked(made)}


@operation(router, "POST", "/tenants/{tenant}/inquiries/{number}/reply", "質問に答える", response=OneInquiry, **WRITE)
def inquiry_reply(request: Asked, tenant: Uid, number: Number, body: InquiryReply) -> dict[str, Any]:
    """The company's answer; the desk is told."""
    row, now = inquiry(request, number), clock.now()
    with transaction.atomic():
        inquiring.reply(
            request.auth.user, row, now, answer=body.reply, words=body.words, address=clock.address(request)
        )
        telling.replied(Inquiry.objects.get(pk=row.pk), now)
    return {"tenant": tenant, "inquiry": asked(inquiry(request, number))}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/inquiries/{number}/withdraw",
    "質問を取り下げる",
    response=Done,
    **DESK_WRITES,
)
def inquiry_withdraw(request: Asked, tenant: Uid, number: Number) -> dict[str, Any]:
    """No answer is needed any more."""
    inquiring.withdraw(request.auth.user, inquiry(request, number), clock.now(), address=clock.address(request))
    return {"tenant": tenant}


@operation(
    router, "GET", "/tenants/{tenant}/incidents/{uid}/steps", "することと、したこと", roles=COMPANY, response=CardSteps
)
def steps(request: Asked, tenant: Uid, uid: Key) -> dict[str, Any]:
    """The steps of the incident's advice card, and which of them the company has done."""
    row = incident_of(request, uid)
    audit.viewed(request, "incident", row.tenant_id, subject=row.pk)
    listed = steps_of(row, advice.for_incident(row))
    return {
        "tenant": tenant,
        "incident": row.pk,
        "items": [
            {
                "number": one.number,
                "words": one.words,
                "done": one.done.at if one.done else None,
                "who": str(one.done.who) if one.done and one.done.who else None,
            }
            for one in listed
        ],
    }


@operation(
    router, "POST", "/tenants/{tenant}/incidents/{uid}/steps/{number}", "したと伝える", response=CardSteps, **WRITE
)
def step(request: Asked, tenant: Uid, uid: Key, number: Number, body: StepDone) -> dict[str, Any]:
    """A step of the card is done, or is not after all."""
    row = incident_of(request, uid)
    words = words_of(row, str(number))
    if words is None:
        raise not_found()
    change = stepping.mark_done if body.done else stepping.take_back
    change(request.auth.user, row, words, clock.now(), address=clock.address(request))
    answer: dict[str, Any] = steps(request, tenant, uid)
    return answer


def inquiry(request: Asked, number: int) -> Inquiry:
    row = queries.find_inquiry(request.auth.user, number)
    if row.incident.tenant_id != request.company.uid:
        raise UnknownInquiry
    return row


def asked(row: Inquiry) -> dict[str, Any]:
    fields = ("text", "choices", "asked", "reply", "words", "answered")
    return {"number": row.pk, "incident": row.incident_id, **{name: getattr(row, name) for name in fields}}
