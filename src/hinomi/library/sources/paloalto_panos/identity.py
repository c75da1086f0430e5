"""Logs of people and of the firewall itself: SYSTEM, CONFIG, GLOBALPROTECT, USERID, AUTHENTICATION and others."""

import re

from hinomi.library.formats import addresses
from hinomi.library.formats.accounts import user
from hinomi.library.formats.addresses import ip
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.library.sources.paloalto_panos.columns import Record
from hinomi.library.sources.paloalto_panos.traffic import severity
from hinomi.ocsf.classes import ClassUid, StatusId

LOGON, LOGOFF = 1, 2
OPEN, CLOSE, OTHER = 1, 2, 99
NAME = r"(?:'([^']+)'|([^\s',]+?))(?=[.,']*(?:\s|$))"
WHO = (re.compile(rf"\bUser name: {NAME}"), re.compile(rf"\b[Uu]ser {NAME}"))
WHERE = re.compile(r"\b(?:From|from|Login from):? '?([0-9A-Fa-f:.]*[0-9A-Fa-f])\b")
PEERS = re.compile(r"\b([0-9A-Fa-f]+[.:][0-9A-Fa-f.:]+)\[\d+\] ?->? ?([0-9A-Fa-f]+[.:][0-9A-Fa-f.:]+)\[\d+\]")
MACHINE = re.compile(r"\bDevice name: ([^,]+)")
FAILED = re.compile(r"fail|invalid|denied|reject|timed? ?out|not in allow|locked", re.IGNORECASE)
SIGNED = re.compile(
    r"authenticat(?:ion|ed|ing) (?:succeeded|failed|for|user)|failed authentication|logged (?:in|out)"
    r"|log(?:in|out) (?:succ|fail)",
    re.IGNORECASE,
)
SIGN_EVENT = re.compile(r"auth-(?:succ|fail)|^auth-|log(?:in|out|off)-|-log(?:in|out)|login|logout", re.IGNORECASE)
OUT = re.compile(r"log(?:ged)?[ -]?(?:out|off)", re.IGNORECASE)
LEASE = re.compile(
    r"DHCP lease (\w+) ip (\S+) --> mac ([0-9A-Fa-f:.-]+)(?: - hostname ([^,]*?))?(?:, interface (\S+))?$"
)
LEASES = {"started": 5, "renewed": 5, "ended": 7, "expired": 9}
TUNNEL = re.compile(r"^(?:ike-(?!config)|ipsec-|tunnel-status)")
TUNNEL_ENDS = re.compile(r"delete|expire|down|close")
TUNNEL_BEGINS = re.compile(r"key-install|status-up|nego-p2-succ")
NO_EVENT = frozenset(("", "0"))
CONNECTED = ("gateway-connected", "gateway-setup-ipsec", "gateway-setup-ssl", "gateway-switch-to-ssl")


def about(record: Record, row: Row, message: str | None = None) -> Row:
    """A row about the firewall itself."""
    row["severity_id"] = int(severity(record))
    row["message"] = message or None
    row["device.hostname"] = record.get("device_name") or None
    row["device.uid"] = record.get("serial") or None
    row["metadata.event_code"] = addresses.present(record.get("eventid"), NO_EVENT)
    return row


def system(record: Record) -> Row:
    """The firewall's own log: sign-ins, leases and tunnels are told by their words, the rest is a Base Event."""
    subtype, event, text = record.get("subtype", ""), record.get("eventid", ""), record.get("opaque", "")
    if subtype == "dhcp" and (found := LEASE.search(text)):
        return about(record, leased(found), text)
    if subtype == "vpn" and TUNNEL.match(event):
        return about(record, tunnelled(event, text), text)
    if subtype == "auth" or SIGN_EVENT.search(event) or SIGNED.search(text):
        return about(record, signed(event, text), text)
    row = activity(ClassUid.BASE_EVENT, 0)
    return about(record, row | person(text) if subtype == "globalprotect" else row, text)


def leased(found: re.Match[str]) -> Row:
    word, address, mac, name, interface = found.groups()
    return {
        **activity(ClassUid.DHCP_ACTIVITY, LEASES.get(word, OTHER)),
        "src_endpoint.ip": ip(address),
        "src_endpoint.mac": addresses.mac(mac),
        "src_endpoint.hostname": addresses.present(name),
        "src_endpoint.interface_name": interface,
    }


def tunnelled(event: str, text: str) -> Row:
    opened = OPEN if TUNNEL_BEGINS.search(event) else OTHER
    row = activity(ClassUid.TUNNEL_ACTIVITY, CLOSE if TUNNEL_ENDS.search(event) else opened)
    row["status_id"] = int(StatusId.FAILURE if FAILED.search(f"{event} {text}") else StatusId.SUCCESS)
    if ends := PEERS.search(text):
        row |= {"src_endpoint.ip": ip(ends[1]), "dst_endpoint.ip": ip(ends[2])}
    return row


def signed(event: str, text: str) -> Row:
    """A sign-in in words; the text outweighs the event's name, which calls failures successes now and then."""
    row = activity(ClassUid.AUTHENTICATION, LOGOFF if OUT.search(f"{event} {text}") else LOGON) | person(text)
    row["status_id"] = int(StatusId.FAILURE if FAILED.search(text or event) else StatusId.SUCCESS)
    return row


