"""Sessions of people: where they are signed in, until when, and how they end (OWASP ASVS 5.0, 7.3 and 7.4)."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from hinomi.tenants.models import User, Visit

TOUCH = timedelta(minutes=1)
"""How exact ``last_seen`` is."""
FRESH = timedelta(minutes=15)
"""After signing in: for so long nobody is asked again before they change what proves who they are."""
KEPT_AS = "visit"
"""Under this name the session keeps its key."""


def begin(user: User, now: datetime, *, address: str = "", agent: str = "") -> str:
    """A new session's key, to be kept in it."""
    key = secrets.token_urlsafe(32)
    Visit.objects.create(user=user, key=key, started=now, last_seen=now, address=address[:64], agent=agent[:300])
    return key


def goes_on(user: User, key: str, now: datetime) -> bool:
    """Whether this session still stands; notes that the person was seen. One that is over is forgotten."""
    visit = Visit.objects.filter(user=user, key=key).first()
    if visit is None:
        return False
    if not is_current(visit, now):
        visit.delete()
        return False
    if now - visit.last_seen >= TOUCH:
        Visit.objects.filter(pk=visit.pk).update(last_seen=now)
    return True


def is_current(visit: Visit, now: datetime) -> bool:
    return now - visit.last_seen < settings.SESSION_IDLE and now - visit.started < settings.SESSION_LONGEST


def is_fresh(key: str, now: datetime) -> bool:
    return Visit.objects.filter(key=key, started__gt=now - FRESH).exists()


def of(user: User, now: datetime) -> list[Visit]:
    """Sessions that stand, the one seen last first."""
    return [visit for visit in Visit.objects.filter(user=user) if is_current(visit, now)]


def end(key: str) -> None:
    Visit.objects.filter(key=key).delete()


def end_others(user: User, key: str) -> int:
    """End all sessions of the person but this one; says how many."""
    return Visit.objects.filter(user=user).exclude(key=key).delete()[0]


def end_all(user: User) -> int:
    return Visit.objects.filter(user=user).delete()[0]


def forget(now: datetime) -> None:
    """Drop sessions that are over."""
    Visit.objects.filter(last_seen__lte=now - settings.SESSION_IDLE).delete()
    Visit.objects.filter(started__lte=now - settings.SESSION_LONGEST).delete()


def note_sign_in(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Django's ``user_logged_in``: whatever way somebody came in, their session is on the list."""
    agent, address = request.META.get("HTTP_USER_AGENT", ""), request.META.get("REMOTE_ADDR", "")
    request.session[KEPT_AS] = begin(user, timezone.now(), address=address, agent=agent)


def note_sign_out(*, request: HttpRequest, **_: Any) -> None:
    """Django's ``user_logged_out``."""
    end(request.session.get(KEPT_AS, ""))
