"""What is done to companies, sensors and people. ``now`` is timezone-aware and passed in."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest

from hinomi.tenants.models import (
    AuditEntry,
    Machine,
    MachineRole,
    Membership,
    Sensor,
    SignInFailure,
    SignInLink,
    Site,
    Tenant,
    User,
    Visit,
)
from hinomi.tenants.problems import (
    AccountClosed,
    BadValue,
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    Unchanged,
    UserExists,
)
from hinomi.tenants.roles import MEMBERS, Role

LINK_LIFETIME = timedelta(hours=24)
KEEP_SPENT = timedelta(days=1)
"""A spent link is told from an unknown one for this long."""


def record_audit(
    *,
    actor: User | None,
    action: str,
    now: datetime,
    tenant: str = "",
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
    address: str = "",
) -> AuditEntry:
    """Write one line of the audit trail; ``actor`` is None where the product itself acted."""
    return AuditEntry.objects.create(
        at=now,
        actor=actor.username if actor else "",
        action=action,
        tenant=tenant,
        subject=subject[:200],
        detail=dict(detail or {}),
        address=address,
    )


class TenantFields(TypedDict, total=False):
    """What may be said of a company; see :class:`Tenant`."""

    sector: str
    timezone: str
    employees: int | None
    annual_sales_million_yen: int | None
    endpoints: int | None
    alert_reader: str
    vendor_contact: str


class SensorFields(TypedDict, total=False):
    """What may be said of a sensor; see :class:`Sensor`. ``site`` is a site's name, made where it is missing."""

    until: date | None
    title: str
    site: str
    timezone: str
    in_study: bool
    silent_after: timedelta
    listener_port: int | None
    listener_peer: str
    listener_certificate: str


def register_tenant(uid: str, name: str, *, now: datetime, **fields: Unpack[TenantFields]) -> Tenant:
    """Make the company, or bring it up to date; fields that are not named stay as they are.

    Raises:
        BadValue: a field holds what it may not.
    """
    values: dict[str, Any] = {"name": name, **fields}
    check(Tenant(uid=uid, created=now, **values))
    return Tenant.objects.update_or_create(uid=uid, defaults=values, create_defaults={**values, "created": now})[0]


def register_sensor(
    tenant: Tenant, name: str, *, source: str, kind: str, since: date, **fields: Unpack[SensorFields]
) -> Sensor:
    """Make the sensor, or bring it up to date; fields that are not named stay, and so does what was heard of it.

    A new one writes its times in the company's zone, unless said otherwise.

    Raises:
        BadValue: a field holds what it may not.
    """
    values: dict[str, Any] = {"source": source, "kind": kind, "since": since, **fields}
    with transaction.atomic():
        if "site" in values:
            site = values["site"]
            values["site"] = Site.objects.get_or_create(tenant=tenant, name=site)[0] if site else None
        new = {"timezone": tenant.timezone, **values}
        check(Sensor(tenant=tenant, name=name, **new))
        return Sensor.objects.update_or_create(tenant=tenant, name=name, defaults=values, create_defaults=new)[0]


def state_role(tenant: Tenant, machine: str, role: MachineRole | None, now: datetime) -> bool:
    """Say what a machine is (name or address); None takes it back. False where that was said already."""
    name = folded(machine)
    known = Machine.objects.filter(tenant=tenant, name=name)
    if role is None:
        return known.delete()[0] > 0
    if known.filter(role=role).exists():
        return False
    row = Machine(tenant=tenant, name=name, role=role, stated=now)
    check(row)
    Machine.objects.update_or_create(tenant=tenant, name=name, defaults={"role": role, "stated": now})
    return True


def folded(machine: str) -> str:
    """A machine's name as it is compared: in lower case and without its domain; an address as it is."""
    name = machine.strip().lower()
    return name if name.replace(".", "").isdigit() or ":" in name else name.partition(".")[0]


def check(row: Tenant | Sensor | User | Machine) -> None:
    try:
        row.clean_fields()
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise BadValue(field, problems[0]) from error


def hear(tenant: str, sensor: str, when: datetime) -> bool:
    """Note that a sensor was heard at ``when`` (aware); False where it is not registered.

    ``last_seen`` never goes back: blocks may arrive out of order.
    """
    heard = Sensor.objects.filter(tenant_id=tenant, name=sensor).update(
        last_seen=Greatest(Coalesce(F("last_seen"), when), when)
    )
    return heard == 1


