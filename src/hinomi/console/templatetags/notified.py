"""Who was told of an incident, on its page and beside the telephone."""

import re
from collections.abc import Iterable
from typing import Any

from django import template

from hinomi.deliver.notify.models import Notification
from hinomi.deliver.notify.queries import history
from hinomi.incidents.models import Incident

register = template.Library()


@register.inclusion_tag("notifications/told.html")
def told(incident: Incident, staff: bool) -> dict[str, Any]:
    """Everybody who was told; a company's people see their own company's."""
    rows = [row for row in history(incident) if staff or not row.staff]
    return {"rows": rows, "zone": incident.tenant.timezone}


@register.inclusion_tag("notifications/told.html")
def told_rows(rows: Iterable[Notification], zone: str) -> dict[str, Any]:
    return {"rows": list(rows), "zone": zone}


@register.filter
def dialled(phone: str) -> str:
    """A number as a telephone dials it."""
    return re.sub(r"[^\d+]", "", phone)
