"""People: operators see and manage everyone, a company's lead the people of that company."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found, refused
from hinomi.console.api.values import NO_NUL, Body, OfTenant, Uid, as_sent
from hinomi.console.people.form import InviteForm, RoleForm
from hinomi.console.people.rows import Row, rows
from hinomi.console.people.views import MANAGERS
from hinomi.console.shell import audit, clock
from hinomi.tenants import people
from hinomi.tenants.models import ApiScope, Membership, User
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.roles import Ability, Role

WORDS = "利用者"
router = Router()
Username = Annotated[str, Field(min_length=1, max_length=150, pattern=r"^[\w.@+-]+$", examples=["suzuki"])]
OF_ONE: dict[str, Any] = {"roles": MANAGERS, "ability": Ability.MANAGE, "scope": ApiScope.OPERATE}


class PersonRole(Schema):
    role: Role
    tenant: str | None = Field(description="Null: over all companies.")


class Person(Schema):
    username: str
    name: str
    email: str
    roles: list[PersonRole] = Field(description="Those that you may know of.")
    factors: list[str] = Field(description="Second factors that are set up: `app`, `passkey`.")
    is_open: bool
    is_paused: bool = Field(description="Sign-in pauses after too many failures; operators see it.")
    is_yours: bool = Field(description="The whole account is yours to manage.")


class People(OfTenant):
    items: list[Person]


class OnePerson(OfTenant):
    person: Person


class Invitation(Body):
    username: Username
    name: Annotated[str, Field(min_length=1, max_length=150, pattern=NO_NUL)]
    email: Annotated[str, Field(max_length=254, pattern=NO_NUL)] = ""
    role: Role


class SignInLink(OfTenant):
    username: str
    link: str = Field(description="Signs this person in once. It is shown here and nowhere else.")


class RoleBody(Body):
    role: Role


class CompanyAct(Body):
    do: Literal["close", "reopen"]


class SecondFactor(Body):
    required: bool


class SecondFactorDemanded(OfTenant):
    required: bool


@operation(
    router,
    "GET",
    "/tenants/{tenant}/people",
    "一社の利用者",
    roles=MANAGERS,
    ability=Ability.MANAGE,
    response=People,
)
def people_of_company(request: Asked, tenant: Uid) -> dict[str, Any]:
    """Who may look into this company. That the list was read is written down."""
    audit.viewed(request, "people", tenant)
    return {"tenant": tenant, "items": [told(one) for one in listed(request, here(request))]}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/people",
    "一社に利用者を招く",
    response=SignInLink,
    status=201,
    in_person=True,
    **OF_ONE,
)
def person_invite(request: Asked, tenant: Uid, body: Invitation) -> dict[str, Any]:
    """A new person of the company, and the link that signs them in once. In person: who gives access is a person."""
    user, link = invited(request, body.model_dump(mode="json") | {"tenant": tenant})
    return {"tenant": tenant, "username": user.username, "link": link}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/people/{username}/link",
    "一社の利用者のリンクを出し直す",
    response=SignInLink,
    in_person=True,
    **OF_ONE,
)
def person_link(request: Asked, tenant: Uid, username: Username) -> dict[str, Any]:
    """Another one-time link. In person."""
    user = found(here(request), username)
    return {"tenant": tenant, "username": username, "link": linked(request, user)}


@operation(
    router,
    "PUT",
    "/tenants/{tenant}/people/{username}/role",
    "一社での役割を変える",
    response=OnePerson,
    in_person=True,
    **OF_ONE,
)
def person_grant(request: Asked, tenant: Uid, username: Username, body: RoleBody) -> dict[str, Any]:
    """Their role in this company, in place of the one they held. In person."""
    user = found(here(request), username)
    granted(request, user, {"role": body.role.value, "tenant": tenant})
    return {"tenant": tenant, "person": again(request, user)}


@operation(
    router,
    "DELETE",
    "/tenants/{tenant}/people/{username}/role",
    "一社での役割を外す",
    response=People,
    **OF_ONE,
)
def person_withdraw(request: Asked, tenant: Uid, username: Username) -> dict[str, Any]:
    """They may not look into this company any more; their sessions end."""
    user = found(here(request), username)
    row = user.memberships.filter(tenant=tenant).first()
    if row is None:
        raise not_found()
    withdrawn(request, user, row)
    return {"tenant": tenant, "items": [told(one) for one in listed(request, here(request))]}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/people/{username}/act",
    "一社の利用者を停止する・戻す",
    response=OnePerson,
    **OF_ONE,
)
def person_act(request: Asked, tenant: Uid, username: Username, body: CompanyAct) -> dict[str, Any]:
    """Close the account of somebody who belongs to this company alone, or open it again."""
    user = found(here(request), username)
    if not within(request, user):
        raise NotAllowed(f"user.{body.do}")
    acted(request, user, body.do)
    return {"tenant": tenant, "person": again(request, user)}


@operation(
    router,
    "PUT",
    "/tenants/{tenant}/second-factor",
    "二要素認証を求める",
    response=SecondFactorDemanded,
    **OF_ONE,
)
def second_factor(request: Asked, tenant: Uid, body: SecondFactor) -> dict[str, Any]:
    """Whether the company's own people must have a second factor."""
    people.demand_second_factor(
        request.auth.user, request.company, body.required, clock.now(), address=clock.address(request)
    )
    return {"tenant": tenant, "required": body.required}


