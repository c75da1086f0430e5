"""The edge where time and the asker's address enter a request."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils import timezone


def now() -> datetime:
    """Aware, UTC."""
    return timezone.now()


def naive(moment: datetime) -> datetime:
    """An aware time as the lake keeps it: naive UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def address(request: HttpRequest) -> str:
    """The client's address: the peer's, or what a trusted proxy named (:mod:`hinomi.app.proxies`)."""
    return str(request.META.get("REMOTE_ADDR", ""))
