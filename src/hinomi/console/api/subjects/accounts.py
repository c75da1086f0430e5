"""Everyone with an account, for operators."""

from typing import Annotated, Any, Literal

from ninja import Field, Router

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found
from hinomi.console.api.subjects.people import (
    Invitation,
    Person,
    RoleBody,
    Username,
    acted,
    again,
    found,
    granted,
    invited,
    linked,
    listed,
    told,
    withdrawn,
)
from hinomi.console.api.values import TENANT, Body, OfAll
from hinomi.console.shell import audit
from hinomi.tenants import people
from hinomi.tenants.models import ApiScope
from hinomi.tenants.roles import Ability, Role

WORDS = "すべての利用者"
router = Router()
OF_EVERYONE: dict[str, Any] = {
    "roles": (Role.OPERATOR,),
    "ability": Ability.OPERATE,
    "scope": ApiScope.OPERATE,
    "whole": True,
}


class AllPeople(OfAll):
    items: list[Person]


class OnePersonOfAll(OfAll):
    person: Person


class InvitationOfAll(Invitation):
    tenant: Annotated[str, Field(pattern=rf"^$|{TENANT}", description="Where the role is held; empty: over all.")] = ""


class SignInLinkOfAll(OfAll):
    username: str
    link: str


class RoleBodyOfAll(RoleBody):
    tenant: Annotated[str, Field(pattern=rf"^$|{TENANT}")] = ""


class AccountAct(Body):
    do: Literal["close", "reopen", "unlock", "reset_second_factor"]


@operation(
    router,
    "GET",
    "/people",
    "利用者の一覧",
    roles=(Role.OPERATOR,),
    ability=Ability.OPERATE,
    response=AllPeople,
    whole=True,
)
def people_of_all(request: Asked) -> dict[str, Any]:
    """Everyone with an account. For operators."""
    audit.viewed(request, "people", "")
    return {"items": [told(one) for one in listed(request, people.managed_by(request.auth.user))]}


@operation(
    router, "POST", "/people", "利用者を招く", response=SignInLinkOfAll, status=201, in_person=True, **OF_EVERYONE
)
def person_invite_for_all(request: Asked, body: InvitationOfAll) -> dict[str, Any]:
    """A new person with any role. In person."""
    user, link = invited(request, body.model_dump(mode="json"))
    return {"username": user.username, "link": link}


@operation(
    router,
    "POST",
    "/people/{username}/link",
    "リンクを出し直す",
    response=SignInLinkOfAll,
    in_person=True,
    **OF_EVERYONE,
)
def person_link_for_all(request: Asked, username: Username) -> dict[str, Any]:
    """Another one-time link. In person."""
    user = found(people.managed_by(request.auth.user), username)
    return {"username": username, "link": linked(request, user)}


@operation(
    router,
    "POST",
    "/people/{username}/roles",
    "役割を与える",
    response=OnePersonOfAll,
    in_person=True,
    **OF_EVERYONE,
)
def person_grant_for_all(request: Asked, username: Username, body: RoleBodyOfAll) -> dict[str, Any]:
    """A role over all companies beside the others, or in one company in place of the one held there. In person."""
    user = found(people.managed_by(request.auth.user), username)
    granted(request, user, {"role": body.role.value, "tenant": body.tenant})
    return {"person": again(request, user)}


@operation(router, "DELETE", "/people/{username}/roles", "役割を外す", response=OnePersonOfAll, **OF_EVERYONE)
def person_withdraw_for_all(request: Asked, username: Username, body: RoleBodyOfAll) -> dict[str, Any]:
    """Take a role away; the last operator stays."""
    user = found(people.managed_by(request.auth.user), username)
    row = user.memberships.filter(role=body.role, tenant=body.tenant or None).first()
    if row is None:
        raise not_found()
    withdrawn(request, user, row)
    return {"person": again(request, user)}


@operation(
    router, "POST", "/people/{username}/act", "利用者を停止する・戻す・解除する", response=OnePersonOfAll, **OF_EVERYONE
)
def person_act_for_all(request: Asked, username: Username, body: AccountAct) -> dict[str, Any]:
    """Close, open again, end a pause of sign-in, or have the second factor set up anew."""
    user = found(people.managed_by(request.auth.user), username)
    acted(request, user, body.do)
    return {"person": again(request, user)}
