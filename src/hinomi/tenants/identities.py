"""People of identity providers and people of ours: who is linked to whom, and how that comes about.

A mail address links once, and only where three agree: the issuer has verified it, the operator has said that this
issuer speaks for its domain, and exactly one of our people has it. After that the issuer's subject counts alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from hinomi.tenants.lockout import guarded
from hinomi.tenants.models import Factor, OidcIdentity, User
from hinomi.tenants.operations import create_user, record_audit
from hinomi.tenants.problems import DeskError, IdentityUnknown, Unchanged
from hinomi.tenants.queries import tenant
from hinomi.tenants.roles import Role


@dataclass(frozen=True)
class Newcomers:
    """What somebody of a domain becomes whom nobody registered."""

    role: Role
    tenant: str


@dataclass(frozen=True)
class Trust:
    """What the operator lets an issuer say: domains it speaks for (None: people must exist already), and whether
    its own sign-in counts as two factors.
    """

    domains: Mapping[str, Newcomers | None]
    is_second_factor: bool = False


@dataclass(frozen=True)
class Identity:
    """What an issuer proved; ``email`` is empty where it is not verified."""

    issuer: str
    subject: str
    email: str
    name: str


def sign_in(shown: Identity, trust: Trust, now: datetime, *, address: str) -> User:
    """The person this identity belongs to.

    Raises:
        IdentityUnknown: nobody, or a closed account.
        TooManyAttempts: see ``lockout.LIMITS``.
    """
    with guarded(Factor.OIDC, "", address, now), transaction.atomic():
        user = known(shown, now) or linked(shown, trust, now, address)
        if not user.is_active:
            raise IdentityUnknown
    record_audit(
        actor=user,
        action="sign_in.by_oidc",
        now=now,
        subject=user.username,
        detail={"issuer": shown.issuer},
        address=address,
    )
    return user


def known(shown: Identity, now: datetime) -> User | None:
    rows = OidcIdentity.objects.filter(issuer=shown.issuer, subject=shown.subject)
    identity = rows.select_related("user").first()
    if identity is None:
        return None
    rows.update(last_used=now)
    return identity.user


def linked(shown: Identity, trust: Trust, now: datetime, address: str) -> User:
    domain = shown.email.rpartition("@")[2].lower()
    if not shown.email or domain not in trust.domains:
        raise IdentityUnknown
    people = list(User.objects.filter(email__iexact=shown.email)[:2])
    newcomers = trust.domains[domain]
    if not people and newcomers is not None:
        people = [registered(shown, newcomers, now)]
    if len(people) != 1 or not people[0].is_active:
        raise IdentityUnknown
    link(people[0], shown, now, address=address)
    return people[0]


def registered(shown: Identity, newcomers: Newcomers, now: datetime) -> User:
    try:
        company = tenant(newcomers.tenant)
        return create_user(
            shown.email.lower(), newcomers.role, now=now, tenant=company, name=shown.name[:150], email=shown.email
        )
    except DeskError as error:
        raise IdentityUnknown from error


def link(user: User, shown: Identity, now: datetime, *, address: str = "") -> None:
    """Raises :class:`IdentityUnknown` where the person has another subject of this issuer."""
    try:
        with transaction.atomic():
            OidcIdentity.objects.create(
                user=user, issuer=shown.issuer, subject=shown.subject, created=now, last_used=now
            )
    except IntegrityError as error:
        raise IdentityUnknown from error
    detail = {"issuer": shown.issuer, "email": shown.email}
    record_audit(actor=user, action="identity.linked", now=now, subject=user.username, detail=detail, address=address)


def unlink(user: User, identity: OidcIdentity, now: datetime, *, address: str = "") -> None:
    """Raises :class:`Unchanged` where it is not theirs, or gone."""
    with transaction.atomic():
        if not OidcIdentity.objects.filter(pk=identity.pk, user=user).delete()[0]:
            raise Unchanged
        detail = {"issuer": identity.issuer}
        record_audit(
            actor=user, action="identity.unlinked", now=now, subject=user.username, detail=detail, address=address
        )
