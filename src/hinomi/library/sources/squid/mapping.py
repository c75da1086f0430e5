"""Squid's access logs to OCSF HTTP Activity: the native format, the combined ones, and native with more fields.

    1674012345.678     61 192.168.0.3 TCP_TUNNEL/200 8811 CONNECT www.example.com:443 taro HIER_DIRECT/203.0.113.9 -

Of a custom format, the parts that have a form of their own are found wherever they stand: time, client, result,
method and URL, the way to the server; of quoted parts the first two are referer and agent.
Source: Squid configuration directive ``logformat``; Squid wiki, "SquidFaq/SquidLogs".
"""

import re
from functools import partial
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reject
from hinomi.library.formats import access_log, addresses, daemon, events, http, textlines, times
from hinomi.library.formats.rows import Row
from hinomi.library.formats.syslog_message import sender
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid, DispositionId

PRODUCT = ("Squid Software Foundation", "Squid")
NATIVE = re.compile(r"(?P<time>\d{9,10}(?:\.\d{1,6})?) +(?P<elapsed>-?\d+) +(?P<client>\S+) +(?P<parts>.*)")
RESULT = re.compile(r"(?P<result>(?:TCP|UDP|NONE|TAG|SWAPFAIL|ICP|ERR)[A-Z_]*)/(?P<status>\d{3})")
HIERARCHY = re.compile(r"(?P<way>[A-Z][A-Z_]+)/(?P<server>\S+)$")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?')
METHOD = re.compile(r"[A-Z][A-Z_-]{1,31}$")
CACHE = re.compile(r"(?P<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)(?: kid\d+)?\| (?P<text>.*)")
VERSION = re.compile(r"(?:HTTP/)?\d\.\d$")
DENIED = "TCP_DENIED"
ABSENT = frozenset({"-", ""})


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a line; native times are UTC, others without an offset in ``context.timezone``."""
    return textlines.normalize(payload, context, partial(event, zone=context.timezone))


def event(line: Line, *, zone: ZoneInfo) -> Row | Reject:
    if found := NATIVE.match(line.text):
        row = native(found)
    elif found := CACHE.match(line.text):
        row = daemon.unknown(daemon.Told("cache", found["text"], line), PRODUCT)
        row |= {"time": times.iso(found["time"], zone), "metadata.original_time": found["time"]}
    else:
        logged = access_log.event(line, zone, PRODUCT)
        if logged is None:
            return daemon.told_event(line, PRODUCT, lambda said: None)
        if isinstance(logged, Reject):
            return logged
        row = logged | outcome(RESULT_LAST.search(line.text))
    return {**sender(line.header.host), **row}


RESULT_LAST = re.compile(r" (?P<result>(?:TCP|UDP|NONE|TAG)[A-Z_]*):(?P<way>[A-Z_]+)\s*$")
"""``%Ss:%Sh`` at the end of the combined format."""


def native(found: re.Match[str]) -> Row:
    quoted = [QUOTED.match(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"?', found["parts"])]
    said = [part[1] if part and part[1] not in ABSENT else None for part in quoted]
    words = found["parts"].partition(' "')[0].split()
    result = next((match for word in words if (match := RESULT.match(word))), None)
    at = next((place for place, word in enumerate(words) if METHOD.match(word) and not RESULT.match(word)), len(words))
    method, url, *rest = [*words[at : at + 2], None, None][:2] + words[at + 2 :]
    way = next((match for word in rest if (match := HIERARCHY.match(word))), None)
    before = rest[: rest.index(way[0])] if way else rest[:1]
    user = next((word for word in before if not VERSION.match(word)), None)
    size = next((word for word in words[:at] if word.isdigit() and words.index(word) > index_of(result, words)), None)
    address, port = addresses.endpoint(found["client"])
    return {
        **events.activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method), product=PRODUCT),
        **outcome(result),
        **target(method, url),
        **server(way),
        "time": times.epoch(found["time"]),
        "metadata.original_time": found["time"],
        "metadata.log_name": "access",
        "duration": max(int(found["elapsed"]), 0),
        "src_endpoint.ip": address,
        "src_endpoint.hostname": None if address or found["client"] in ABSENT else found["client"],
        "src_endpoint.port": port or client_port(words, index_of(result, words)),
        "user.name": None if user is None or user in ABSENT else unquote(user),
        "http_request.http_method": method,
        "http_request.user_agent": said[1] if len(said) > 1 else None,
        "http_response.code": int(result["status"]) or None if result else None,
        "traffic.bytes_in": int(size) if size and len(size) < 19 else None,
    }


def index_of(result: re.Match[str] | None, words: list[str]) -> int:
    return next((place for place, word in enumerate(words) if result and word.startswith(result[0])), 0)


def client_port(words: list[str], result: int) -> int | None:
    """Formats with ``%>p`` have it between the client and the result."""
    return next((addresses.port(word) for word in words[:result] if word.isdigit()), None)


def outcome(found: re.Match[str] | None) -> Row:
    """What Squid did: an access rule that denies is no verdict of its own."""
    if not found:
        return {}
    result = found["result"]
    served = DispositionId.ALLOWED if result.startswith("TCP_") else None
    return {
        "metadata.event_code": result,
        **events.disposed(DispositionId.BLOCKED if result.startswith(DENIED) else served),
    }


def target(method: str | None, url: str | None) -> Row:
    if not url or url in ABSENT or url.startswith("error:"):
        return {"message": url}
    if method == "CONNECT":
        host, port = addresses.endpoint(url)
        name, _, number = url.rpartition(":")
        return {
            "url.url_string": url,
            "url.hostname": http.hostname(url),
            "dst_endpoint.hostname": None if host else name or url,
            "dst_endpoint.ip": host,
            "dst_endpoint.port": port or addresses.port(number),
        }
    row: Row = dict(http.absolute(url))
    return {**row, "dst_endpoint.hostname": None if addresses.ip(row["url.hostname"]) else row["url.hostname"]}


def server(found: re.Match[str] | None) -> Row:
    """The server or the next proxy that answered, by its address where Squid says it."""
    address = addresses.ip(found["server"]) if found else None
    return {"dst_endpoint.ip": address} if address else {}
