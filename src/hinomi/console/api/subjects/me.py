"""Who asks, what they may, and their tokens."""

from datetime import timedelta
from typing import Annotated, Any

from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found, wrong
from hinomi.console.api.values import NO_NUL, TENANT, Body, Moment
from hinomi.console.shell import clock
from hinomi.console.shell.access import EVERYONE
from hinomi.tenants import api_tokens, queries
from hinomi.tenants.models import ApiScope, ApiToken
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.roles import Ability, Role

WORDS = "自分"
router = Router()


class Token(Schema):
    """What is kept of a token; never the token itself."""

    id: int
    name: str
    scope: ApiScope
    tenant: str | None = Field(description="The only company it sees; null: all that its owner sees.")
    created: Moment
    expires: Moment
    last_used: Moment | None = Field(description="To the minute.")


class Me(Schema):
    username: str
    name: str
    roles: list[Role]
    abilities: list[Ability] = Field(description="What this caller may do: the person, narrowed by the token.")
    tenants: list[str] = Field(description="Uids of the companies that this caller may see.")
    token: Token | None = Field(description="The token that was shown; null with a session.")


class NewToken(Body):
    name: Annotated[
        str, Field(min_length=1, max_length=100, pattern=NO_NUL, description="What it is for.", examples=["月次集計"])
    ]
    scope: ApiScope = ApiScope.READ
    tenant: Annotated[str | None, Field(pattern=TENANT, description="For this company alone.")] = None
    days: Annotated[int, Field(ge=1, le=366)] = 90


class Issued(Schema):
    secret: str = Field(description="The token. It is shown here and nowhere else.", examples=["hnm_…"])
    token: Token


class Tokens(Schema):
    items: list[Token]


@operation(router, "GET", "/me", "自分と、できること", roles=EVERYONE, response=Me)
def me(request: Asked) -> dict[str, Any]:
    """Who asks, and what they may with what they showed."""
    caller = request.auth
    return {
        "username": caller.user.username,
        "name": caller.user.name,
        "roles": queries.roles_of(caller.user),
        "abilities": [ability for ability in Ability if caller.may(ability)],
        "tenants": list(caller.tenants().values_list("uid", flat=True)),
        "token": told(caller.token) if caller.token else None,
    }


@operation(router, "GET", "/me/tokens", "自分のトークン", roles=EVERYONE, response=Tokens)
def tokens(request: Asked) -> dict[str, Any]:
    """Your tokens, the latest first; also those that have expired, until they are taken away."""
    return {"items": [told(row) for row in api_tokens.of(request.auth.user)]}


@operation(router, "POST", "/me/tokens", "トークンを作る", roles=EVERYONE, response=Issued, status=201, in_person=True)
def token_issue(request: Asked, body: NewToken) -> dict[str, Any]:
    """Make a token. Only in person: a token makes no other, or a stolen one would never end."""
    user = request.auth.user
    company = None
    if body.tenant is not None:
        company = queries.tenants_for(user).filter(pk=body.tenant).first()
        if company is None:
            raise wrong("body.tenant", "この企業は見つかりません (no such company).")
    secret, row = api_tokens.issue(
        user,
        body.name,
        clock.now(),
        scope=body.scope,
        tenant=company,
        lifetime=timedelta(days=body.days),
        actor=user,
        address=clock.address(request),
    )
    return {"secret": secret, "token": told(row)}


@operation(
    router,
    "DELETE",
    "/me/tokens/{number}",
    "トークンを取り消す",
    roles=EVERYONE,
    response=Token,
    scope=ApiScope.WORK,
)
def token_revoke(request: Asked, number: int) -> dict[str, Any]:
    """Take one of your tokens away, at once. A token of one company takes away itself alone."""
    caller = request.auth
    if not 0 < number < 2**63:
        raise not_found()
    if caller.token and caller.token.tenant_id and caller.token.pk != number:
        raise NotAllowed("api_token.revoke")
    return told(api_tokens.revoke(caller.user, number, clock.now(), address=clock.address(request))) | {"id": number}


def told(row: ApiToken) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "scope": row.scope,
        "tenant": row.tenant_id,
        "created": row.created,
        "expires": row.expires,
        "last_used": row.last_used,
    }
