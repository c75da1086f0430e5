"""What the router itself judges to be an attack (``ip intrusion detection``) or a forbidden page (``url filter``).

Attacks are named by the words of Yamaha's technical document "侵入検知"; where in the line address, interface and
direction stand differs between models, so they are looked for.
"""

import re

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import addresses, events, http
from hinomi.library.formats.rows import Row
from hinomi.library.sources.yamaha_rtx.traffic import INTERFACE, PRODUCT, connection
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

ATTACKS = {
    "Unknown IP protocol": "IP", "Land attack": "IP", "Short IP header": "IP", "Malformed IP packet": "IP",
    "Malformed IP opt": "IP option", "Security IP opt": "IP option", "Loose routing IP opt": "IP option",
    "Record route IP opt": "IP option", "Stream ID IP opt": "IP option", "Strict routing IP opt": "IP option",
    "Timestamp IP opt": "IP option",
    "Fragment storm": "fragment", "Large fragment offset": "fragment", "Too many fragment": "fragment",
    "Teardrop": "fragment", "Same fragment offset": "fragment", "Invalid fragment": "fragment",
    "ICMP source quench": "ICMP", "ICMP timestamp req": "ICMP", "ICMP timestamp reply": "ICMP",
    "ICMP info request": "ICMP", "ICMP info reply": "ICMP", "ICMP mask request": "ICMP",
    "ICMP mask reply": "ICMP", "ICMP too large": "ICMP",
    "UDP short header": "UDP", "UDP bomb": "UDP", "UDP port scan": "scan",
    "TCP queue overflow": "TCP", "TCP no bits set": "TCP", "TCP SYN and FIN": "TCP", "TCP FIN and no ACK": "TCP",
    "TCP SYN flooding": "TCP", "TCP port scan": "scan", "FTP improper port": "FTP",
    "Winny": "P2P",
}  # fmt: skip
"""Attacks and the group the document puts them in; scans and pings are not counted as intrusions."""
SCANS = ("scan", "ICMP")
CATEGORIES = {**dict.fromkeys(SCANS), "P2P": UtmCategory.FORBIDDEN_APPLICATION}
NAMED = re.compile("|".join(rf"\b{re.escape(name)}" for name in ATTACKS), re.IGNORECASE)
SIGNS = re.compile(r"\[IDS\]|不正アクセス|侵入検知|intrusion", re.IGNORECASE)
SPELLED = {name.lower(): name for name in ATTACKS}
PLACE = re.compile(rf"\b({INTERFACE})[\[( ](in|out)\b", re.IGNORECASE)
FLOW = re.compile(r"([0-9A-Fa-f:.]*[.:][0-9A-Fa-f:.]+) *-?> *([0-9A-Fa-f:.]*[.:][0-9A-Fa-f:.]+)")
ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?:[:.]\d{1,5})?|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?![\w])"
)
STOPPED = re.compile(r"reject|discard|drop|block|deny|denied|破棄|遮断|禁止", re.IGNORECASE)
URL = re.compile(r"(?:https?://|URL[:=] ?\"?)[^\s\"'\])]+", re.IGNORECASE)
URL_FILTER = re.compile(r"url[ _-]?filter|URLフィルタ", re.IGNORECASE)


def attack(text: str, raw: str) -> Row | None:
    """A detection where the line names an attack, or says that it is about one."""
    named, signed = NAMED.search(text), SIGNS.search(text)
    if not named and not signed:
        return None
    name = SPELLED[named[0].lower()] if named else None
    kind = ATTACKS[name] if name else "intrusion"
    title = name or text
    place, protocol = PLACE.search(text), kind if kind in ("ICMP", "UDP", "TCP") else None
    stopped = bool(STOPPED.search(text))
    row: Row = {
        **events.activity(ClassUid.DETECTION_FINDING, 1, product=PRODUCT),
        **(connection(place[1], place[2], "", protocol) if place else {}),
        "firewall_rule.uid": None,
        "metadata.log_name": "IDS",
        "metadata.event_code": name,
        "message": text,
        **flow(text),
    }
    return row | events.verdict(
        title,
        kind,
        severity=SeverityId.LOW if kind in SCANS else SeverityId.MEDIUM,
        raw=raw,
        disposition=DispositionId.BLOCKED if stopped else DispositionId.DETECTED,
        category=CATEGORIES.get(kind, UtmCategory.IPS),
    )


def page(text: str, raw: str) -> Row | None:
    """A page that the URL filter let nobody see, or let pass."""
    if not URL_FILTER.search(text):
        return None
    found, stopped = URL.search(text), bool(STOPPED.search(text))
    address = re.sub(r"^URL[:=] ?\"?", "", found[0]) if found else None
    row: Row = {
        **events.activity(ClassUid.HTTP_ACTIVITY, 0, product=PRODUCT),
        **events.disposed(DispositionId.BLOCKED if stopped else DispositionId.ALLOWED),
        **(http.absolute(address if "://" in address else f"http://{address}") if address else {}),
        "metadata.log_name": "URL filter",
        "message": text,
        **flow(text.replace(found[0], "") if found else text),
    }
    if not stopped:
        return row
    title = f"URL filter: {row.get('url.hostname') or text}"
    disposition, category = DispositionId.BLOCKED, UtmCategory.URL_CATEGORY
    return row | events.verdict(
        title, "url filter", severity=SeverityId.LOW, raw=raw, disposition=disposition, category=category
    )


def flow(text: str) -> Row:
    """From where to where, or at least whom the line is about."""
    found = FLOW.search(text)
    parts = [*found.groups()] if found else [each[0] for each in ADDRESS.finditer(text)][:2]
    row: Row = {}
    for part, side in zip(parts, ("src_endpoint", "dst_endpoint"), strict=False):
        address, port = addresses.endpoint(part.rstrip(".:"))
        row |= {f"{side}.ip": address, f"{side}.port": port}
    return row
