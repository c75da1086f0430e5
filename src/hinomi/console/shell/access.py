"""Who may see a page: said at the view, checked in one place, and walked by ``test_access.py``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control

from hinomi.tenants import queries
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.roles import MEMBERS, Ability, Role

View = Callable[..., HttpResponseBase]

EVERYONE = tuple(Role)
DESK = (Role.OPERATOR, Role.ANALYST)
"""Staff who work on incidents and may see what companies sent."""
STAFF = (*DESK, Role.PROGRAMME)
COMPANY = (*DESK, *MEMBERS)
"""Whoever may look into one company; which company is then the queries' business."""


def seen_by(*roles: Role, ability: Ability | None = None) -> Callable[[View], View]:
    """The view answers 403 to a signed-in person of any other role, or of none, or who may not do what it is for;
    nothing it shows is cached.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if queries.role_of(person(request)) not in roles:
                raise PermissionDenied
            if ability is not None and not queries.may(person(request), ability):
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_store=True)
            return response

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


def person(request: HttpRequest) -> User:
    """The signed-in person; the middleware has seen to it that there is one."""
    assert isinstance(request.user, User)
    return request.user


def tenant_or_404(request: HttpRequest, uid: str) -> Tenant:
    """A company this person may see; any other does not exist."""
    tenant: Tenant = get_object_or_404(queries.tenants_for(person(request)), pk=uid)
    return tenant
