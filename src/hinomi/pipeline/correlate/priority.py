"""How soon a story should be looked at: a sum of reasons, each of which is told.

The weights order the queue of an analyst who has minutes for a company: what was done to the company first (how deep,
how far), then how sure it is, then how unusual.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.course import Priority, Reason, Spread, Stage, StageName, Urgency
from hinomi.pipeline.correlate.depth import deepest
from hinomi.pipeline.correlate.policy import BLIND, OF_WATCH
from hinomi.pipeline.correlate.sighting import Sighting

BY_STAGE: Final = {
    StageName.DELIVERY: 5,
    StageName.EXECUTION: 10,
    StageName.CALL: 20,
    StageName.TOOL: 20,
    StageName.CREDENTIAL: 25,
    StageName.SPREAD: 30,
    StageName.COLLECTION: 20,
    StageName.EXFILTRATION: 35,
    StageName.IMPACT: 40,
    StageName.NOTIFICATION: 5,
    StageName.FAKE_PAGE: 10,
    StageName.REMOTE_CONTROL: 40,
    StageName.PAYMENT: 45,
}
BY_SEVERITY: Final = {SeverityId.CRITICAL: 15, SeverityId.HIGH: 10, SeverityId.FATAL: 15}
BY_ROLE: Final = {"server": 15, "factory": 15, "president": 10}
"""What a machine is, where somebody stated it."""
STAGES_MOST, STAGES_EACH = 15, 3
MACHINES_MOST, MACHINES_EACH = 15, 5
SENSORS_AGREE, ALL_STOPPED, ONE_SIGN = 10, -15, -5
NEW_HERE, OFTEN_HERE, NEW_EVERYWHERE, COMMON = 5, -10, 5, -5
OFTEN, MANY_COMPANIES = 10, 5
WATCH_BLIND, WATCH_WEAK = 40, 25
"""So high that a matter which is often seen (:data:`OFTEN_HERE`) does not fall below what its card asks for."""
AT_LEAST: Final = ((Urgency.NOW, 55), (Urgency.TODAY, 30), (Urgency.THIS_WEEK, 15))


@dataclass(frozen=True)
class Known:
    """How often what a rule finds was found."""

    days_here: int
    companies: int


@dataclass(frozen=True)
class Standing:
    """What makes one matter count for more than another; nothing by default."""

    roles: Mapping[str, str] = field(default_factory=dict)
    """What machines are, by name or address in lower case."""
    days: Mapping[str, int] = field(default_factory=dict)
    """On how many days a rule of ours found anything in this company."""
    companies: Mapping[str, int] = field(default_factory=dict)
    """In how many companies it did."""
    counted_since: datetime | None = None
    """What is newer was counted (naive UTC): of what is not among it this is the first time. None: nobody counted."""

    def of(self, one: Sighting) -> Known | None:
        companies = self.companies.get(one.rule, 0)
        if one.rule in self.days:
            return Known(self.days[one.rule], companies)
        is_new = one.is_ours and self.counted_since is not None and one.time >= self.counted_since
        return Known(1, companies + 1) if is_new else None


@dataclass(frozen=True)
class Matter:
    """What a story's priority follows from."""

    severity: int
    stages: Sequence[Stage]
    spread: Spread
    asks: bool
    """It is a question to somebody (a silent sensor, a faulty device) and no attack."""
    kind: str = ""


def priority(group: Sequence[Sighting], matter: Matter, standing: Standing) -> Priority:
    """Of a story; the same input gives the same answer."""
    reasons = [
        *depth(matter),
        *blindness(matter.kind),
        *width(matter.spread, standing.roles),
        *confidence(group, matter),
        *novelty(group, standing),
    ]
    score = max(0, sum(reason.weight for reason in reasons))
    urgency = next((urgency for urgency, least in AT_LEAST if score >= least), Urgency.LATER)
    return Priority(urgency, score, tuple(sorted(reasons, key=lambda one: (-abs(one.weight), one.code, one.value))))


def depth(matter: Matter) -> list[Reason]:
    found = []
    if weight := BY_SEVERITY.get(SeverityId(matter.severity), 0):
        found.append(Reason("severity", str(matter.severity), weight))
    reached = deepest(matter.stages)
    if reached is not None:
        weight = BY_STAGE[reached.name] // (2 if reached.stopped else 1)
        found.append(Reason("stage_stopped" if reached.stopped else "stage", reached.name.value, weight))
    further = len(matter.stages) - 1
    if further > 0:
        found.append(Reason("stages", str(len(matter.stages)), min(STAGES_MOST, STAGES_EACH * further)))
    return found


def blindness(kind: str) -> list[Reason]:
    """While the watch itself fails, the next attack is seen by nobody: as soon as the advice card asks for it."""
    if kind in BLIND:
        return [Reason("watch_blind", "", WATCH_BLIND)]
    return [Reason("watch_weak", "", WATCH_WEAK)] if kind in OF_WATCH else []


def width(spread: Spread, roles: Mapping[str, str]) -> list[Reason]:
    found = []
    further = len(spread.machines) - 1
    if further > 0:
        found.append(Reason("machines", str(len(spread.machines)), min(MACHINES_MOST, MACHINES_EACH * further)))
    stated = [(machine, role) for machine in spread.machines if (role := roles.get(machine.lower())) in BY_ROLE]
    found += [Reason(f"role_{role}", machine, BY_ROLE[role]) for machine, role in stated]
    if spread.before_watch:
        found.append(Reason("before_watch", "", NEW_HERE))
    return found


def confidence(group: Sequence[Sighting], matter: Matter) -> list[Reason]:
    if matter.asks:
        return []
    kinds = sorted({one.kind for one in group if one.kind})
    if len(kinds) > 1:
        return [Reason("sensors_agree", "+".join(kinds), SENSORS_AGREE)]
    if all(one.stopped for one in group):
        return [Reason("all_stopped", "", ALL_STOPPED)]
    return [Reason("one_sign", "", ONE_SIGN)] if len({one.event for one in group}) == 1 else []


def novelty(group: Sequence[Sighting], standing: Standing) -> list[Reason]:
    """By the rule of the story's findings that was seen least; nothing where nobody counted."""
    seen = [known for one in group if (known := standing.of(one))]
    if not seen:
        return []
    here, everywhere = min(one.days_here for one in seen), min(one.companies for one in seen)
    found = []
    if here <= 1:
        found.append(Reason("new_here", "", NEW_HERE))
    elif here >= OFTEN and all(one.days_here >= OFTEN for one in seen):
        found.append(Reason("often_here", str(here), OFTEN_HERE))
    if everywhere <= 1:
        found.append(Reason("new_everywhere", "", NEW_EVERYWHERE))
    elif everywhere >= MANY_COMPANIES:
        found.append(Reason("common", str(everywhere), COMMON))
    return found
