"""Names of time zones as devices write them after a time: ``JST``, ``CEST``, ``UTC+9``, ``+0900``.

A name that stands for several zones (``CST``, ``IST``, ``BST``) is no zone: what is registered for the sensor
counts then.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hinomi.library.formats import syslog, times

HOURS = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "METDST": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "PKT": 5, "ICT": 7, "WIB": 7, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "ART": -3, "BRT": -3, "EDT": -4, "EST": -5, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
"""Hours east of UTC. Source: IANA Time Zone Database, abbreviations in use in one region only."""
OFFSET = re.compile(r"(?:UTC|GMT)? ?([+-])(\d{1,2})(?::?(\d\d))?$", re.IGNORECASE)
UTC = ZoneInfo("UTC")


@lru_cache(256)
def offset(name: str) -> timedelta | None:
    """How far east of UTC a zone is; None for a name that does not say."""
    name = name.strip()
    if (hours := HOURS.get(name.upper())) is not None:
        return timedelta(hours=hours)
    if found := OFFSET.match(name):
        distance = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return -distance if found[1] == "-" else distance
    return None


def iso(text: str, name: str | None, zone: ZoneInfo) -> datetime | None:
    """A full date and time as naive UTC, in the zone called ``name``; else in ``zone``."""
    east = offset(name) if name else None
    moment = times.iso(text, zone if east is None else UTC)
    return moment if moment is None or east is None else moment - east


@lru_cache(4096)
def short(text: str, name: str | None, zone: ZoneInfo, received: datetime) -> datetime | None:
    """``Jan 15 12:00:00`` or ``Jan 15 2023 12:00:00``, as :func:`syslog.moment` reads it, in the zone ``name``."""
    east = offset(name) if name else None
    moment = syslog.moment(text, zone if east is None else UTC, received)
    return moment if moment is None or east is None else moment - east
