"""SonicWall firewalls (SonicOS) and SMA gateways to OCSF, by message number and wording.

Connections → Network Activity, web sites → HTTP Activity, logins → Authentication, settings → Device Config State
Change, IKE and IPsec → Tunnel Activity; verdicts as :mod:`messages` lists them; all others are Base Events.
Source: SonicOS Log Events Reference Guide (6.5, 7.0), "Index of Syslog Tag Field Description".
"""

import re
from zoneinfo import ZoneInfo

import orjson

from hinomi.library.contracts import Context, Normalized, Reason, Reject, UtmCategory
from hinomi.library.formats import http, sign_in, textlines, zones
from hinomi.library.formats.addresses import ip, mac, protocol
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.sonicwall import fields
from hinomi.library.sources.sonicwall.messages import JUDGEMENTS, Judgement
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

VENDOR = "SonicWall"
GATEWAY = "sslvpn"
"""``id`` of an SMA, whose message numbers are its own."""
OPEN, CLOSE, REFUSE, TRAFFIC, OTHER = 1, 2, 5, 6, 99
OPENED, CLOSED = "98", "537"
PAGES = frozenset({"14", "16", "97", "999", "1461"})
METHODS = {"1": "GET", "2": "POST", "3": "HEAD", "4": "PUT", "5": "CONNECT"}
SETTINGS = re.compile(
    r"Configuration (?:succeeded|failed|changed)|(?:changed|enabled|disabled) by (?:user|administrator)"
    r"|(?:rule|policy|object|group) .*(?:added|modified|deleted|enabled|disabled)",
    re.IGNORECASE,
)
ADMINISTRATION = re.compile(r"administration session (?:started|ended)", re.IGNORECASE)
ACCOUNTS = {"1333": 1, "1334": OTHER, "1335": 6, "1337": 3, "1338": 3, "558": 1, "559": 6, "560": 5, "561": 2}
TUNNEL = re.compile(r"\b(?:IKE(?:v2)?|IPsec|L2TP|VPN tunnel|SA)\b", re.IGNORECASE)
UP = re.compile(r"established|\badded|completed|accepting|\bup\b", re.IGNORECASE)
DOWN = re.compile(r"deleted|deleting|removed|terminated|expired|\bdown\b", re.IGNORECASE)
DHCP = re.compile(
    r"DHCP[ :]*(DISCOVER|OFFER|REQUEST|DECLINE|ACK|NAK|RELEASE|INFORM)|Assigned IP address", re.IGNORECASE
)
DHCP_KINDS = {"DISCOVER": 1, "OFFER": 2, "REQUEST": 3, "DECLINE": 4, "ACK": 5, "NAK": 6, "RELEASE": 7, "INFORM": 8}
DENIED = re.compile(r"\b(?:dropped|denied|blocked|rejected|reject received|abort received)\b", re.IGNORECASE)
MALICIOUS = re.compile(r"malware|phish|spyware|botnet|malicious|hacking|spam|ransomware", re.IGNORECASE)
RANSOM = re.compile(r"ransom|filecoder|cryptolocker|wannacry|locky", re.IGNORECASE)
RECONNAISSANCE = re.compile(r"\bping\b|\becho\b|\bscan|\btraceroute", re.IGNORECASE)
LEAD = re.compile(r"^[A-Z][\w -]*(?:Alert|Status|Inform): ?")
TAIL = re.compile(r",? SID: .*$| on (?:WAN )?IF .*$| ?\b(?:blocked|detected|dropped)\.?$")
PRIORITIES = {"1": SeverityId.HIGH, "2": SeverityId.MEDIUM, "3": SeverityId.LOW}
LEVELS = (6, 5, 5, 4, 3, 2, 1, 1)
NOBODY = re.compile(r"^$|^unknown|^N/?A$|SSO failed", re.IGNORECASE)
DETAILS = ("sid", "ipscat", "ipspri", "spycat", "note", "app", "appName", "appcat", "code", "rule", "sn", "fw_action")


