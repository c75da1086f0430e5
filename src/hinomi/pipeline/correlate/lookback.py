"""Ordinary events that belong to a story, and what the lake holds of its other ends from before it.

The mail before, the download, the logon to the next machine are no findings, and say how it came about. That a C&C
server was called weeks earlier says that it had been happening before anybody noticed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import ClassUid
from hinomi.ocsf.course import Around, Contact, Lookback, Trace, Traces
from hinomi.ocsf.incident import Story
from hinomi.pipeline.correlate.aspect import kinds
from hinomi.pipeline.surroundings.observing import short

BEFORE: Final = timedelta(hours=24)
AFTER: Final = timedelta(hours=1)
BACK: Final = timedelta(days=90)
"""How far the lake is searched for calls to the same other end."""
MOST: Final = 40
"""Ordinary events kept with a story, the earliest of every kind of trace first."""
MACHINE = short('coalesce("device.hostname", "src_endpoint.hostname")')
NAME = f"lower({MACHINE})"
END = """lower(coalesce("url.hostname", "query.hostname"))"""

NEAR = f"""
WITH seen AS (
  SELECT time, "metadata.uid" AS uid, sensor, source, class_uid,
         {NAME} AS host,
         coalesce("device.ip", "src_endpoint.ip") AS address,
         lower("device.hostname") AS device,
         lower(coalesce("file.name", parse_filename("url.path"))) AS file,
         lower("file.hashes.sha256") AS hash,
         regexp_replace({END}, '^www[.]', '') AS site,
         "dst_endpoint.ip" AS far,
         list_transform("email.to", lambda one: lower(split_part(one, '@', 1))) AS readers
  FROM events WHERE NOT coalesce(is_alert, false)
), mine AS (
  SELECT *, list_contains($hosts, host) OR list_contains($addresses, address) AS own FROM seen
)
SELECT time, uid, sensor, source, coalesce(host, address, '') AS machine,
  CASE WHEN class_uid = {int(ClassUid.EMAIL_ACTIVITY)} THEN 'mail'
       WHEN class_uid = {int(ClassUid.AUTHENTICATION)} THEN 'sign_in'
       WHEN site IS NULL AND far IS NULL THEN 'file'
       WHEN list_contains($files, file) THEN 'download'
       ELSE 'visit' END AS trace,
  CASE WHEN class_uid = {int(ClassUid.AUTHENTICATION)} THEN device
       WHEN list_contains($ends, site) THEN site
       WHEN list_contains($ends, far) THEN far
       ELSE file END AS value
FROM mine
WHERE CASE
  WHEN class_uid = {int(ClassUid.EMAIL_ACTIVITY)}
    THEN list_has_any($people, readers) AND (list_contains($files, file) OR list_contains($hashes, hash)
         OR list_contains($ends, site))
  WHEN class_uid = {int(ClassUid.AUTHENTICATION)}
    THEN list_contains($addresses, address) AND NOT list_contains($hosts, coalesce({short("device")}, ''))
         AND device <> '' AND time >= $first
  ELSE own AND (list_contains($files, file) OR list_contains($ends, site) OR list_contains($ends, far)
       OR (site IS NULL AND far IS NULL AND list_contains($hashes, hash)))  -- else it is the browser's
  END
ORDER BY time, uid
"""
EARLIER = f"""
SELECT outside, min(time) AS first, count(*) AS count, list_sort(list_distinct(list(machine))) AS machines FROM (
  SELECT time, coalesce({NAME}, "src_endpoint.ip", '') AS machine,
         list_contains($hosts, {NAME}) OR list_contains($addresses, "src_endpoint.ip") AS own,
         unnest(list_intersect($ends, [regexp_replace({END}, '^www[.]', ''), "dst_endpoint.ip"])) AS outside
  FROM events
  WHERE list_contains($ends, regexp_replace({END}, '^www[.]', '')) OR list_contains($ends, "dst_endpoint.ip")
) WHERE time < $since OR NOT coalesce(own, false) GROUP BY outside ORDER BY first, outside
"""
BEGUN = "SELECT min(first_time) AS first FROM blocks"


def look_back(lake: Lake, story: Story) -> Lookback:
    """Ask the lake about one story; the same lake and story give the same answer."""
    traces = story.traces
    since, until = story.first_seen - BEFORE, story.last_seen + AFTER
    wanted = asked(traces, story.first_seen)
    near = lake.ask(story.tenant, NEAR, wanted, since=since, until=until).rows() if has_traces(traces) else []
    earlier = []
    if traces.ends:
        ends = {name: wanted[name] for name in ("ends", "hosts", "addresses")} | {"since": since}
        earlier = lake.ask(story.tenant, EARLIER, ends, since=story.first_seen - BACK, until=story.first_seen).rows()
    (begun,) = lake.ask(story.tenant, BEGUN).rows()
    return Lookback(
        around=kept([row for row in near if row["uid"] not in traces.told], names(story)),
        contacts=tuple(Contact(row["outside"], row["first"], row["count"], tuple(row["machines"])) for row in earlier),
        watched_since=begun["first"],
    )


def has_traces(traces: Traces) -> bool:
    return bool(traces.files or traces.hashes or traces.ends or traces.addresses)


def asked(traces: Traces, first: datetime) -> Mapping[str, Any]:
    return {
        "hosts": list(traces.hosts),
        "addresses": list(traces.addresses),
        "people": [name.lower() for name in traces.people],
        "files": list(traces.files),
        "hashes": list(traces.hashes),
        "ends": [end.lower() for end in traces.ends],
        "first": first,
    }


def names(story: Story) -> Mapping[str, str]:
    """The story's machines as it calls them, by name in lower case and by address."""
    called = {name.lower(): name for name in story.spread.machines} if story.spread else {}
    return called | ({story.address: story.host} if story.address and story.host else {})


def kept(rows: Sequence[Mapping[str, Any]], called: Mapping[str, str]) -> tuple[Around, ...]:
    """Of equal events the first; of all the earliest of every kind of trace."""
    rows = [{**row, "machine": called.get(row["machine"], row["machine"])} for row in rows]
    distinct = {(row["machine"], row["trace"], row["value"], row["source"]): row for row in reversed(rows)}
    found = sorted(distinct.values(), key=lambda row: (row["time"], row["uid"]))
    of_each = MOST // len(Trace)
    few = [row for trace in Trace for row in [one for one in found if one["trace"] == trace][:of_each]]
    return tuple(
        Around(
            time=row["time"],
            event=row["uid"],
            sensor=row["sensor"] or "",
            kind=kinds().get(row["source"], ""),
            machine=row["machine"],
            trace=Trace(row["trace"]),
            value=row["value"] or "",
        )
        for row in sorted(few, key=lambda row: (row["time"], row["uid"]))
    )
