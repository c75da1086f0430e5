"""What stands beside an incident of what the company and the desk said to each other."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hinomi.console.consult import listing
from hinomi.console.consult.steps import steps
from hinomi.console.shell import advice
from hinomi.console.shell.advice import Advice
from hinomi.incidents.cards import card_of
from hinomi.incidents.consult import queries
from hinomi.incidents.consult.models import Reply
from hinomi.incidents.models import Incident
from hinomi.library.advice.tree import different
from hinomi.tenants.models import User
from hinomi.tenants.queries import may
from hinomi.tenants.roles import Ability

USUAL = (
    "使っている方に、心当たりはありますか。",
    "このPCは、いまも社内のネットワークにつながっていますか。",
    "このPCは、いま電源が入っていますか。",
    "このPCを使っているのは、どなたですか。",
)
"""What is asked of almost every incident; the analyst may change the words."""


def beside(user: User, incident: Incident, card: Advice | None, now: datetime) -> dict[str, Any]:
    """``card`` is the incident's, in the reader's language; ``now`` is aware."""
    asked = list(queries.asked_back(incident))
    return {
        "threads": listing.rows(listing.with_last_word(queries.about(user, incident)), now),
        "steps": steps(incident, card),
        "inquiries": asked,
        "open_inquiries": [one for one in asked if not one.answered],
        "suggested": [*of_card(incident), *USUAL],
        "replies": Reply,
        "may_write": may(user, Ability.NOTE, incident.tenant_id),
    }


def of_card(incident: Incident) -> Iterator[str]:
    """What the card's decision tree asks, in Japanese, for the company reads it."""
    card = card_of(incident.kind)
    values = advice.slots(incident)
    for question in different(card.tree) if card and card.tree else ():
        yield advice.filled(question.ask["ja"], values)