def normalize(payload: bytes, context: Context) -> Normalized:
    """A line an event. Times without ``UTC`` are in ``context.timezone``."""
    return textlines.normalize(payload, context, lambda line: event(line, context.timezone))


def event(line: Line, zone: ZoneInfo) -> Row | Reject:
    said = fields.read(line.text)
    if said is None:
        return line.reject(Reason.NOT_THIS_FORMAT, "SonicWall の行ではありません (no id=, sn= and m=)")
    number, text = said.get("m", ""), said.get("msg", "")
    judged = JUDGEMENTS.get(number) if said.get("id") != GATEWAY else None
    row = common(said) | (detection(judged, said, line.whole) if judged else happening(number, text, said))
    row |= {
        "metadata.event_code": number or None,
        "metadata.log_name": said.get("id"),
        "message": " ".join(filter(None, (text, said.get("note")))) or None,
        "metadata.product.vendor_name": VENDOR,
        "metadata.product.name": "SMA" if said.get("id") == GATEWAY else "SonicOS",
    }
    if row["class_uid"] in OF_THE_DEVICE and not row["is_alert"]:
        row |= {"device.ip": ip(said.get("fw")), "device.uid": said.get("sn")}
        row["device.hostname"] = said.get("fw") if not row["device.ip"] else None
    original = said.get("vp_time") or said.get("time")
    if original and (time := zones.iso(original.removesuffix(" UTC"), "UTC" if "UTC" in original else None, zone)):
        row |= {"time": time, "metadata.original_time": original}
    return row


OF_THE_DEVICE = frozenset(
    {ClassUid.BASE_EVENT, ClassUid.AUTHENTICATION, ClassUid.DEVICE_CONFIG_STATE_CHANGE, ClassUid.ACCOUNT_CHANGE}
)


def common(said: dict[str, str]) -> Row:
    """Ends, protocol, amounts, user and rule: every message may have them."""
    transport, _, application = said.get("proto", "").partition("/")
    length = integer(said.get("cdur")) or (integer(said.get("dur")) or 0) * 1000
    row = {
        **fields.endpoint(said, "src", "src_endpoint"),
        **fields.endpoint(said, "dst", "dst_endpoint"),
        **(protocol(transport) if transport else {}),
        **user(said.get("usr") or said.get("user")),
        "src_endpoint.mac": mac(said.get("srcMac")),
        "app_name": said.get("appName") or (application if application and not application.isdigit() else None),
        "traffic.bytes_out": integer(said.get("sent")),
        "traffic.bytes_in": integer(said.get("rcvd")),
        "traffic.packets_out": integer(said.get("spkt")),
        "traffic.packets_in": integer(said.get("rpkt")),
        "duration": length or None,
        "firewall_rule.name": said.get("rule"),
    }
    return row | page(said, application)


def page(said: dict[str, str], application: str) -> Row:
    """The web site that was asked for."""
    host, path = said.get("dstname"), said.get("arg")
    if request := said.get("request"):
        host, slash, rest = request.partition("://")[2].partition("/") if "://" in request else request.partition("/")
        path = slash + rest
    if not host:
        return {}
    categories = said.get("Category")
    return http.url("https" if application == "https" else "http", host, path) | {
        "url.categories": [categories] if categories else None,
        "http_request.http_method": METHODS.get(said.get("op", "")),
        "http_request.user_agent": said.get("agent"),
        "dst_endpoint.hostname": host,
    }


def user(name: str | None) -> Row:
    if not name or NOBODY.search(name):
        return {}
    domain, _, rest = name.rpartition("\\")
    return {"user.name": rest, "user.domain": domain or None}


