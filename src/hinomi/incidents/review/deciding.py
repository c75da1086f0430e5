"""Deciding once for many incidents that are alike, over many companies; ending it, and taking it back."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from hinomi.incidents.models import Change, Incident, Status
from hinomi.incidents.review import effort
from hinomi.incidents.review.answering import answer, is_asked, keep_status, last_answer, reopened_by_hand
from hinomi.incidents.review.clusters import about, asked, seen_by
from hinomi.incidents.review.likeness import Likeness, together
from hinomi.incidents.review.models import FOR_ALL, LASTING, LONGEST, Decision, Reading, Verdict
from hinomi.incidents.review.problems import AlreadyDecided, BadDecision, HasChanged, UnknownCluster, UnknownDecision
from hinomi.incidents.review.reading import Read, read
from hinomi.incidents.review.recognising import answer_waiting, held
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.queries import may, serves_all, tenants_for
from hinomi.tenants.roles import Ability

LONGEST_REASON = 500


@transaction.atomic
def decide(
    user: User,
    key: str,
    verdict: Verdict,
    *,
    reason: str,
    now: datetime,
    tenants: Collection[str] | None = None,
    everywhere: bool = False,
    until: datetime | None = None,
    seen: Mapping[str, str] | None = None,
    address: str = "",
) -> Decision:
    """Decide over a cluster, for the named companies of it (None: all that this person may work on) or for every one.

    ``seen`` are the incidents that the person looked at, by uid, each with its state then
    (:attr:`hinomi.incidents.review.clusters.Cluster.seen`): what came since, or became something else, is not decided
    over. None: all there is now. Whatever else waits and lies within what was decided over is answered, too.

    Raises:
        NotAllowed: not this person's to do, or not for these companies.
        UnknownCluster: nothing of this kind is asked of this person.
        BadDecision: what was decided cannot be; the message says why.
        AlreadyDecided: somebody else was faster.
        HasChanged: all of it has become something else.
    """
    check(user, verdict, reason, everywhere or verdict is Verdict.BENIGN, until, now)
    everywhere = everywhere or verdict is Verdict.BENIGN
    rows = asked(user).filter(key=key)
    if tenants is not None:
        rows = rows.filter(incident__tenant__in=tenants)
    wanted = sorted(rows.values_list("incident_id", flat=True)) if seen is None else theirs(user, seen, tenants)
    if not wanted:
        raise UnknownCluster(key)
    cases = [one for one in list(read(held(wanted))) if is_asked(one.incident, now)]
    if not cases:
        raise AlreadyDecided(by_whom(wanted))
    decided = [one for one in cases if one.likeness.key == key and (seen is None or is_seen(one, seen))]
    if not decided:
        raise HasChanged
    decision = state(user, key, verdict, reason, decided, everywhere, until or now + LASTING[verdict], now)
    for one in decided:
        if answer(one, decision, now, user):
            Reading.objects.filter(pk=one.incident.pk).update(read=one.incident.updated)
    write_down(decision, decided, address)
    effort.ended(user, decision, now)
    answer_waiting(decision, now)
    return decision


def check(user: User, verdict: Verdict, reason: str, everywhere: bool, until: datetime | None, now: datetime) -> None:
    if not may(user, Ability.WORK) or (everywhere and not serves_all(user)):
        raise NotAllowed("review.decide")
    if everywhere and verdict not in FOR_ALL:
        raise BadDecision("この判断は、企業を選んで決めてください (this verdict is for named companies)")
    if not reason.strip():
        raise BadDecision("理由を書いてください (a reason is needed)")
    if len(reason) > LONGEST_REASON:
        raise BadDecision(f"理由は {LONGEST_REASON} 文字までです (the reason is too long)")
    if until is not None and not now < until <= now + LONGEST:
        raise BadDecision("期限は、いまから1年以内にしてください (it must end within a year)")


def theirs(user: User, seen: Mapping[str, str], tenants: Collection[str] | None) -> list[str]:
    """Of the incidents that were looked at those of the companies chosen, as far as they are this person's."""
    rows = Incident.objects.filter(pk__in=seen, tenant__in=tenants_for(user, Ability.WORK), merged_into=None)
    if tenants is not None:
        rows = rows.filter(tenant__in=tenants)
    return sorted(rows.values_list("pk", flat=True))


