"""Tokens with which programs use the API in a person's name: made and shown once, kept as hashes, ended in time.

A token may at most what its owner may at that moment, narrowed by its scope and, if it has one, by its company.
``now`` is aware.
"""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet

from hinomi.tenants.models import ApiScope, ApiToken, Tenant, User
from hinomi.tenants.operations import hashed, record_audit
from hinomi.tenants.problems import AccountClosed, BadValue, NotAllowed, UnknownToken
from hinomi.tenants.queries import tenants_for

PREFIX = "hnm_"
"""So that a token that leaked is recognised for what it is, also by scanners of repositories."""
TOKEN_BYTES = 32
LONGEST = timedelta(days=366)
LIFETIME = timedelta(days=90)
"""Where nobody says how long."""
MOST = 50
"""Tokens a person may hold at once."""
LONGEST_NAME = 100
KEEP_SPENT = timedelta(days=30)
"""An expired token is still listed for so long."""
NOTED_EVERY = timedelta(minutes=1)
"""The time of the last use is no finer than this: a busy program does not write with every question."""
ORDER = tuple(ApiScope)


def issue(
    user: User,
    name: str,
    now: datetime,
    *,
    scope: ApiScope = ApiScope.READ,
    tenant: Tenant | None = None,
    lifetime: timedelta = LIFETIME,
    actor: User | None = None,
    address: str = "",
) -> tuple[str, ApiToken]:
    """A new token of this person, which is returned here and nowhere else, and what is kept of it.

    It has 256 random bits, so one SHA-256 keeps it as well as a slow hash would. ``actor`` is who makes it; None on
    the command line.

    Raises:
        AccountClosed: this person is let in no more.
        NotAllowed: the company is not theirs to see.
        BadValue: the name, the time or the number of tokens.
    """
    if not user.is_active:
        raise AccountClosed(user.username)
    if tenant is not None and not tenants_for(user).filter(pk=tenant.pk).exists():
        raise NotAllowed("api_token.issue")
    named = name.strip()
    if not named or len(named) > LONGEST_NAME:
        raise BadValue("name", f"名前を {LONGEST_NAME} 文字までで付けてください (a name is needed).")
    if not timedelta(0) < lifetime <= LONGEST:
        raise BadValue("days", f"期限は {LONGEST.days} 日までです (at most {LONGEST.days} days).")
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        if of(user).filter(expires__gt=now).count() >= MOST:
            raise BadValue("name", f"トークンは {MOST} 個までです。使わないものを取り消してください (too many tokens).")
        row = ApiToken.objects.create(
            user=user,
            name=named,
            token_hash=hashed(token),
            scope=scope,
            tenant=tenant,
            created=now,
            expires=now + lifetime,
        )
        audit("api_token.issued", row, now, actor, address)
    return token, row


def authenticate(token: str, now: datetime) -> ApiToken | None:
    """What is kept of a token that is good now, with its owner; None for any other.

    Whatever was sent is hashed once and asked for once, so that the time it takes says nothing about it.
    """
    known = hashed(token.encode(errors="replace").decode())
    row = ApiToken.objects.select_related("user", "tenant").filter(token_hash=known).first()
    if row is None or row.expires <= now or not row.user.is_active:
        return None
    if row.last_used is None or row.last_used <= now - NOTED_EVERY:
        not_yet = Q(last_used=None) | Q(last_used__lte=now - NOTED_EVERY)
        ApiToken.objects.filter(not_yet, pk=row.pk).update(last_used=now)
        row.last_used = now
    return row


def covers(scope: str, wanted: ApiScope) -> bool:
    """Whether a token of this scope may do what needs the other: each holds those before it."""
    return ORDER.index(ApiScope(scope)) >= ORDER.index(wanted)


def revoke(user: User | None, pk: int, now: datetime, *, address: str = "") -> ApiToken:
    """Take a token away, at once; ``user`` is its owner, or None for the operator on the command line.

    Raises:
        UnknownToken: there is none, or it is somebody else's.
    """
    known = ApiToken.objects.all() if user is None else of(user)
    with transaction.atomic():
        row = known.select_related("user").filter(pk=pk).first()
        if row is None:
            raise UnknownToken(pk)
        audit("api_token.revoked", row, now, user, address)
        row.delete()
    return row


def forget(now: datetime) -> None:
    """Drop tokens that have been of no use for a month; the audit trail still tells of them."""
    ApiToken.objects.filter(expires__lt=now - KEEP_SPENT).delete()


def of(user: User | AnonymousUser) -> QuerySet[ApiToken]:
    """This person's tokens, the latest first; also those that have expired, until they are taken away."""
    return ApiToken.objects.filter(user=user.pk).select_related("tenant")


def audit(action: str, row: ApiToken, now: datetime, actor: User | None, address: str) -> None:
    record_audit(
        actor=actor,
        action=action,
        now=now,
        tenant=row.tenant_id or "",
        subject=row.user.username,
        detail={"name": row.name, "scope": row.scope, "expires": row.expires.isoformat()},
        address=address,
    )
