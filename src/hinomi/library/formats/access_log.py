r"""Lines of web servers and proxies in the Common and Combined Log Formats and what people add to them.

    event(line, zone, ("F5", "NGINX"))        # a row, a reject, or None where the line is no such line

    203.0.113.9 - taro [18/Jan/2023:12:25:45 +0900] "GET /a HTTP/1.1" 200 512 "referer" "agent" more …

In front of the client may stand the virtual host (``www.example.jp:443 203.0.113.9``) or the client itself may be
a list of ``X-Forwarded-For``; what follows the agent is given back as it is. Escapes ``\"``, ``\\`` and ``\xHH``
are undone, except those of control characters. A line that breaks off (UDP) is an event labelled ``truncated``.
Source: Apache HTTP Server, ``mod_log_config``; nginx, ``ngx_http_log_module``; Squid, ``logformat``.
"""

import re
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import addresses, events, http, times
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid

QUOTED = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
HEAD = re.compile(r"([^\[]{1,2048}?) \[([^\]]{8,64})\] \"")
TAIL = re.compile(rf"{QUOTED} (\d{{3}}|-) (\d+|-)(?: ([\d.]+|-)(?= \"|$))?(?: {QUOTED} {QUOTED})?")
BARE_QUOTES = re.compile(r'"(.*)" (\d{3}) (\d+|-)()(?: "(.*?)" "(.*)")?')
"""A server told not to escape writes an attacker's quotes as they came."""
REQUEST = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) (\S.*?)(?: HTTP/[\d.]+)?$")
ESCAPES = re.compile(r'((?:\\x[0-9A-Fa-f]{2})+)|\\(["\\])')
HOST = re.compile(r"[A-Za-z0-9_.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
CLOCK = re.compile(r"(\d\d?)/(\w{3})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ([+-]\d{4}))?$")
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(NAMES, start=1)}
DAY_FIRST = "%d/%m/%Y %H:%M:%S"
NOBODY = frozenset({"-", "", '""'})
LOCAL = frozenset({"localhost", "unix:"})
TRUNCATED = "truncated"


class Access(NamedTuple):
    """A line's parts, unescaped; ``request`` is the request line, ``rest`` what follows the agent."""

    before: str
    time: str
    request: str
    status: str | None
    size: str | None
    referer: str | None
    agent: str | None
    rest: str
    whole: bool


def read(text: str) -> Access | None:
    """The parts of a line; None where it has no ``[time] "request"``."""
    head = HEAD.match(text)
    if not head:
        return None
    start = head.end() - 1
    found = TAIL.match(text, start) or BARE_QUOTES.match(text, start)
    if not found:
        return Access(head[1], head[2], unescaped(text[start + 1 :]), None, None, None, None, "", False)
    request, status, size, _, referer, agent = found.groups()
    return Access(
        head[1], head[2], unescaped(request), status, size, said(referer), said(agent), text[found.end() :], True
    )


def event(line: Line, zone: ZoneInfo, product: tuple[str, str]) -> Row | Reject | None:
    """HTTP Activity of a line; a reject where only its time cannot be read, None where it is another format."""
    access = read(line.text)
    if not access:
        return None
    time = moment(access.time, zone)
    if not time:
        return line.reject(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {access.time}")
    return {**row(access, product), "time": time}


def row(access: Access, product: tuple[str, str]) -> Row:
    """Columns of a line, without ``time``. A response's size is ``traffic.bytes_in``: to the client."""
    before, user = credentials(access.before)
    client, host = parties(before)
    address, client_port = endpoint(client) if client else (None, None)
    name, host_port = named(host)
    is_address = name is not None and endpoint(name)[0] is not None
    method, columns = request(access.request, host, host_port)
    return {
        **events.activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method), product=product),
        "metadata.log_name": "access",
        "metadata.original_time": access.time,
        "metadata.labels": None if access.whole else [TRUNCATED],
        "src_endpoint.ip": address,
        "src_endpoint.port": client_port,
        "src_endpoint.hostname": client if client and not address else None,
        "dst_endpoint.ip": name if is_address else None,
        "dst_endpoint.hostname": None if is_address else name,
        "dst_endpoint.port": host_port,
        "user.name": None if user in NOBODY else user,
        "http_request.http_method": method,
        "http_request.user_agent": access.agent,
        "http_response.code": int(access.status) if access.status and access.status.isdigit() else None,
        "traffic.bytes_in": int(access.size) if access.size and access.size.isdigit() else None,
        **columns,
    }


