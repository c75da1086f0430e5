"""How pressing an incident is: what its advice card says, raised or lowered by what correlation found."""

from enum import StrEnum

from hinomi.incidents.cards import card_of
from hinomi.incidents.models import HowSoon, Incident


class Level(StrEnum):
    """The levels of advice cards, the most pressing first."""

    ACT_NOW = "act_now"
    ACT_TODAY = "act_today"
    CHECK = "check"
    KNOW = "know"


BY_URGENCY = {
    HowSoon.NOW: Level.ACT_NOW,
    HowSoon.TODAY: Level.ACT_TODAY,
    HowSoon.THIS_WEEK: Level.CHECK,
    HowSoon.LATER: Level.KNOW,
}
ORDER = list(Level)


def level_of(incident: Incident) -> Level:
    """A card knows the kind, correlation this one case: it may raise the level, and calls nobody for what it found
    not to be urgent."""
    by_urgency = BY_URGENCY[HowSoon(incident.urgency)]
    card = card_of(incident.kind)
    if card is None:
        return by_urgency
    by_card = Level(card.level)
    reckoned = bool(incident.assessment.get("priority"))
    if reckoned and by_card is Level.ACT_NOW and ORDER.index(by_urgency) > ORDER.index(Level.ACT_TODAY):
        return Level.ACT_TODAY
    return min(by_card, by_urgency, key=ORDER.index)
