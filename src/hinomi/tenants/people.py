"""Who may look, managed: operators manage everyone, a company's lead the people of that company.

Every function takes the person who acts and asks whether it is theirs to do; ``actor`` None is the operator at the
command line. ``now`` is aware.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hinomi.tenants import operations, second_factor, visits
from hinomi.tenants.lockout import unlock as forget_failures
from hinomi.tenants.models import Membership, Tenant, User
from hinomi.tenants.operations import check_place, create_user, issue_sign_in_link, record_audit
from hinomi.tenants.problems import LastOperator, NotAllowed, Unchanged
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import MEMBERS, Ability, Role


def managed_by(actor: User) -> QuerySet[User]:
    """People this person sees on the page: all for an operator; else those with a role in a company of theirs."""
    everyone = User.objects.order_by("name", "username").prefetch_related("memberships__tenant")
    if may(actor, Ability.OPERATE):
        return everyone
    theirs = Membership.objects.filter(
        user=OuterRef("pk"), role__in=MEMBERS, tenant__in=tenants_for(actor, Ability.MANAGE)
    )
    return everyone.filter(Exists(theirs))


def is_theirs(actor: User | None, user: User) -> bool:
    """Whether the whole account is the actor's to manage: of a company's lead, that of nobody who belongs elsewhere."""
    if actor is None or may(actor, Ability.OPERATE):
        return True
    companies = set(tenants_for(actor, Ability.MANAGE).values_list("pk", flat=True))
    rows = list(Membership.objects.filter(user=user).values_list("role", "tenant_id"))
    return bool(rows) and all(role in MEMBERS and tenant in companies for role, tenant in rows)


def demand(actor: User | None, user: User, act: str) -> None:
    """Raises :class:`NotAllowed`."""
    if not is_theirs(actor, user):
        raise NotAllowed(act)


def demand_place(actor: User | None, role: Role, tenant: Tenant | None, act: str) -> None:
    """Raises :class:`NotAllowed` for a role that is not the actor's to give there."""
    if actor is None or may(actor, Ability.OPERATE):
        return
    if role not in MEMBERS or tenant is None or not may(actor, Ability.MANAGE, tenant):
        raise NotAllowed(act)


def invite(
    actor: User | None,
    username: str,
    role: Role,
    *,
    tenant: Tenant | None,
    now: datetime,
    name: str = "",
    email: str = "",
) -> tuple[User, str]:
    """A new person, and the token of a link that signs them in once.

    Raises:
        NotAllowed, UserExists, BadValue.
    """
    demand_place(actor, role, tenant, "user.invite")
    with transaction.atomic():
        user = create_user(username, role, now=now, tenant=tenant, name=name, email=email, actor=actor)
        return user, issue_sign_in_link(user, now, actor=actor)


def grant(
    actor: User | None, user: User, role: Role, *, tenant: Tenant | None, now: datetime, address: str = ""
) -> None:
    """Give a role: over all companies beside the others held there, in a company in place of the one held there.

    All sessions of the person end, so that nothing goes on under what they were before.

    Raises:
        NotAllowed, BadValue.
        Unchanged: they have it.
    """
    demand_place(actor, role, tenant, "user.grant")
    check_place(role, tenant)
    with transaction.atomic():
        held = Membership.objects.filter(user=user, tenant=tenant)
        if held.filter(role=role).exists():
            raise Unchanged
        if tenant is not None:
            held.delete()
        Membership.objects.create(user=user, role=role, tenant=tenant)
        noted(actor, user, "user.granted", role, tenant, now, address)


def withdraw(
    actor: User | None, user: User, role: Role, *, tenant: Tenant | None, now: datetime, address: str = ""
) -> None:
    """Take a role away; the person's sessions end.

    Raises:
        NotAllowed.
        LastOperator: nobody could operate any more.
        Unchanged: they do not have it.
    """
    demand_place(actor, role, tenant, "user.withdraw")
    with transaction.atomic():
        if role is Role.OPERATOR:
            keep_an_operator(user)
        if not Membership.objects.filter(user=user, role=role, tenant=tenant).delete()[0]:
            raise Unchanged
        noted(actor, user, "user.withdrawn", role, tenant, now, address)


def close(actor: User | None, user: User, now: datetime, *, address: str = "") -> None:
    """Let somebody in no more.

    Raises:
        NotAllowed, LastOperator, Unchanged.
    """
    demand(actor, user, "user.close")
    with transaction.atomic():
        keep_an_operator(user)
        operations.close_account(user, now, actor=actor, address=address)


def reopen(actor: User | None, user: User, now: datetime, *, address: str = "") -> None:
    """Raises :class:`NotAllowed`, :class:`Unchanged`."""
    demand(actor, user, "user.reopen")
    operations.reopen_account(user, now, actor=actor, address=address)


def new_link(actor: User | None, user: User, now: datetime) -> str:
    """Another one-time link: the first factor of somebody who forgot their password; a second one is still asked.

    Raises:
        NotAllowed, AccountClosed.
    """
    demand(actor, user, "user.link")
    return issue_sign_in_link(user, now, actor=actor)


def reset_second_factor(actor: User | None, user: User, now: datetime, *, address: str = "") -> None:
    """For operators alone: who may give links and could do this as well could be anybody of their company.

    Raises:
        NotAllowed, Unchanged.
    """
    if actor is not None and not may(actor, Ability.OPERATE):
        raise NotAllowed("user.reset_second_factor")
    second_factor.reset(user, now, actor=actor, address=address)


def unlock(actor: User | None, user: User, now: datetime, *, address: str = "") -> None:
    """End the pauses after too many failures.

    Raises:
        NotAllowed, Unchanged.
    """
    if actor is not None and not may(actor, Ability.OPERATE):
        raise NotAllowed("user.unlock")
    forget_failures(user, now, actor=actor, address=address)


def demand_second_factor(actor: User | None, tenant: Tenant, wanted: bool, now: datetime, *, address: str = "") -> None:
    """Say whether a company's own people must have a second factor.

    Raises:
        NotAllowed, Unchanged.
    """
    if actor is not None and not may(actor, Ability.MANAGE, tenant):
        raise NotAllowed("tenant.second_factor")
    with transaction.atomic():
        rows = Tenant.objects.filter(pk=tenant.pk, requires_second_factor=not wanted)
        if not rows.update(requires_second_factor=wanted):
            raise Unchanged
        record_audit(
            actor=actor,
            action="tenant.second_factor",
            now=now,
            tenant=tenant.pk,
            detail={"required": wanted},
            address=address,
        )


def keep_an_operator(user: User) -> None:
    """Raises :class:`LastOperator`. The rows are held, so that two do not close each other at the same moment."""
    rows = Membership.objects.select_for_update().filter(role=Role.OPERATOR, user__is_active=True)
    operators = set(rows.values_list("user_id", flat=True))
    if operators == {user.pk}:
        raise LastOperator(user.username)


def noted(
    actor: User | None, user: User, action: str, role: Role, tenant: Tenant | None, now: datetime, address: str
) -> None:
    visits.end_all(user)
    record_audit(
        actor=actor,
        action=action,
        now=now,
        tenant=tenant.pk if tenant else "",
        subject=user.username,
        detail={"role": role.value},
        address=address,
    )
