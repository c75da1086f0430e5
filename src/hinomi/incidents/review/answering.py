"""Which standing decision answers an incident, and what that does to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import override

from hinomi.incidents.models import Change, Incident, Status
from hinomi.incidents.review.likeness import Likeness, beyond
from hinomi.incidents.review.models import STATES, Answer, Decision, Verdict
from hinomi.incidents.review.reading import Read
from hinomi.tenants.models import User


@dataclass(frozen=True)
class Covering:
    """A decision, and the companies it stands for (None: every one)."""

    decision: Decision
    tenants: frozenset[str] | None

    def covers(self, tenant: str) -> bool:
        return self.tenants is None or tenant in self.tenants


def standing(now: datetime, kinds: Iterable[str] | None = None) -> list[Covering]:
    """Decisions that stand, the latest first."""
    rows = Decision.objects.filter(ended=None, until__gt=now)
    return covering(rows if kinds is None else rows.filter(kind__in=kinds))


def covering(decisions: QuerySet[Decision]) -> list[Covering]:
    rows = decisions.select_related("owner").prefetch_related("tenants").order_by("-created", "uid")
    return [Covering(row, None if row.everywhere else frozenset(one.pk for one in row.tenants.all())) for row in rows]


def answer_to(one: Likeness, tenant: str, decisions: Iterable[Covering]) -> Decision | None:
    """The latest decision for this company that was made over all that the incident is."""
    found = (each.decision for each in decisions if each.covers(tenant))
    return next((decision for decision in found if not beyond(one, decision.likeness)), None)


def last_answer(incident: Incident) -> Answer | None:
    return incident.answers.select_related("decision", "decision__owner").order_by("-at", "-id").first()


def in_hands(incident: Incident, answer: Answer | None) -> bool:
    """A person has worked on it since it was answered, or at all: it is theirs."""
    changes = incident.changes.exclude(who=None)
    if answer is None:
        return incident.assignee_id is not None or incident.notes.exists() or changes.exists()
    return changes.filter(Q(at__gt=answer.at)).exists()


def reopened_by_hand(incident: Incident, answer: Answer) -> bool:
    return incident.changes.exclude(who=None).filter(field="status", at__gt=answer.at).exists()


def answer(read: Read, decision: Decision, now: datetime, who: User | None) -> bool:
    """Give the incident the status that the verdict says; False where it had it. ``who`` None: it was recognised."""
    incident = read.incident
    Answer.objects.update_or_create(
        decision=decision,
        incident=incident,
        defaults={"at": now, "findings": read.findings},
        create_defaults={"at": now, "findings": read.findings, "recognised": who is None},
    )
    status, reason = STATES[decision.verdict]
    if (incident.status, incident.reason) == (status.value, reason):
        return False
    keep_status(incident, status.value, reason, why(decision, who), now, who)
    if decision.verdict == Verdict.INCIDENT and incident.assignee_id is None and decision.owner.is_active:
        incident.assignee = decision.owner
    incident.save()
    return True


def keep_status(incident: Incident, status: str, reason: str, said: str, now: datetime, who: User | None) -> None:
    """Written into the row, which is not saved, and into its history."""
    Change.objects.create(
        incident=incident, who=who, at=now, field="status", before=incident.status, after=status, why=said[:300]
    )
    incident.status, incident.reason, incident.updated = status, reason, now


def why(decision: Decision, who: User | None) -> str:
    """One sentence for the history, which the company reads: the reason may speak of another one, and stays out.

    In one language, whoever writes it.
    """
    with override("ja"):
        verdict = decision.get_verdict_display()
    if who is not None:
        return f"「{verdict}」と判断しました(判断 {decision.uid})。"
    return f"{decision.owner} の判断 {decision.uid} と同じ内容のため「{verdict}」としました。"


def still_watched(uids: Sequence[str], now: datetime) -> frozenset[str]:
    """Of watched incidents those whose decision stands."""
    rows = Answer.objects.filter(incident__in=uids, decision__ended=None, decision__until__gt=now) if uids else ()
    return frozenset(row.incident_id for row in rows)


def is_asked(incident: Incident, now: datetime) -> bool:
    """Open, nobody has begun to work on it, and no decision that stands watches it."""
    if incident.status == Status.WATCHING:
        return not still_watched([incident.pk], now)
    return incident.status == Status.NEW