endpoint = lru_cache(maxsize=16384)(addresses.endpoint)
"""The same clients and hosts come again and again."""


def credentials(before: str) -> tuple[str, str]:
    """What stands for client and host, and the user, who may have spaces in his name."""
    before, mark, user = f"{before} ".partition(" - ")
    if mark:
        return before.strip(), user.strip()
    client, *rest = before.strip().rsplit(" ", 2)
    return (client, rest[-1]) if len(rest) == 2 else (before.strip(), "-")


def parties(before: str) -> tuple[str | None, str | None]:
    """Client and virtual host. Of a list of forwarders, the first that is on the internet, else the first."""
    if " " not in before:
        return (None if before in LOCAL and before != "localhost" else before), None
    listed = "," in before or '"' in before
    parts = before.split()
    leads = not parts[0].startswith('"') and not parts[0].endswith(",")
    words = [word for part in parts if HOST.fullmatch(word := part.strip('",')) or word in LOCAL]
    if not words:
        return None, None
    if len(words) == 1:
        return words[0], None
    host, clients = (words[0], words[1:]) if leads else (None, words)
    if host and not listed and not is_client(clients[0]) and is_client(host):
        host, clients = clients[0], [host]
    return next((word for word in clients if is_public(word)), clients[0].replace("unix:", "") or None), host


def is_client(word: str) -> bool:
    return word in LOCAL or endpoint(word)[0] is not None


def is_public(word: str) -> bool:
    address = endpoint(word)[0]
    return address is not None and ip_address(address).is_global


def named(host: str | None) -> tuple[str | None, int | None]:
    """A virtual host's name or address, and its port."""
    if not host:
        return None, None
    address, port = endpoint(host)
    if address:
        return address, port
    name, _, number = host.partition(":")
    return name, addresses.port(number)


def request(text: str, host: str | None, port: int | None) -> tuple[str | None, Row]:
    """The method and the columns of the URL; what is no request (a TLS greeting, a probe) is the ``message``."""
    found = REQUEST.match(text)
    if not found or found[1] == "-":
        return None, {"message": None if text in NOBODY else text}
    method, target = found.groups()
    if method == "CONNECT":
        return method, {"url.url_string": target, "url.hostname": http.hostname(target)}
    return method, dict(http.url("https" if port == http.OWN_PORTS["https"] else "http", host, target))


def said(quoted: str | None) -> str | None:
    return None if quoted is None or quoted in NOBODY else unescaped(quoted)


def unescaped(text: str) -> str:
    """``\\xe7\\x81\\xab`` as the text it was; control characters stay escaped."""
    return ESCAPES.sub(plain, text) if "\\" in text else text


def plain(found: re.Match[str]) -> str:
    if found[2]:
        return found[2]
    try:
        characters = bytes.fromhex(found[1].replace("\\x", "")).decode("utf-8")
    except UnicodeDecodeError:
        return found[1]
    return characters if characters.isprintable() else found[1]


@lru_cache(maxsize=4096)
def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """``18/Jan/2023:12:25:45 +0900``, ISO 8601 or ``18/01/2023 12:25:45`` as naive UTC."""
    found = CLOCK.match(text)
    if not found:
        return times.iso(text, zone) or times.local(text, DAY_FIRST, zone)
    day, month, year, hour, minute, second, fraction, offset = found.groups()
    try:
        clock = datetime(int(year), MONTHS[month.title()], int(day), int(hour), int(minute), int(second))
        clock = clock.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))
        return clock - times.east(offset) if offset else times.utc(clock, zone)
    except (KeyError, ValueError, OverflowError):
        return None
