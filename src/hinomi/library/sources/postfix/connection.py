"""Clients that come and go, sign in, or speak out of turn, before there is a message.

Source: Postfix man pages smtpd(8), smtp(8), postscreen(8), "SASL Howto".
"""

import re

from hinomi.library.formats import addresses, events
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.postfix.message import PRODUCT, pairs, peer
from hinomi.ocsf.classes import ClassUid, SeverityId, StatusId

OPEN, CLOSE, RESET, FAIL, REFUSE, TRAFFIC = 1, 2, 3, 4, 5, 6
LOGON = 1
SMTP = 25
AFTER = r" after [\w-]+(?: \([^)]*\))?"
INBOUND = re.compile(
    rf"(?:warning: )?(?P<what>connect|disconnect|lost connection{AFTER}|timeout{AFTER}|too many errors{AFTER}"
    rf"|improper command pipelining{AFTER}|non-SMTP command|SSL_accept error"
    r"|Connection (?:rate|concurrency) limit exceeded: \d+|\w+ TLS connection established|setting up TLS connection)"
    r" from (?P<peer>[^\s:]*\[[^\]]+\](?::\d+)?)"
)
OUTBOUND = re.compile(
    r"(?P<what>connect|\w+ TLS connection established|SSL_connect error|setting up TLS connection)"
    r" to (?P<peer>[^\s\[]*\[[^\]]+\](?::\d+)?)(?P<rest>.*)",
    re.DOTALL,
)
SASL = re.compile(
    r"warning: (?P<peer>\S*\[[^\]]+\](?::\d+)?): SASL (?P<method>[\w-]+) authentication (?P<outcome>failed|aborted)"
    r"(?::? ?(?P<why>.*))?",
    re.DOTALL,
)
SCREENED = re.compile(
    r"(?P<what>CONNECT|PASS (?:OLD|NEW)|PREGREET|HANGUP|DNSBL rank \d+|DISCONNECT|BLACKLISTED|WHITELISTED|ALLOWLISTED"
    r"|DENYLISTED|(?:WHITE|ALLOW)LIST VETO|COMMAND \w+ LIMIT|COMMAND PIPELINING|NON-SMTP COMMAND|BARE NEWLINE)"
    r".*?\[(?P<ip>[0-9A-Fa-f:.]+)\](?::(?P<port>\d+))?(?: to \[(?P<to>[0-9A-Fa-f:.]+)\]:(?P<to_port>\d+))?"
)
ACTIVITIES = {"connect": OPEN, "disconnect": CLOSE, "lost": RESET, "timeout": FAIL, "too": REFUSE, "Connection": REFUSE}
SCREEN = {
    "CONNECT": OPEN,
    "PASS": OPEN,
    "DISCONNECT": CLOSE,
    "HANGUP": RESET,
    "BLACKLISTED": REFUSE,
    "DENYLISTED": REFUSE,
}


def event(said: str, line: Line) -> Row | None:
    if found := SASL.match(said):
        return sign_in(found, line.header.host)
    if found := INBOUND.match(said):
        return inbound(found, said, line.header.host)
    if found := OUTBOUND.match(said):
        return outbound(found, said)
    if found := SCREENED.match(said):
        return screened(found, said, line.header.host)
    return None


def sign_in(found: re.Match[str], host: str | None) -> Row:
    """A password that was not accepted; Postfix 3.7 and later also says whose."""
    name, address, port = peer(found["peer"])
    why = found["why"] or ""
    return {
        **events.activity(ClassUid.AUTHENTICATION, LOGON, product=PRODUCT, severity=SeverityId.LOW),
        "status_id": int(StatusId.FAILURE),
        "status_detail": why.partition(", sasl_username=")[0] or None,
        "message": f"SASL {found['method']} authentication {found['outcome']}",
        "user.name": pairs(f" {why}").get("sasl_username") or None,
        "src_endpoint.ip": address,
        "src_endpoint.port": port,
        "src_endpoint.hostname": name,
        "dst_endpoint.hostname": host,
        "app_name": "smtp",
    }


def network(activity_id: int, said: str) -> Row:
    return {
        **events.activity(ClassUid.NETWORK_ACTIVITY, activity_id, product=PRODUCT),
        **addresses.protocol("tcp"),
        "app_name": "smtp",
        "message": said,
    }


def inbound(found: re.Match[str], said: str, host: str | None) -> Row:
    name, address, port = peer(found["peer"])
    return {
        **network(ACTIVITIES.get(found["what"].partition(" ")[0], TRAFFIC), said),
        "src_endpoint.ip": address,
        "src_endpoint.port": port,
        "src_endpoint.hostname": name,
        "dst_endpoint.hostname": host,
    }


def outbound(found: re.Match[str], said: str) -> Row:
    name, address, port = peer(found["peer"])
    failed = found["what"] in ("connect", "SSL_connect error")
    return {
        **network(FAIL if failed else TRAFFIC, said),
        "status_detail": found["rest"].lstrip(": ") or None,
        "dst_endpoint.ip": address,
        "dst_endpoint.port": port or SMTP,
        "dst_endpoint.hostname": name,
    }


def screened(found: re.Match[str], said: str, host: str | None) -> Row:
    return {
        **network(SCREEN.get(found["what"].partition(" ")[0], TRAFFIC), said),
        "src_endpoint.ip": addresses.ip(found["ip"]),
        "src_endpoint.port": addresses.port(found["port"]),
        "dst_endpoint.ip": addresses.ip(found["to"]),
        "dst_endpoint.port": addresses.port(found["to_port"]),
        "dst_endpoint.hostname": host,
    }
