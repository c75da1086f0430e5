"""Access records whose parts have names: JSON of any layout, and LTSV (Labeled Tab-separated Values).

    row = event(fields, zone, ("F5", "NGINX"))     # None where the names are not those of an access record

Names are nginx's variables, LTSV's labels or what people call the same things; case, ``-`` and ``@`` do not count.
Source: nginx, "Alphabetical index of variables"; ltsv.org, "Labels for Web server's Log".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Reason
from hinomi.library.formats import access_log, addresses, events, http, times
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid

TIME = ("time_iso8601", "timestamp", "time_local", "time", "msec", "datetime", "date", "ts")
CLIENT = ("remote_addr", "remote_ip", "client_ip", "clientip", "remoteip", "remote_host", "client", "remotehost", "ip")
HOST = ("http_host", "vhost", "virtual_host", "server_name", "domain")
REQUEST = ("request", "req", "request_line", "requestline")
METHOD = ("request_method", "method", "http_method", "verb")
TARGET = ("request_uri", "uri", "path", "request_path", "url")
QUERY = ("args", "query_string", "query")
STATUS = ("status", "response_status", "status_code", "statuscode", "code", "response")
SENT = ("body_bytes_sent", "bytes_sent", "size", "bytes", "response_size", "response_length")
RECEIVED = ("request_length", "reqsize")
AGENT = ("http_user_agent", "user_agent", "useragent", "ua", "agent")
USER = ("remote_user", "user")
SECONDS = ("request_time", "reqtime")
MICROSECONDS = ("reqtime_microsec", "duration_us")
SCHEME = ("scheme", "http_scheme")
ABSENT = frozenset({"", "-", '""'})
Fields = Mapping[str, Any]


def ltsv(text: str) -> dict[str, str]:
    """Labels and values of a line; empty where it is no LTSV."""
    pairs = (part.partition(":") for part in text.split("\\t" if "\\t" in text and "\t" not in text else "\t"))
    return {label: value for label, found, value in pairs if found and label.replace("_", "").isalnum()}


def event(fields: Fields, zone: ZoneInfo, product: tuple[str, str]) -> Row | Reason | None:
    """HTTP Activity of an access record; ``NO_TIME`` or ``BAD_TIME`` where that is what it lacks."""
    said = {name.lower().replace("-", "_").strip("@_"): value for name, value in fields.items()}
    status, request = first(said, STATUS), first(said, REQUEST)
    if not (request or first(said, METHOD) or first(said, TARGET)) or (status is None and not request):
        return None
    original = first(said, TIME)
    if original is None:
        return Reason.NO_TIME
    time = moment(original, zone)
    return {**columns(said, request, status, product), "time": time} if time else Reason.BAD_TIME


def columns(said: Fields, request: str | None, status: str | None, product: tuple[str, str]) -> Row:
    client, host = parties(said)
    address, port = addresses.endpoint(client) if client else (None, None)
    name, host_port = access_log.named(host)
    server_port = addresses.port(said.get("server_port")) or host_port
    method, url = target(said, request, host, server_port)
    seconds, microseconds = number(first(said, SECONDS)), number(first(said, MICROSECONDS))
    duration = seconds * 1000 if seconds is not None else microseconds / 1000 if microseconds is not None else None
    return {
        **events.activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method), product=product),
        "metadata.log_name": "access",
        "metadata.original_time": first(said, TIME),
        "src_endpoint.ip": address,
        "src_endpoint.port": addresses.port(said.get("remote_port")) or port,
        "src_endpoint.hostname": client if client and not address else None,
        "dst_endpoint.ip": addresses.ip(said.get("server_addr")) or addresses.ip(name),
        "dst_endpoint.hostname": None if addresses.ip(name) else name,
        "dst_endpoint.port": server_port,
        "user.name": first(said, USER),
        "http_request.http_method": method,
        "http_request.user_agent": first(said, AGENT),
        "http_response.code": integer(status, 999),
        "traffic.bytes_in": integer(first(said, SENT)),
        "traffic.bytes_out": integer(first(said, RECEIVED)),
        "duration": round(duration) if duration is not None else None,
        **url,
    }


def parties(said: Fields) -> tuple[str | None, str | None]:
    """Client and virtual host. LTSV's ``host`` is the client, nginx's ``$host`` is the one that was asked for."""
    client, host = first(said, CLIENT), first(said, HOST)
    if client is None:
        return first(said, ("host",)), host
    return client, first(said, ("http_host", "host")) or (None if host == "_" else host)


def target(said: Fields, request: str | None, host: str | None, port: int | None) -> tuple[str | None, Row]:
    if request and " " in request:
        method, url = access_log.request(request, host, port)
    else:
        method, path, query = first(said, METHOD), first(said, TARGET), first(said, QUERY)
        whole = f"{path}?{query.lstrip('?')}" if path and query and "?" not in path else path
        url = dict(http.url("https" if port == http.OWN_PORTS["https"] else "http", host, whole or request))
    scheme, written = first(said, SCHEME), url.get("url.url_string")
    if scheme and isinstance(written, str) and written.startswith("http://"):
        url["url.url_string"] = f"{scheme}://{written.removeprefix('http://')}"
    return method, url


def first(said: Fields, names: tuple[str, ...]) -> str | None:
    """The first of these that says something, as text."""
    for name in names:
        value = said.get(name)
        if isinstance(value, str) and value not in ABSENT:
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return None


def number(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < 10**9 else None


def moment(original: str, zone: ZoneInfo) -> datetime | None:
    return access_log.moment(original.strip("[]"), zone) or times.epoch(original)