def happening(number: str, text: str, said: dict[str, str]) -> Row:
    """What is no verdict, by number where that is plain and by its wording where not."""
    action = said.get("fw_action", "").lower()
    denied = action == "drop" or bool(DENIED.search(text))
    if number in PAGES:
        method = METHODS.get(said.get("op", ""))
        return activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method)) | disposed(
            DispositionId.BLOCKED if denied else DispositionId.ALLOWED
        )
    if number in (OPENED, CLOSED):
        opened = number == OPENED
        return network(OPEN if opened else CLOSE, DispositionId.ALLOWED if opened and action != "drop" else None)
    if number in ACCOUNTS:
        return activity(ClassUid.ACCOUNT_CHANGE, ACCOUNTS[number])
    if signed := login(text, said):
        return signed
    if ADMINISTRATION.search(text):
        return activity(ClassUid.BASE_EVENT, 0)
    if SETTINGS.search(text):
        return activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1)
    if found := DHCP.search(text):
        return activity(ClassUid.DHCP_ACTIVITY, DHCP_KINDS.get((found[1] or "ACK").upper(), OTHER))
    if TUNNEL.search(text) and not said.get("proto"):
        return activity(ClassUid.TUNNEL_ACTIVITY, OPEN if UP.search(text) else CLOSE if DOWN.search(text) else OTHER)
    if denied and (said.get("src") or said.get("srcV6")):
        return network(REFUSE, DispositionId.BLOCKED)
    if said.get("proto"):
        return network(TRAFFIC, DispositionId.ALLOWED if action in ("forward", "mgmt") or "allowed" in text else None)
    level = said.get("pri", "")
    severity = LEVELS[int(level)] if level.isdigit() and int(level) < len(LEVELS) else int(SeverityId.INFORMATIONAL)
    return activity(ClassUid.BASE_EVENT, 0) | {"severity_id": severity}


def network(kind: int, disposition: DispositionId | None) -> Row:
    return activity(ClassUid.NETWORK_ACTIVITY, kind) | disposed(disposition)


def login(text: str, said: dict[str, str]) -> Row | None:
    """Sign-ins to the firewall, through it and to SSL VPN; sessions of administration are not signed in twice."""
    out = sign_in.OUT.search(text)
    if not (out or sign_in.WORDS.search(text) or text.startswith("XAUTH")):
        return None
    if "proto" in said and "login" not in text:
        return None
    bad, good = sign_in.BAD.search(text) or "timed out" in text, sign_in.GOOD.search(text)
    if not (out or bad or good):
        return None
    row = activity(ClassUid.AUTHENTICATION, 1) | sign_in.sign_in(None, None if out and not bad else not bad)
    kept = ("class_uid", "activity_id", "status_id", "severity_id", "is_alert")
    named = sign_in.user(text, strictly=True) if not (said.get("usr") or said.get("user")) else None
    return {column: row[column] for column in kept} | ({"user.name": named} if named else {})


def detection(judged: Judgement, said: dict[str, str], raw: str) -> Row:
    text = said.get("msg", "") or judged.kind
    title = TAIL.sub("", LEAD.sub("", text)).strip() or text
    category, severity, disposition = judged.category, judged.severity, judged.disposition
    name = f"{title} {said.get('Category', '')}"
    if category is UtmCategory.URL_CATEGORY:
        title = " ".join(filter(None, (said.get("Category"), said.get("dstname")))) or title
        if MALICIOUS.search(name):
            category, severity = UtmCategory.MALICIOUS_SITE, SeverityId.MEDIUM
    elif category is UtmCategory.MALWARE and RANSOM.search(name):
        category = UtmCategory.RANSOMWARE
    elif category is UtmCategory.IPS and RECONNAISSANCE.search(title):
        category = None
    if said.get("fw_action", "").lower() == "drop":
        disposition = DispositionId.DROPPED
    row = activity(judged.class_uid, judged.activity_id) | verdict(
        title,
        judged.kind,
        severity=PRIORITIES.get(said.get("ipspri", ""), severity),
        raw=raw,
        disposition=disposition,
        category=category,
        unmapped=orjson.dumps({key: said[key] for key in DETAILS if said.get(key)}).decode(),
    )
    if judged.category is UtmCategory.MALWARE:
        row["malware.name"] = title
    if judged.class_uid is ClassUid.HTTP_ACTIVITY:
        row["activity_id"] = http.activity_id(METHODS.get(said.get("op", "")))
    if sid := said.get("sid"):
        row["finding_info.analytic.uid"] = sid
    return row
