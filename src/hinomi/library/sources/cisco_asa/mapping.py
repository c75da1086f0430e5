"""Cisco ASA, PIX, FWSM and Firepower Threat Defense messages to OCSF.

Connections and denials → Network Activity; AAA, logins and VPN sessions → Authentication; IKE, IPsec and SVC →
Tunnel Activity; commands and configuration → Device Config State Change; visited pages → HTTP Activity; threat
detection, botnet filter, IDS and spoofing → Detection Finding; Firepower's 43000x → :mod:`firepower`.
Messages are told by their text, not only by their number: numbers differ between PIX, ASA and FTD, and relays
lose them. Source: Cisco Secure Firewall ASA Series Syslog Messages; Secure Firewall Threat Defense Syslog Messages.
"""

import re
from datetime import timedelta

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import cisco, sign_in, textlines
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.library.formats.syslog_message import sender
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.cisco_asa import access, firepower, threats, traffic
from hinomi.ocsf.classes import ClassUid, SeverityId

VENDOR = "Cisco"
PRODUCTS = {"ASA": "ASA", "PIX": "PIX", "FWSM": "FWSM", "FTD": "Firepower Threat Defense", "NGIPS": "Firepower NGIPS"}
FAMILY = re.compile(r"[A-Z]+")
PAIRS = re.compile(r"(?:^|, ?)(?:SrcIP|DstIP|HTTPResponse): ")
FOREIGN = re.compile(r"[{\[<]|CEF:|LEEF:|\S+=\"|\w+=\S+ \w+=\S+ \w+=")
TRAFFIC = ("Built ", "Teardown ", "Deny ", "access-list ")
PASSING = frozenset({ClassUid.NETWORK_ACTIVITY, ClassUid.HTTP_ACTIVITY, ClassUid.NETWORK_FILE_ACTIVITY})
"""Classes of what passes through: the firewall is not the machine it happens on."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A message a line. Times without a zone that says itself are in ``context.timezone``."""
    return textlines.normalize(payload, context, lambda line: event(line, context))


def event(line: Line, context: Context) -> Row | Reject:
    tagged = cisco.read(line, context)
    if not tagged:
        return bare(line, context)
    row = read(tagged.mnemonic, tagged.text, line.whole, context, tagged.severity)
    if row["class_uid"] not in PASSING and not row["is_alert"]:
        row |= {"device.hostname": tagged.host, "device.ip": tagged.address}
    family = FAMILY.match(tagged.facility)
    row["metadata.product.vendor_name"] = VENDOR
    row["metadata.product.name"] = PRODUCTS.get(family[0] if family else "", "ASA")
    row["metadata.log_name"] = tagged.facility
    row["metadata.event_code"] = tagged.mnemonic
    if tagged.time:
        row |= {"time": tagged.time, "metadata.original_time": tagged.original}
        if row.get("duration") and not row.get("start_time"):
            row["start_time"] = tagged.time - timedelta(milliseconds=row["duration"])
    elif began := row.get("start_time"):
        row["time"] = began
    return row


def read(number: str, text: str, raw: str, context: Context, severity: SeverityId) -> Row:
    """The columns of a message by its text; a Base Event where nothing is known of it."""
    if number in firepower.IDS and PAIRS.search(text):
        return {"message": text[:1024]} | firepower.event(number, text, raw, context.timezone)
    row = (None if text.startswith(TRAFFIC) else access.find(text)) or traffic.find(text)
    row = row or activity(ClassUid.BASE_EVENT, 0, severity=severity) | {"user.name": sign_in.user(text, strictly=True)}
    row = activity(ClassUid.BASE_EVENT, 0) | row
    if judged := threats.find(text, raw):
        row |= {column: value for column, value in judged.items() if value is not None}
    return row | {"message": text}


def bare(line: Line, context: Context) -> Row | Reject:
    """A line whose tag was lost, or that never had one."""
    if not PAIRS.search(line.text) and FOREIGN.match(line.text):
        return line.reject(Reason.NOT_THIS_FORMAT, "Cisco ASA の行ではありません (no %ASA-n-nnnnnn: tag)")
    text = line.text.lstrip(": ")
    number = firepower.number(firepower.fields(text)) if PAIRS.search(text) else ""
    row = read(number, text, line.whole, context, SeverityId.INFORMATIONAL)
    row |= {
        "metadata.product.vendor_name": VENDOR,
        "metadata.product.name": "ASA",
        "metadata.log_name": line.header.app,
    }
    if number:
        row |= {"metadata.product.name": PRODUCTS["FTD"], "metadata.event_code": number}
    if row["class_uid"] not in PASSING and not row["is_alert"]:
        row |= sender(line.header.host)
    if row.get("start_time") and not line.header.time:
        row["time"] = row["start_time"]
    return row
