"""How the API knows who asks and what they may: checked before a word of the request is read.

401: nobody is known. 429: too much at once. 403: the role, the scope, the token's company. 404: the company is not
there for this person. Only then are values looked at (422).
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from hinomi.console.api import pace
from hinomi.console.api.problems import KINDS, Refusal, not_found
from hinomi.console.shell import clock
from hinomi.tenants import api_tokens, queries
from hinomi.tenants.models import ApiScope, ApiToken, Tenant, User
from hinomi.tenants.roles import Ability, Role

NEEDS: dict[Ability, ApiScope] = {Ability.WORK: ApiScope.WORK, Ability.OPERATE: ApiScope.OPERATE}
"""Scopes that a token needs for what its owner may do; an operation names its own beside."""
NOT_THIS_ROLE = "あなたの役割ではできません (your role may not do this)."


@dataclass(frozen=True)
class Caller:
    """A person, and the token with which a program asks in their name (None: the person's own session)."""

    user: User
    token: ApiToken | None = None

    def may(self, ability: Ability) -> bool:
        needed = NEEDS.get(ability, ApiScope.READ)
        return self.covers(needed) and queries.may(self.user, ability)

    def covers(self, scope: ApiScope) -> bool:
        return self.token is None or api_tokens.covers(self.token.scope, scope)

    def tenants(self) -> QuerySet[Tenant]:
        """The companies that this caller may see."""
        seen = queries.tenants_for(self.user)
        return seen.filter(pk=self.token.tenant_id) if self.token and self.token.tenant_id else seen


class Asked(HttpRequest):
    """A request that came through a door; ``company`` is the one that the path names, if it names one."""

    auth: Caller
    company: Tenant


@dataclass(frozen=True)
class Rule:
    """Who may ask for an operation; ``whole``: it is about all companies, and no token of one company may.

    The role, and the ability if one is named, must be held in the company that the path names.
    """

    roles: tuple[Role, ...]
    scope: ApiScope = ApiScope.READ
    ability: Ability | None = None
    whole: bool = False
    in_person: bool = False
    """Only with a session, never with a token."""

    def admit(self, request: HttpRequest, caller: Caller) -> Caller:
        """The same caller, with the company of the path at the request.

        Raises:
            Refusal: 429, 403 or 404.
        """
        wait = pace.wait(caller.token.token_hash if caller.token else f"user {caller.user.pk}")
        if wait:
            raise Refusal(429, f"1分に {pace.PER_MINUTE} 回までです (at most so many a minute).", retry_after=wait)
        if self.in_person and caller.token:
            raise Refusal(403, "コンソールにサインインして行ってください (sign in to the console to do this).")
        if not self.roles_at(caller.user):
            raise Refusal(403, NOT_THIS_ROLE)
        if not caller.covers(self.scope):
            raise Refusal(403, f"トークンの範囲が足りません。{self.scope.value} が要ります (needs this scope).")
        if self.whole and caller.token and caller.token.tenant_id:
            raise Refusal(403, "このトークンは1社だけのものです (this token is for one company alone).")
        match = request.resolver_match
        named = match.kwargs.get("tenant") if match else None
        if named is not None:
            company = caller.tenants().filter(pk=named).first()
            if company is None:
                raise not_found()
            if not self.roles_at(caller.user, company.uid):
                raise Refusal(403, NOT_THIS_ROLE)
            request.company = company  # type: ignore[attr-defined]
        if self.ability and not queries.may(caller.user, self.ability, named):
            raise Refusal(403, NOT_THIS_ROLE)
        return caller

    def roles_at(self, user: User, company: str | None = None) -> set[Role]:
        """The person's roles that may, in this company, or in any where none is named."""
        held = {role for role, where in queries.memberships(user) if company is None or where in (None, company)}
        return held & set(self.roles)


class BearerToken(HttpBearer):
    """A token of a program; whoever shows a wrong one is not let in by their cookie instead."""

    openapi_description = "`Authorization: Bearer hnm_…`, from `/tokens/` or `hinomi token issue`."

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule

    def __call__(self, request: HttpRequest) -> Caller | None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, given.strip()) if scheme.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        row = api_tokens.authenticate(token, clock.now())
        if row is None:
            raise Refusal(
                401, "トークンが正しくないか、期限切れか、取り消されています (unknown, expired or revoked token)."
            )
        request.user = row.user
        return self.rule.admit(request, Caller(row.user, row))


class SessionCookie(APIKeyCookie):
    """The session of the console, for its own pages: what changes anything needs Django's CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME
    openapi_description = "The console's session, same origin; changes need the header `X-CSRFToken`."

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule

    def __call__(self, request: HttpRequest) -> Caller | None:
        if not isinstance(request.user, User):
            return None
        if check_csrf(request):
            raise Refusal(403, "X-CSRFToken がないか、正しくありません (the CSRF token is missing or wrong).")
        return self.authenticate(request, request.COOKIES.get(self.param_name))

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller:
        assert isinstance(request.user, User)
        return self.rule.admit(request, Caller(request.user))


class Nobody:
    """The last door: whoever came through none of the others is told what to do."""

    def __call__(self, request: HttpRequest) -> None:
        raise Refusal(401, KINDS[401].title)


def doors(rule: Rule) -> list[object]:
    return [BearerToken(rule), SessionCookie(rule), Nobody()]