def person(text: str) -> Row:
    """Who is meant, at which machine and address."""
    who = next((found for pattern in WHO if (found := pattern.search(text))), None)
    where, machine = WHERE.search(text), MACHINE.search(text)
    row: Row = {"src_endpoint.ip": ip(where[1]) if where else None}
    row["src_endpoint.hostname"] = machine[1].strip() if machine else None
    return row | (user(who[1] or who[2]) if who else {})


def config(record: Record) -> Row:
    """A change of settings: who, from where, which command on which path."""
    row = activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1)
    row |= user(record.get("admin"), "actor.user")
    row["src_endpoint.ip"] = ip(record.get("host"))
    row |= outcome(record.get("result", ""))
    row = about(record, row, " ".join(f"{record.get('cmd', '')} {record.get('path', '')}".split()))
    row["metadata.event_code"] = record.get("cmd") or None
    return row


def audit(record: Record) -> Row:
    """What an administrator did, command by command."""
    row = activity(ClassUid.API_ACTIVITY, OTHER) | user(record.get("admin"), "actor.user")
    return about(record, row | outcome(record.get("result", "")), record.get("cmd"))


def outcome(word: str) -> Row:
    if not word or word.lower() == "submitted":
        return {}
    failed = bool(FAILED.search(word)) or word.lower() == "unauthorized"
    return {"status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS)}


def globalprotect(record: Record) -> Row:
    """Remote access: sign-ins 3002, tunnels 4014, everything between (host checks, settings) a Base Event."""
    event, stage = record.get("eventid", ""), record.get("stage", "")
    if "logout" in event or stage == "logout":
        row = activity(ClassUid.AUTHENTICATION, LOGOFF)
    elif "auth" in event or stage == "login":
        row = activity(ClassUid.AUTHENTICATION, LOGON)
    elif event in CONNECTED or stage == "connected":
        row = activity(ClassUid.TUNNEL_ACTIVITY, OPEN)
    else:
        row = activity(ClassUid.BASE_EVENT, 0)
    said = (event, record.get("error"), record.get("opaque"))
    row = about(record, row, " ".join(word for word in said if word))
    row |= outcome(record.get("status", "")) | user(record.get("srcuser"))
    row |= {
        "src_endpoint.ip": ip(record.get("public_ip", "")) or ip(record.get("public_ipv6", "")),
        "src_endpoint.hostname": record.get("machinename") or None,
        "src_endpoint.location.country": region
        if (region := record.get("srcregion")) and not region[0].isdigit()
        else None,
        "device.os.name": record.get("client_os") or None,
        "status_detail": record.get("error") or None,
    }
    # the machine it is about is the client's, not the firewall
    row |= {"device.hostname": row["src_endpoint.hostname"], "device.uid": record.get("hostid") or None}
    row["device.ip"] = ip(record.get("private_ip", ""))
    return row


def userid(record: Record) -> Row:
    """Who is at which address, as a directory or an agent told the firewall."""
    out = "logout" in (record.get("subtype"), record.get("eventid"))
    row = activity(ClassUid.AUTHENTICATION, LOGOFF if out else LOGON) | user(record.get("user"))
    row = about(record, row, record.get("datasource"))
    row["src_endpoint.ip"] = ip(record.get("ip", ""))
    row["status_id"] = int(StatusId.SUCCESS)
    return row


def authentication(record: Record) -> Row:
    """Authentication policy: a person was asked who they are."""
    said = record.get("event", "")
    row = activity(ClassUid.AUTHENTICATION, LOGON) | user(record.get("user") or record.get("normalize_user"))
    row = about(record, row, " ".join(word for word in (said, record.get("desc")) if word))
    row |= {
        "metadata.event_code": said or None,
        "src_endpoint.ip": ip(record.get("ip", "")),
        "src_endpoint.hostname": record.get("src_host") or None,
        "src_endpoint.mac": addresses.mac(record.get("src_mac")),
        "status_id": int(StatusId.FAILURE if FAILED.search(row["message"] or "") else StatusId.SUCCESS),
    }
    return row


def hipmatch(record: Record) -> Row:
    """A machine that matched a profile of GlobalProtect's host check."""
    matched = f"HIP match: {record.get('matchname', '')}"
    row = about(record, activity(ClassUid.BASE_EVENT, 0), matched) | user(record.get("srcuser"))
    name, address = record.get("machinename") or None, ip(record.get("src", "")) or ip(record.get("srcipv6", ""))
    row |= {"src_endpoint.hostname": name, "device.hostname": name, "src_endpoint.ip": address, "device.ip": address}
    row |= {"device.uid": record.get("hostid") or None, "device.os.name": record.get("client_os") or None}
    row["device.mac"] = row["src_endpoint.mac"] = addresses.mac(record.get("mac"))
    return row


def iptag(record: Record) -> Row:
    said = f"{record.get('event_id') or record.get('subtype', '')} tag {record.get('tag_name', '')}"
    row = about(record, activity(ClassUid.BASE_EVENT, 0), said)
    row["src_endpoint.ip"] = ip(record.get("ip", ""))
    return row
