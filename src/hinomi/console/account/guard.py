"""Every request of a signed-in person: does the session still stand, and was the second factor shown?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hinomi.console.shell import clock
from hinomi.console.signin.entering import SECOND
from hinomi.tenants import second_factor, visits
from hinomi.tenants.models import User

View = Callable[..., HttpResponseBase]


def before_second_factor(view: View) -> View:
    """The view may be seen by who must set up a second factor and has not yet."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def freshly_signed_in(view: View) -> View:
    """The view changes what proves who somebody is: whoever sat down at a session left open must not do that. Who
    signed in longer ago than ``FRESH`` is asked to do it again (OWASP ASVS 5.0, 7.5.1).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if visits.is_fresh(request.session.get(visits.KEPT_AS, ""), clock.now()):
            return view(request, *args, **kwargs)
        logout(request)
        messages.info(request, _("大切な設定を変えるため、もう一度サインインしてください。"))
        return redirect_to_login(reverse("account"))

    return guarded


class SessionGuard:
    """After Django's ``AuthenticationMiddleware``. Ends sessions that are over, and lets nobody past the pages where
    a second factor is set up who must have one, or has one and did not show it.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and not visits.goes_on(user, request.session.get(visits.KEPT_AS, ""), clock.now()):
            logout(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *__: Any) -> HttpResponseBase | None:
        user = request.user
        if not isinstance(user, User) or request.session.get(SECOND):
            return None
        if second_factor.has(user):
            logout(request)
            return None
        if not second_factor.is_required(user):
            return None
        if getattr(view, "before_second_factor", False):
            request.is_confined = True  # type: ignore[attr-defined]
            return None
        if getattr(view, "login_required", True):
            return redirect("account-setup")
        request.user = AnonymousUser()  # an open view, such as the API, that asks by itself who is there
        return None
