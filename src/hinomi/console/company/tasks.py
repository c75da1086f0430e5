"""What a company has to do, from its open incidents: those with the same advice are one task."""

from collections.abc import Iterable
from dataclasses import dataclass

from hinomi.console.consult.steps import Step, steps
from hinomi.console.shell import advice
from hinomi.console.shell.advice import Advice
from hinomi.incidents.models import Incident

LEVELS = ("act_now", "act_today", "check", "know")
"""Levels of advice cards, the most pressing first."""
SHOWN = 5


@dataclass(frozen=True)
class Task:
    """Incidents that call for the same steps, the most urgent first; ``advice`` is None where the shelf has no card."""

    advice: Advice | None
    incidents: tuple[Incident, ...]
    steps: tuple[Step, ...] = ()
    """Of the first incident's card."""

    @property
    def title(self) -> str:
        return self.advice.title if self.advice else self.incidents[0].title

    @property
    def severity_id(self) -> int:
        return max(incident.severity_id for incident in self.incidents)

    @property
    def first(self) -> Incident:
        return self.incidents[0]

    @property
    def shown(self) -> tuple[Incident, ...]:
        return self.incidents[:SHOWN]

    @property
    def others(self) -> int:
        return max(0, len(self.incidents) - SHOWN)

    @property
    def pressing(self) -> int:
        return LEVELS.index(self.advice.level) if self.advice else LEVELS.index("check")


def tasks(incidents: Iterable[Incident]) -> list[Task]:
    """The most pressing first; ``incidents`` come most urgent first."""
    kinds: dict[str, list[Incident]] = {}
    for incident in incidents:
        kinds.setdefault(incident.kind, []).append(incident)
    found = [task(group) for group in kinds.values()]
    return sorted(found, key=lambda task: (task.pressing, -task.severity_id))


def task(group: list[Incident]) -> Task:
    card = advice.for_incident(group[0])
    return Task(card, tuple(group), tuple(steps(group[0], card)))
