"""Check Point Quantum and Yamaha UTX100/200 (the same software) to OCSF, in any form of Log Exporter.

The product a record names (its software blade) decides what it is. Source: Check Point, sk144192 "Log Fields
Description"; Yamaha, "UTX100/UTX200 syslog".
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import sign_in, textlines, times
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.checkpoint import findings, people, records, sessions
from hinomi.library.sources.checkpoint.findings import BLADES
from hinomi.library.sources.checkpoint.records import Record
from hinomi.ocsf.classes import ClassUid

PRODUCT = ("Check Point", "Security Gateway")
SIGN_INS = re.compile(r"(?:failed )?log ?(?:in|out)$", re.IGNORECASE)
TRACKED = "%d%b%Y %H:%M:%S"
CONNECTED = frozenset(("src", "dst", "service", "packets", "elapsed"))
DAEMON = re.compile(r"[\w./-]{1,64}?(?:\[\d+\])?: ")
FOREIGN = re.compile(r"\{|CEF:|LEEF:|\d+,|date=")
HALF_OFFSET = re.compile(r"--(\d):(\d\d)$")
"""A time of some gateways west of Greenwich: ``2023-01-13T10:10:16--5:00``."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line. Epochs are in UTC; a time without a zone is in ``context.timezone``.

    One log arrives again under its ``loguid`` when more is known of it; of such records the first verdict counts.
    """

    def event(line: Line) -> Row | Reject:
        found = records.read(line.text) or records.read(line.whole)
        if found is None:
            if FOREIGN.match(line.text) or not (line.header.host or DAEMON.match(line.text)):
                return line.reject(Reason.NOT_THIS_FORMAT, "Check Point のログではありません (no log of Check Point)")
            row = activity(ClassUid.BASE_EVENT, 0) | (sign_in.find(line.text) or {})
            row |= {"message": line.text, "device.hostname": line.header.host}
            return row | {"metadata.log_name": line.header.app} | about()
        record, cut = found
        row = mapped(record, line)
        row |= about()
        row["metadata.log_name"] = record.get("product")
        if record.get("time"):
            row["time"] = moment(record["time"], context.timezone)
            row["metadata.original_time"] = record["time"]
        elif line.header.time and (half := HALF_OFFSET.search(line.header.time)):
            row["time"] = times.iso(line.header.time[: half.start()] + f"-0{half[1]}:{half[2]}", context.timezone)
            row["metadata.original_time"] = line.header.time
        if cut:
            row["metadata.labels"] = ["truncated"]
        if row["is_alert"] and (uid := record.get("loguid", "")).strip("{}0x,"):
            if uid in counted:
                findings.again(row)
            counted.add(uid)
        return row

    counted: set[str] = set()
    return textlines.normalize(payload, context, event)


def about() -> Row:
    return {"metadata.product.vendor_name": PRODUCT[0], "metadata.product.name": PRODUCT[1]}


def mapped(record: Record, line: Line) -> Row:
    product, action = record.get("product", ""), record.get("action", "")
    if "operation" in record or "administrator" in record:
        return of_the_gateway(people.administered(record), line)
    if SIGN_INS.match(action):
        return people.signed(record)
    if action.lower() in people.TUNNEL:
        return people.tunnelled(record)
    for blade, judge in BLADES:
        if blade.search(product) and (row := judge(record, line.whole)):
            return row
    if "auth_status" in record or product == "Identity Awareness":
        return people.signed(record)
    if not CONNECTED.isdisjoint(record):
        return sessions.connection(record)
    return of_the_gateway(people.other(record), line)


def of_the_gateway(row: Row, line: Line) -> Row:
    row["device.hostname"] = line.header.host
    return row


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    return times.epoch(text) or times.iso(text, zone) or times.local(text, TRACKED, zone)
