"""What events say of who is who, who turned to whom and who was awake: a few rows an hour instead of all events.

Every value of a row is a least, a greatest or a set of what its events say: rows made of the same events in however
many pieces, in whatever order and how often are the same once they are put together (:func:`together`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import duckdb
import polars as pl

from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.library.contracts import Kind
from hinomi.ocsf.accounts import NOBODY
from hinomi.ocsf.classes import ActionId, ClassUid, StatusId
from hinomi.ocsf.inside import INSIDE
from hinomi.pipeline.hours.fresh import AFTER

ACK, RELEASE, EXPIRE = 5, 7, 9
"""``activity_id`` of DHCP Activity (OCSF 4004)."""
AT_THE_SCREEN: Final = (2, 7, 11)
"""``logon_type_id`` of people in front of the machine: interactive, unlock, cached (Windows, event 4624)."""
FROM_ANOTHER: Final = (3, 10)
"""``logon_type_id`` of logons from another machine: network, remote interactive."""
REMOTE_PORTS: Final = (22, 135, 445, 3389, 5985, 5986)
"""SSH, RPC, SMB, RDP and WinRM: by which one machine inside makes another one work."""
SAMPLE = 8
"""Of the destinations of machines, one in so many is remembered for comparing clocks; the same of every sensor."""
SLOT_MINUTES = 5
SHORT_MILLISECONDS = 30_000
"""Of what takes longer one sensor may say when it began and another when it ended."""


def names_of(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Sources of these kinds, and one more that there is none of: SQL knows no empty list."""
    wanted = set(kinds)
    return ("", *sorted(name for name, manifest in catalog.manifests().items() if manifest.kind in wanted))


def list_of(values: Iterable[int | str]) -> str:
    return "(" + ", ".join(repr(value) if isinstance(value, int) else f"'{value}'" for value in values) + ")"


def inside(column: str) -> str:
    return f"coalesce(regexp_matches(\"{column}\", '{INSIDE}'), false)"


def short(column: str) -> str:
    """A machine's name without its domain; an address in place of a name is none."""
    return f"""CASE WHEN NOT regexp_matches({column}, '^[0-9.]*$|:|^-$') THEN split_part({column}, '.', 1) END"""


TALK: Final = list_of(
    int(uid)
    for uid in (
        *(ClassUid.NETWORK_ACTIVITY, ClassUid.HTTP_ACTIVITY, ClassUid.RDP_ACTIVITY, ClassUid.SMB_ACTIVITY),
        *(ClassUid.SSH_ACTIVITY, ClassUid.NETWORK_FILE_ACTIVITY, ClassUid.DNS_ACTIVITY),
    )
)
SIGN_IN: Final = int(ClassUid.AUTHENTICATION)
MACHINE: Final = 'CASE WHEN endpoint THEN "device.hostname" END'
OWN: Final = f"""CASE
    WHEN NOT endpoint THEN CASE WHEN {inside("src_endpoint.ip")} THEN "src_endpoint.ip" END
    WHEN "device.ip" IS NOT NULL THEN "device.ip"
    WHEN class_uid IN {TALK} AND "connection_info.direction_id" = 2 THEN "src_endpoint.ip" END"""
"""The address of the machine that an event is about."""
NEEDED: Final = (
    *("tenant", "sensor", "source", "time", "class_uid", "activity_id", "status_id", "action_id", "duration"),
    *("logon_type_id", "metadata.uid", "device.hostname", "device.ip", "device.mac", "user.name", "actor.user.name"),
    *("src_endpoint.ip", "src_endpoint.hostname", "src_endpoint.mac", "dst_endpoint.ip", "dst_endpoint.hostname"),
    *("dst_endpoint.port", "connection_info.direction_id", "url.hostname", "file.hashes.sha256", "email.message_uid"),
)
NEW: Final = f"""
SELECT {", ".join(f'"{name}"' for name in NEEDED)}, source IN {{endpoints}} AS endpoint,
    date_trunc('hour', time) AS hour
FROM events WHERE {{fresh}}
"""
SLOTS: Final = f"bit_or(1::INTEGER << (minute(time) // {SLOT_MINUTES})::INTEGER) AS slots"
SEEN: Final = f'min(time) AS first, max(time) AS last, {SLOTS}, min("metadata.uid") AS uid'