def here(request: Asked) -> QuerySet[User]:
    """People of the company that the path names, as far as the caller may see them."""
    known = people.managed_by(request.auth.user)
    return known.filter(memberships__tenant=request.company).distinct()


def within(request: Asked, user: User) -> bool:
    """Whether the account is all within what the caller sees: a token of one company reaches nobody's other roles."""
    token = request.auth.token
    return token is None or not token.tenant_id or not user.memberships.exclude(tenant=token.tenant_id).exists()


def found(known: QuerySet[User], username: str) -> User:
    user = known.filter(username=username).first()
    if user is None:
        raise not_found()
    return user


def listed(request: Asked, users: QuerySet[User]) -> list[Row]:
    found = rows(request.auth.user, list(users), clock.now())
    token = request.auth.token
    if token is None or not token.tenant_id:
        return found
    theirs = [tuple(role for role in row.roles if role.tenant_id == token.tenant_id) for row in found]
    return [
        replace(row, roles=roles, is_mine=row.is_mine and within(request, row.user))
        for row, roles in zip(found, theirs, strict=True)
    ]


def again(request: Asked, user: User) -> dict[str, Any]:
    return told(listed(request, User.objects.filter(pk=user.pk).prefetch_related("memberships__tenant"))[0])


def invited(request: Asked, given: dict[str, Any]) -> tuple[User, str]:
    form = InviteForm(request.auth.user, as_sent(given))
    if not form.is_valid():
        raise refused(form)
    user, token = people.invite(
        request.auth.user,
        form.cleaned_data["username"],
        form.chosen(),
        tenant=form.company(),
        now=clock.now(),
        name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
    )
    return user, address_of(token)


def linked(request: Asked, user: User) -> str:
    return address_of(people.new_link(request.auth.user, user, clock.now()))


def address_of(token: str) -> str:
    return settings.BASE_URL + reverse("sign-in-link", args=(token,))


def granted(request: Asked, user: User, given: dict[str, str]) -> None:
    form = RoleForm(request.auth.user, as_sent(given))
    if not form.is_valid():
        raise refused(form)
    people.grant(
        request.auth.user,
        user,
        form.chosen(),
        tenant=form.company(),
        now=clock.now(),
        address=clock.address(request),
    )


def withdrawn(request: Asked, user: User, row: Membership) -> None:
    people.withdraw(
        request.auth.user,
        user,
        Role(row.role),
        tenant=row.tenant,
        now=clock.now(),
        address=clock.address(request),
    )


def acted(request: Asked, user: User, do: str) -> None:
    acts = {
        "close": people.close,
        "reopen": people.reopen,
        "unlock": people.unlock,
        "reset_second_factor": people.reset_second_factor,
    }
    acts[do](request.auth.user, user, clock.now(), address=clock.address(request))


def told(one: Row) -> dict[str, Any]:
    return {
        "username": one.user.username,
        "name": one.user.name,
        "email": one.user.email,
        "roles": [{"role": row.role, "tenant": row.tenant_id} for row in one.roles],
        "factors": one.factors,
        "is_open": one.user.is_active,
        "is_paused": one.is_paused,
        "is_yours": one.is_mine,
    }
