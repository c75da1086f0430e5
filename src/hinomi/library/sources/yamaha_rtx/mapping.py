"""Logs of Yamaha's routers (RTX, NVR, FWX, RT, vRX) and access points (WLX) to OCSF.

A line is ``<PRI>message`` without time, host or tag; a relay may have put a header in front, and ``show log``
puts the router's own date there. Source: Yamaha, RT series, "RTシリーズのログに関するFAQ" and technical documents.
"""

import re
from functools import partial

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import daemon, patterns, textlines
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.yamaha_rtx import clock, intrusion, sessions, traffic
from hinomi.library.sources.yamaha_rtx.bulk import FAMILIES
from hinomi.library.sources.yamaha_rtx.traffic import PRODUCT

BEGINNINGS = (
    r"\[|'|(?:LAN|PORT|PPPOE|PP\[|TUNNEL|WAN|ONU|USB|SD|VLAN|BRIDGE|BRI|RTX|RTV|RT\d|NVR|FWX|SRT|vRX|main:)"
    r"|(?:IP|IPv6|ARP|DHCP\w*|DNS|Login|Logout|Configuration|Power-on|Restart|Add|Delete|Previous|EXEC|same|last|message)\b"
)
"""How a message can begin, and so no name of a host; a relay that knows none leaves it out."""
MESSAGE = re.compile(
    rf"\s*(?:<[0-9]{{1,3}}> ?)?(?:(?P<sent>{clock.SENT}):? +(?:(?!{BEGINNINGS})(?P<host>[^\s\[]+) +)?)?"
    rf"(?:(?P<date>{clock.DATE}):? +)?(?P<text>.*)",
    re.DOTALL,
)
FOREIGN = re.compile(r"[{<]|CEF:|LEEF:|%[A-Z_]+-[0-9]|\"?[A-Za-z_]+=[^ ]* *,?\"?[A-Za-z_]+=|.*\bIN=\S* OUT=")
NOT_YAMAHA = "ヤマハルーターのログではありません (no log of a Yamaha router)"


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line. Times without a zone are in ``context.timezone``; most lines have none and are as old as
    their receipt."""
    return patterns.normalize(payload, context, FAMILIES, partial(event, context=context))


def event(line: Line, *, context: Context) -> Row | Reject:
    """The plain reader of any line."""
    marked = [(pattern, read) for mark, pattern, read in traffic.READERS if mark in line.text]
    for pattern, read in marked:
        if found := pattern.fullmatch(line.whole):
            return read(found, context)
        if found := pattern.fullmatch(line.text):
            return {**read(found, context), **traffic.reporter(line.header.host)}
    head = MESSAGE.match(line.whole)
    if not head or (line.header.time and not head["sent"]):
        head = MESSAGE.match(line.text)
    if not head or not head["text"].strip() or FOREIGN.match(head["text"]):
        return line.reject(Reason.NOT_THIS_FORMAT, NOT_YAMAHA)
    row = described(head["text"].strip()[: daemon.LONGEST], line.whole)
    row |= traffic.moment(head.groupdict(), context)
    if marked:
        row["metadata.labels"] = [traffic.TRUNCATED]
    return row if row["is_alert"] else {**row, **traffic.reporter(head["host"] or line.header.host)}


def described(text: str, raw: str) -> Row:
    """Columns of a message; one that nobody knows is a Base Event."""
    if judged := intrusion.attack(text, raw) or intrusion.page(text, raw):
        return judged
    for mark, pattern, read in sessions.READERS:
        if mark in text and (found := pattern.match(text)):
            return read(found)
    return {
        **textlines.silent(text),
        "metadata.product.vendor_name": PRODUCT[0],
        "metadata.product.name": PRODUCT[1],
    }