def is_seen(one: Read, seen: Mapping[str, str]) -> bool:
    return seen.get(one.incident.pk) == one.likeness.state


def by_whom(wanted: Sequence[str]) -> str:
    rows = Change.objects.filter(incident__in=wanted, field="status").select_related("who").order_by("-at", "-id")
    last = rows.first()
    return f": {last.who or '火の見'}、{last.why}" if last else ""


def state(
    user: User,
    key: str,
    verdict: Verdict,
    reason: str,
    decided: Sequence[Read],
    everywhere: bool,
    until: datetime,
    now: datetime,
) -> Decision:
    over: Likeness = together(one.likeness for one in decided)
    gravest = min((one.incident for one in decided), key=lambda row: (-row.urgency, -row.severity_id, row.pk))
    decision = Decision.objects.create(
        uid=secrets.token_hex(8),
        key=key,
        kind=over.kind,
        title=about(gravest),
        verdict=verdict,
        reason=reason.strip(),
        owner=user,
        everywhere=everywhere,
        severity_id=over.severity_id,
        context=over.to_json(),
        findings=sum(one.findings for one in decided),
        first_seen=min(one.incident.first_seen for one in decided),
        last_seen=max(one.incident.last_seen for one in decided),
        created=now,
        until=until,
    )
    decision.tenants.set(Tenant.objects.filter(pk__in={one.incident.tenant_id for one in decided}))
    return decision


def write_down(decision: Decision, decided: Sequence[Read], address: str) -> None:
    """One line of the audit trail for each company, with its own incidents alone. It reads that line: the reason, which
    may speak of others, stays with the decision."""
    of_each: dict[str, list[str]] = {}
    for one in decided:
        of_each.setdefault(one.incident.tenant_id, []).append(one.incident.pk)
    for tenant, incidents in of_each.items():
        record_audit(
            actor=decision.owner,
            action="review.decided",
            now=decision.created,
            tenant=tenant,
            subject=decision.uid,
            detail={
                "verdict": decision.verdict,
                "everywhere": decision.everywhere,
                "until": decision.until.isoformat(),
                "incidents": incidents,
            },
            address=address,
        )


@transaction.atomic
def end(user: User, uid: str, now: datetime, *, take_back: bool = False, address: str = "") -> int:
    """End a decision now: what it answered stays, what comes is asked again. Ending it twice changes nothing.

    ``take_back``: it was wrong, and what it answered is asked again as well, but what a person has changed since.
    Returns how many incidents that were.

    Raises:
        UnknownDecision: there is none, or not for this person.
        NotAllowed: not this person's to do.
    """
    decision = seen_by(user).select_for_update(of=("self",)).filter(pk=uid).first()
    if decision is None:
        raise UnknownDecision(uid)
    if not may(user, Ability.WORK):
        raise NotAllowed("review.end")
    if decision.ended is None and decision.until > now:
        decision.ended, decision.ended_by = now, user
        decision.save()
        for tenant in decision.tenants.values_list("pk", flat=True):
            record_audit(
                actor=user, action="review.ended", now=now, tenant=tenant, subject=decision.uid, address=address
            )
    return give_back(decision, user, now, address) if take_back else 0


def give_back(decision: Decision, user: User, now: datetime, address: str) -> int:
    asked_again = 0
    for incident in held(decision.answers.values_list("incident_id", flat=True)):
        last = last_answer(incident)
        if last is None or last.decision_id != decision.pk or reopened_by_hand(incident, last):
            continue
        if incident.status != Status.NEW:
            keep_status(incident, Status.NEW.value, "", f"判断 {decision.uid} を取り消しました。", now, user)
            incident.save()
            record_audit(
                actor=user,
                action="review.taken_back",
                now=now,
                tenant=incident.tenant_id,
                subject=incident.pk,
                detail={"decision": decision.uid},
                address=address,
            )
            asked_again += 1
    return asked_again
