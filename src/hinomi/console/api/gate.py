"""An operation of the API, said in one place: its words, its path, who may, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import getdoc
from typing import Any, TypeVar

from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from ninja import Router

from hinomi.console.api.doors import Asked, Rule, doors
from hinomi.console.api.problems import KINDS, MEDIA_TYPE
from hinomi.console.shell import clock
from hinomi.tenants.models import ApiScope
from hinomi.tenants.operations import record_audit
from hinomi.tenants.roles import Ability, Role


@dataclass(frozen=True)
class Declared:
    """An operation as it was declared; ``path`` is below the API's root."""

    method: str
    path: str
    view: Callable[..., Any]
    rule: Rule


OPERATIONS: dict[str, Declared] = {}
"""By id, for those who walk all of them."""
View = TypeVar("View", bound=Callable[..., Any])
PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
TENANT_HEADER = "Hinomi-Tenant"
"""Echoes the company where the answer is a file."""


def operation(
    router: Router,
    method: str,
    path: str,
    words: str,
    *,
    roles: tuple[Role, ...],
    response: Any,
    scope: ApiScope = ApiScope.READ,
    ability: Ability | None = None,
    whole: bool = False,
    in_person: bool = False,
    status: int = 200,
    file: str = "",
) -> Callable[[View], View]:
    """The view becomes an operation whose id is its own name; its docstring (English) is the description.

    ``words`` (Japanese) name it; ``file`` is the media type of an answer that is no JSON; for the rest see
    :class:`Rule`.
    """
    rule = Rule(roles, scope, ability, whole, in_person)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: Asked, *args: Any, **kwargs: Any) -> Any:
            answer = view(request, *args, **kwargs)
            if scope is not ApiScope.READ and request.auth.token:
                used(request, view.__name__)
            if isinstance(answer, HttpResponseBase):
                patch_cache_control(answer, private=True, no_store=True)
                if "tenant" in kwargs:
                    answer.headers[TENANT_HEADER] = kwargs["tenant"]
            return answer

        assert view.__name__ not in OPERATIONS, view.__name__
        OPERATIONS[view.__name__] = Declared(method, path, view, rule)
        router.api_operation(
            [method],
            path,
            auth=doors(rule),
            response={status: response},
            operation_id=view.__name__,
            summary=words,
            description=described(view, rule),
            url_name=view.__name__,
            openapi_extra={"responses": responses(status, file, "tenant" in path)},
        )(guarded)
        return view

    return declare


def described(view: Callable[..., Any], rule: Rule) -> str:
    who = ", ".join(role.value for role in rule.roles)
    needs = "a session, no token" if rule.in_person else f"scope `{rule.scope.value}`"
    over = " About all companies: not for a token of one company." if rule.whole else ""
    return f"{getdoc(view) or ''}\n\nFor: {who}; {needs}.{over}".strip()


def responses(status: int, file: str, of_tenant: bool) -> dict[int, Any]:
    said: dict[int, Any] = {
        kind.status: {"description": f"{kind.title}. {kind.what_to_do}", "content": PROBLEM} for kind in KINDS.values()
    }
    if file:
        said[status] = {"content": {file: {"schema": {"type": "string", "format": "binary"}}}}
        if of_tenant:
            said[status]["headers"] = {TENANT_HEADER: {"schema": {"type": "string"}, "required": True}}
    return said


def used(request: Asked, operation_id: str) -> None:
    """Which token changed something; what it changed is in the lines of the operation itself."""
    token = request.auth.token
    assert token is not None
    company = getattr(request, "company", None)
    record_audit(
        actor=request.auth.user,
        action="api_token.used",
        now=clock.now(),
        tenant=company.uid if company else "",
        subject=operation_id,
        detail={"token": token.pk, "name": token.name},
        address=clock.address(request),
    )
