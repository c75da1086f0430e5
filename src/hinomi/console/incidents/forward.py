"""The block that a company forwards to its vendor: the incident's facts with what its logs say, as plain text."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings

from hinomi.console.shell.advice import Advice, language
from hinomi.incidents import matters
from hinomi.incidents.forwarding import WORDS, forwarded
from hinomi.incidents.models import Entry, Incident
from hinomi.lake.lake import Lake

LOGGED = 'SELECT * EXCLUDE (raw_data, unmapped) FROM findings WHERE "metadata.uid" IN (SELECT unnest(?::VARCHAR[]))'


def block(lake: Lake, incident: Incident, card: Advice | None) -> str:
    """In the reader's language."""
    told = matters.told_of(incident)
    asks = card.asks if card else ()
    matter = matters.matter(incident, asks, settings.CENTRE_CONTACT, logged(lake, incident.tenant_id, told))
    return forwarded(matter, language() if language() in WORDS else "ja")


def logged(lake: Lake, tenant: str, told: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """Rows of the findings that the lake still holds, by uid."""
    times = {entry.finding: entry.time.astimezone(UTC).replace(tzinfo=None) for entry in told}
    if not times:
        return {}
    since, until = min(times.values()), max(times.values()) + timedelta(microseconds=1)
    rows = lake.ask(tenant, LOGGED, [sorted(times)], since=since, until=until).rows()
    return {row["metadata.uid"]: row for row in rows}
