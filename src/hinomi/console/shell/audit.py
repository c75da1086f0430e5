"""Looking at what a company sent is itself written down."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from hinomi.console.shell import clock
from hinomi.console.shell.access import person
from hinomi.tenants.models import AuditEntry
from hinomi.tenants.operations import record_audit


def viewed(request: HttpRequest, what: str, tenant: str, subject: str = "", **detail: Any) -> AuditEntry:
    """One line of the audit trail: ``WHAT.viewed``, with what was asked for in ``detail``."""
    return record_audit(
        actor=person(request),
        action=f"{what}.viewed",
        now=clock.now(),
        tenant=tenant,
        subject=subject,
        detail={name: value for name, value in detail.items() if value not in ("", None, False)},
        address=clock.address(request),
    )


def viewed_each(request: HttpRequest, what: str, tenants: Iterable[str | None], **detail: Any) -> None:
    """As :func:`viewed`, of a page that shows several companies' data: one line each, so that each can read it."""
    for tenant in sorted({tenant or "" for tenant in tenants}):
        viewed(request, what, tenant, **detail)
