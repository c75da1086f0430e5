"""When a PAN-OS event happened, in UTC.

``high_res_timestamp`` (PAN-OS 10.0 on) says its offset and counts where it is there; an event without one says
1970. ``generated_time`` and ``receive_time`` are the firewall's local time; Strata Logging Service and custom
formats write ISO 8601, an epoch, or ``Mar 01 2021 21:06:06`` in GMT.
"""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from hinomi.library.formats import times
from hinomi.library.sources.paloalto_panos.columns import Record

PATTERNS = ("%b %d %Y %H:%M:%S", "%b %d %Y %H:%M:%S.%f", "%m/%d/%y %H:%M", "%m/%d/%Y %H:%M:%S")
UNSET = 1970
ZULU = ZoneInfo("UTC")


def moment(record: Record, zone: ZoneInfo) -> tuple[datetime, str, tzinfo] | None:
    """The time as naive UTC, the text it was read from, and the zone of the record's other times."""
    written = record.get("high_res", "")
    if written[10:11] == "T":
        try:
            time = datetime.fromisoformat(written)
            if time.year != UNSET and time.tzinfo:
                return time.astimezone(UTC).replace(tzinfo=None), written, time.tzinfo
        except (ValueError, OverflowError):
            pass
    for name in ("high_res", "time_generated", "receive_time"):
        written = record.get(name, "")
        found = local(written, zone) if written else None
        if found and (name != "high_res" or found.year != UNSET):
            return found, written, zone
    return None


@lru_cache(maxsize=1 << 14)
def local(text: str, zone: tzinfo) -> datetime | None:
    """A time of any of the forms; one without a zone is in ``zone``."""
    named = text.endswith((" GMT", " UTC"))
    plain = text[:-4] if named else text
    here = ZULU if named else zone
    try:
        if plain[4:5] in "-/" and plain[10:11] in " T":
            said = datetime.fromisoformat(plain.replace("/", "-"))
            return times.utc(said if said.tzinfo else said.replace(tzinfo=here), ZULU)
    except (ValueError, OverflowError):
        return None
    for pattern in PATTERNS:
        try:
            return times.utc(datetime.strptime(plain, pattern).replace(tzinfo=here), ZULU)
        except (ValueError, OverflowError):
            continue
    return times.epoch(plain)
