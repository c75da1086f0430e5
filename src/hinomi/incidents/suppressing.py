"""Deciding not to be told of something: who may, for how long, and what is in force. ``now`` is aware."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet

from hinomi.incidents.models import Suppression
from hinomi.incidents.problems import BadSuppression, UnknownSuppression
from hinomi.ocsf import suppression as ocsf
from hinomi.ocsf.suppression import COLUMNS, Condition, Operator
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.queries import may, serves_all, tenants_for
from hinomi.tenants.roles import Ability

LONGEST = timedelta(days=366)
"""What is true for longer is decided again."""
MOST_CONDITIONS = 10
LONGEST_VALUE = 500


@transaction.atomic
def suppress(
    user: User | None,
    *,
    tenant: Tenant | None,
    rule: str,
    conditions: Sequence[Condition],
    reason: str,
    until: datetime,
    now: datetime,
    address: str = "",
) -> Suppression:
    """State it; ``user`` None is the operator on the command line.

    Raises:
        NotAllowed: not this person's to do, or not for this company.
        BadSuppression: what was stated cannot be; the message says why.
    """
    if user is not None:
        allowed = may(user, Ability.WORK, tenant) and (tenant is not None or serves_all(user))
        if not allowed:
            raise NotAllowed("suppression.add")
    check(rule, conditions, reason, until, now)
    row = Suppression.objects.create(
        uid=secrets.token_hex(8),
        tenant=tenant,
        rule=rule,
        conditions=[[one.column, one.operator.value, one.value] for one in conditions],
        reason=reason.strip(),
        owner=user,
        created=now,
        until=until,
    )
    audit(user, "suppression.added", row, now, address)
    return row


def check(rule: str, conditions: Sequence[Condition], reason: str, until: datetime, now: datetime) -> None:
    """Raises :class:`BadSuppression`."""
    if not rule.strip():
        raise BadSuppression("ルールを指定してください (name the rule)")
    if not reason.strip():
        raise BadSuppression("理由を書いてください (a reason is needed)")
    if len(reason) > LONGEST_VALUE:
        raise BadSuppression(f"理由は {LONGEST_VALUE} 文字までです (the reason is too long)")
    if not now < until <= now + LONGEST:
        raise BadSuppression("期限は、いまから1年以内にしてください (it must end within a year)")
    if len(conditions) > MOST_CONDITIONS:
        raise BadSuppression(f"条件は {MOST_CONDITIONS} 個までです (too many conditions)")
    for condition in conditions:
        if condition.column not in COLUMNS:
            raise BadSuppression(
                f"条件に使えない項目です (no such column): {condition.column}。使える項目 (known): {', '.join(COLUMNS)}"
            )
        if not condition.value.strip() or len(condition.value) > LONGEST_VALUE:
            raise BadSuppression(f"{condition.column} の値が空か、長すぎます (empty or too long)")
        if condition.operator is Operator.NETWORK:
            try:
                ip_network(condition.value, strict=False)
            except ValueError as error:
                raise BadSuppression(f"ネットワークではありません (not a network): {condition.value}") from error


@transaction.atomic
def end(user: User | None, uid: str, now: datetime, *, address: str = "") -> Suppression:
    """End it now; findings from now on are raised again. Ending it twice changes nothing.

    Raises:
        UnknownSuppression: there is none, or not for this person.
        NotAllowed: not this person's to do.
    """
    known = Suppression.objects.all() if user is None else seen_by(user)
    row = known.select_for_update(of=("self",)).filter(pk=uid).first()
    if row is None:
        raise UnknownSuppression(uid)
    if user is not None and not (may(user, Ability.WORK, row.tenant_id) and (row.tenant_id or serves_all(user))):
        raise NotAllowed("suppression.end")
    if row.until > now:
        row.until, row.ended_by = now, user
        row.save()
        audit(user, "suppression.ended", row, now, address)
    return row


def seen_by(user: User | AnonymousUser) -> QuerySet[Suppression]:
    """Those of companies this person may see, and those for every company if they may see all."""
    theirs = Q(tenant__in=tenants_for(user))
    for_all = Q(tenant=None) if may(user, Ability.WORK) else Q(pk=None)
    return Suppression.objects.filter(theirs | for_all).select_related("tenant", "owner", "ended_by")


def for_tenant(uid: str) -> tuple[ocsf.Suppression, ...]:
    """All that ever concerned a company's findings, as the river takes them; those that ended cover what was before."""
    rows = Suppression.objects.filter(Q(tenant_id=uid) | Q(tenant=None)).order_by("uid")
    return tuple(as_value(row) for row in rows)


def as_value(row: Suppression) -> ocsf.Suppression:
    return ocsf.Suppression(
        uid=row.uid,
        tenant=row.tenant_id,
        rule=row.rule,
        conditions=tuple(Condition(column, Operator(how), value) for column, how, value in row.conditions),
        until=row.until.astimezone(UTC).replace(tzinfo=None),
        reason=row.reason,
    )


def audit(user: User | None, action: str, row: Suppression, now: datetime, address: str) -> None:
    detail = {"rule": row.rule, "conditions": row.conditions, "until": row.until.isoformat(), "reason": row.reason}
    record_audit(
        actor=user,
        action=action,
        now=now,
        tenant=row.tenant_id or "",
        subject=row.uid,
        detail=detail,
        address=address,
    )