def create_user(
    username: str,
    role: Role,
    *,
    now: datetime,
    tenant: Tenant | None = None,
    name: str = "",
    email: str = "",
    actor: User | None = None,
) -> User:
    """Make a person without a password: they sign in by a link, and may set one then.

    Raises:
        UserExists: the name is taken.
        BadValue: a role that cannot be held there (see :class:`Membership`), or a name that cannot be.
    """
    check_place(role, tenant)
    if User.objects.filter(username=username).exists():
        raise UserExists(username)
    user = User(username=username, name=name, email=email, date_joined=now)
    user.set_unusable_password()
    check(user)
    with transaction.atomic():
        user.save()
        Membership.objects.create(user=user, role=role, tenant=tenant)
        record_audit(
            actor=actor,
            action="user.created",
            now=now,
            tenant=tenant.uid if tenant else "",
            subject=username,
            detail={"role": role},
        )
    return user


def check_place(role: Role, tenant: Tenant | None) -> None:
    """Raises BadValue for a member without a company, and for staff with one who are not analysts."""
    if role in MEMBERS if tenant is None else role in (Role.OPERATOR, Role.PROGRAMME):
        raise BadValue(
            "tenant",
            "企業の人には企業が要り、運用担当と事業事務局には付けられません "
            "(people of a company have a tenant, operators and the programme office have none).",
        )


def close_account(user: User, now: datetime, *, actor: User | None = None, address: str = "") -> None:
    """Let this person in no more; their open sessions end with the next request, their history stays.

    Raises:
        Unchanged: it is closed already.
    """
    switch_account(user, False, "user.closed", now, actor, address)


def reopen_account(user: User, now: datetime, *, actor: User | None = None, address: str = "") -> None:
    """Let this person in again, with the role they had.

    Raises:
        Unchanged: it is open already.
    """
    switch_account(user, True, "user.reopened", now, actor, address)


def switch_account(user: User, is_active: bool, action: str, now: datetime, actor: User | None, address: str) -> None:
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=not is_active).update(is_active=is_active):
            raise Unchanged
        Visit.objects.filter(user=user).delete()
        record_audit(
            actor=actor, action=action, now=now, tenant=company_of(user), subject=user.username, address=address
        )
    user.is_active = is_active


def company_of(user: User) -> str:
    """The company whose lead reads of what is done to this person; empty for staff and people of several."""
    tenants = set(Membership.objects.filter(user=user).values_list("tenant_id", flat=True))
    return next(iter(tenants)) or "" if len(tenants) == 1 else ""


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_sign_in_link(
    user: User, now: datetime, *, lifetime: timedelta = LINK_LIFETIME, actor: User | None = None
) -> str:
    """A token that signs this person in once, before ``now + lifetime``; only its hash is kept.

    Raises:
        AccountClosed: this person is let in no more.
    """
    if not user.is_active:
        raise AccountClosed(user.username)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SignInLink.objects.create(token_hash=hashed(token), user=user, expires=now + lifetime)
        record_audit(actor=actor, action="sign_in_link.issued", now=now, subject=user.username)
    return token


def redeem_sign_in_link(token: str, now: datetime, *, address: str = "") -> User:
    """The person the link belongs to; the link is spent, also when two ask at the same moment.

    Raises:
        LinkUnknown, LinkUsed, LinkExpired: nobody is signed in.
    """
    link = SignInLink.objects.select_related("user").filter(token_hash=hashed(token)).first()
    if link is None or not link.user.is_active:
        raise LinkUnknown
    if link.expires <= now:
        raise LinkExpired
    with transaction.atomic():
        if not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
            raise LinkUsed
        record_audit(actor=link.user, action="sign_in.by_link", now=now, subject=link.user.username, address=address)
    return link.user


def forget_expired(now: datetime) -> None:
    """Drop links nobody can use any more, and failed sign-ins of yesterday and before."""
    SignInLink.objects.filter(expires__lt=now - KEEP_SPENT).delete()
    SignInFailure.objects.filter(at__lt=now - KEEP_SPENT).delete()