BINDINGS: Final = f"""
WITH named AS (
    SELECT tenant, sensor, source, hour, time, "metadata.uid",
        CASE WHEN class_uid = {int(ClassUid.DHCP_ACTIVITY)}
            THEN CASE WHEN activity_id IN ({RELEASE}, {EXPIRE}) THEN 'release' ELSE 'lease' END
            WHEN endpoint THEN 'agent' ELSE 'gate' END AS evidence,
        {OWN} AS ip,
        CASE WHEN endpoint THEN {MACHINE} WHEN {inside("src_endpoint.ip")} THEN "src_endpoint.hostname" END AS name,
        lower(CASE WHEN endpoint THEN "device.mac" WHEN {inside("src_endpoint.ip")} THEN "src_endpoint.mac" END) AS mac,
        CASE WHEN endpoint AND class_uid = {SIGN_IN} THEN
                CASE WHEN logon_type_id IN {list_of(AT_THE_SCREEN)} AND activity_id = 1
                    AND status_id = {int(StatusId.SUCCESS)} THEN "user.name" END
            WHEN endpoint THEN coalesce("actor.user.name", "user.name")
            WHEN class_uid IN {TALK} THEN coalesce("user.name", "actor.user.name") END AS person
    FROM new
    WHERE endpoint OR class_uid IN {TALK}
        OR (class_uid = {int(ClassUid.DHCP_ACTIVITY)} AND activity_id IN ({ACK}, {RELEASE}, {EXPIRE}))
    UNION ALL
    SELECT tenant, sensor, source, hour, time, "metadata.uid", 'logon', "src_endpoint.ip",
        "src_endpoint.hostname", NULL, "user.name"
    FROM new
    WHERE class_uid = {SIGN_IN} AND endpoint AND activity_id = 1 AND status_id = {int(StatusId.SUCCESS)}
        AND {inside("src_endpoint.ip")} AND "src_endpoint.ip" IS DISTINCT FROM "device.ip"
), plain AS (
    SELECT * REPLACE (
        {short("name")} AS name,
        nullif(nullif(regexp_replace(mac, '[^0-9a-f]', '', 'g'), '000000000000'), '') AS mac,
        split_part(regexp_replace(lower(person), '^.*\\\\', ''), '@', 1) AS person)
    FROM named
)
SELECT tenant, sensor, source, hour, evidence, ip, name, mac,
    CASE WHEN person NOT IN {list_of(NOBODY)} AND person NOT LIKE '%$' THEN person END AS person, {SEEN}
FROM plain
WHERE (ip IS NOT NULL AND coalesce(name, mac, person) IS NOT NULL) OR (evidence = 'agent' AND name IS NOT NULL)
GROUP BY ALL
"""
"""Which machine (``name``, ``mac``) and ``person`` an address belonged to, and by which ``evidence``: ``lease`` and
``release`` of an address server, ``agent`` on the machine itself, ``gate`` that its traffic passed, ``logon`` from it
to another one."""

MOVES: Final = f"""
WITH apart AS (
    SELECT *, endpoint AND class_uid <> {SIGN_IN} AND ("src_endpoint.ip" = "device.ip"
        OR "connection_info.direction_id" = 2) AS outward FROM new
    WHERE (class_uid = {SIGN_IN} AND endpoint AND activity_id = 1 AND status_id = {int(StatusId.SUCCESS)})
        OR (class_uid IN {TALK} AND action_id IS DISTINCT FROM {int(ActionId.DENIED)}
            AND {inside("src_endpoint.ip")}
            AND ({inside("dst_endpoint.ip")} OR "dst_endpoint.ip" IS NULL)
            AND ("dst_endpoint.port" IN {list_of(REMOTE_PORTS)} OR class_uid IN
                ({int(ClassUid.RDP_ACTIVITY)}, {int(ClassUid.SMB_ACTIVITY)}, {int(ClassUid.SSH_ACTIVITY)})))
), ends AS (
    SELECT tenant, sensor, source, hour, time, "metadata.uid",
        to_timestamp(epoch(time) // {SLOT_MINUTES * 60} * {SLOT_MINUTES * 60})::TIMESTAMP AS slot,
        CASE WHEN class_uid = {SIGN_IN} THEN 'logon' ELSE 'session' END AS how,
        CASE WHEN outward OR from_here THEN NULL ELSE "src_endpoint.ip" END AS from_ip,
        CASE WHEN outward OR from_here THEN {MACHINE} ELSE "src_endpoint.hostname" END AS from_name,
        CASE WHEN outward OR from_here OR NOT endpoint THEN "dst_endpoint.ip" ELSE "device.ip" END AS to_ip,
        CASE WHEN outward OR from_here OR NOT endpoint THEN "dst_endpoint.hostname" ELSE {MACHINE} END AS to_name,
        lower(coalesce("user.name", "actor.user.name")) AS person
    FROM (SELECT *, class_uid = {SIGN_IN} AND logon_type_id IS NULL
        AND "dst_endpoint.hostname" IS NOT NULL AS from_here FROM apart)
    WHERE class_uid <> {SIGN_IN} OR from_here OR (logon_type_id IN {list_of(FROM_ANOTHER)}
        AND ({inside("src_endpoint.ip")} OR "src_endpoint.hostname" IS NOT NULL))
), plain AS (
    SELECT * REPLACE (
{short("from_name")} AS from_name, {short("to_name")} AS to_name)
    FROM ends
)
SELECT tenant, sensor, source, hour, slot, how, from_ip, from_name, to_ip, to_name, min(time) AS first,
    max(time) AS last, min("metadata.uid") AS uid
FROM plain
WHERE coalesce(from_ip, from_name) IS NOT NULL AND coalesce(to_ip, to_name) IS NOT NULL
    AND coalesce(lower(to_name), '') <> 'localhost' AND lower(from_name) IS DISTINCT FROM lower(to_name)
    AND coalesce(person, '') NOT LIKE '%$' AND coalesce(person, '') <> 'anonymous logon'
GROUP BY ALL
"""
"""Which machine inside made another one work, in slots of five minutes: a ``logon`` from another machine (Windows
events 4624 of type 3 and 10, and 4648), or a ``session`` of remote desktop, file shares, SSH or remote management."""

MARKS: Final = f"""
WITH marked AS (
    SELECT tenant, sensor, source, hour, time, unnest([
        CASE WHEN class_uid IN {TALK}
            THEN 'site ' || ip || ' ' || lower(coalesce("url.hostname", "dst_endpoint.hostname")) END,
        CASE WHEN class_uid IN {TALK} AND NOT {inside("dst_endpoint.ip")}
            THEN 'peer ' || ip || ' ' || "dst_endpoint.ip" END,
        CASE WHEN class_uid <> {int(ClassUid.PROCESS_ACTIVITY)}
            THEN 'hash ' || ip || ' ' || lower("file.hashes.sha256") END,
        CASE WHEN class_uid = {int(ClassUid.EMAIL_ACTIVITY)} THEN 'mail ' || "email.message_uid" END]) AS mark
    FROM (SELECT *, {OWN} AS ip FROM new WHERE coalesce(duration, 0) <= {SHORT_MILLISECONDS})
), keyed AS (
    SELECT *, md5_number_lower(mark) AS key FROM marked WHERE mark IS NOT NULL
)
SELECT tenant, sensor, source, hour, key, min(time) AS first, max(time) AS last FROM keyed
WHERE key % {SAMPLE} = 0 OR mark LIKE 'hash %' OR mark LIKE 'mail %'
GROUP BY ALL
"""
"""What two sensors may both have seen at one moment: a destination of a machine, a file, a mail."""

HEARD: Final = f"""
SELECT tenant, sensor, source, hour, min(time) AS first, max(time) AS last, {SLOTS} FROM new GROUP BY ALL
"""
"""In which twelfths of the hour a sensor delivered anything (``slots``, a bit each)."""
QUESTIONS: Final = {"bindings": BINDINGS, "moves": MOVES, "marks": MARKS, "heard": HEARD}
Observations = dict[str, pl.DataFrame]
SENSOR: Final = ("tenant", "sensor", "source")
TIMES: Final = {"hour": pl.Datetime("us"), "first": pl.Datetime("us"), "last": pl.Datetime("us")}
COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "bindings": dict.fromkeys((*SENSOR, "evidence", "ip", "name", "mac", "person", "uid"), pl.String)
    | {**TIMES, "slots": pl.Int32},
    "moves": dict.fromkeys((*SENSOR, "how", "from_ip", "from_name", "to_ip", "to_name", "uid"), pl.String)
    | {**TIMES, "slot": pl.Datetime("us")},
    "marks": dict.fromkeys(SENSOR, pl.String) | {**TIMES, "key": pl.UInt64},
    "heard": dict.fromkeys(SENSOR, pl.String) | {**TIMES, "slots": pl.Int32},
}
NOTHING: Final = {name: pl.DataFrame(schema=columns) for name, columns in COLUMNS.items()}
"""No rows of each, in their form."""


def of_blocks(lake: Lake, blocks: list[str], since: datetime, until: datetime) -> Observations:
    """Of the events of these blocks with times in [since, until), naive UTC; ``blocks`` is in order and not empty."""
    fresh = "raw_ref >= ? AND raw_ref < ? AND split_part(raw_ref, ':', 1) IN (SELECT unnest(?::VARCHAR[]))"
    return asked(lake, fresh, [blocks[0], blocks[-1] + AFTER, blocks], since, until)


def of_hours(lake: Lake, since: datetime, until: datetime) -> Observations:
    """Of all events in [since, until), naive UTC and whole hours."""
    return asked(lake, "true", [], since, until)


def asked(lake: Lake, fresh: str, parameters: list[object], since: datetime, until: datetime) -> Observations:
    """The columns of these events are held at once; each question is put to them, not to the files."""
    sql = NEW.format(endpoints=list_of(names_of((Kind.EDR, Kind.ENDPOINT))), fresh=fresh)
    new = lake.ask_population(sql, parameters, since=since, until=until).table
    with duckdb.connect() as connection:
        connection.register("new", new)
        found = {name: pl.from_arrow(connection.sql(sql).to_arrow_table()) for name, sql in QUESTIONS.items()}
    return {
        name: rows.select(pl.col(column).cast(kind) for column, kind in COLUMNS[name].items())
        for name, rows in found.items()
        if isinstance(rows, pl.DataFrame)
    }


def together(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows about the same thing in the same hour made one."""
    merged = {"first": pl.col("first").min(), "last": pl.col("last").max(), "uid": pl.col("uid").min()}
    merged["slots"] = pl.col("slots").bitwise_or()
    keys = [name for name in rows.columns if name not in merged]
    made_one = rows.group_by(keys).agg(merged[name] for name in rows.columns if name in merged)
    return made_one.select(rows.columns)
