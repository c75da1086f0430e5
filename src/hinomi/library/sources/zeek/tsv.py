r"""Zeek's tab-separated logs: a header says the fields, and every line behind it is a record until the next header.

    #separator \x09
    #path   conn
    #fields ts      uid     id.orig_h …
    #types  time    string  addr …

A file that was cut into pieces lacks the header in all but the first. A line of the largest logs in their default
layout is recognised without one; of others it cannot be known what its columns are. Source: Zeek, "Log Formats".
"""

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from hinomi.library.sources.zeek.fields import unescaped

CONNECTION = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
CONN = (
    *CONNECTION, "proto", "service", "duration", "orig_bytes", "resp_bytes", "conn_state", "local_orig", "local_resp",
    "missed_bytes", "history", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "tunnel_parents", "ip_proto",
)  # fmt: skip
DNS = (
    *CONNECTION, "proto", "trans_id", "rtt", "query", "qclass", "qclass_name", "qtype", "qtype_name", "rcode",
    "rcode_name", "AA", "TC", "RD", "RA", "Z", "answers", "TTLs", "rejected",
)  # fmt: skip
HTTP = (
    *CONNECTION, "trans_depth", "method", "host", "uri", "referrer", "version", "user_agent", "origin",
    "request_body_len", "response_body_len", "status_code", "status_msg", "info_code", "info_msg", "tags", "username",
    "password", "proxied", "orig_fuids", "orig_filenames", "orig_mime_types", "resp_fuids", "resp_filenames",
    "resp_mime_types",
)  # fmt: skip
PROTOCOLS = frozenset({"tcp", "udp", "icmp", "unknown_transport"})
STATES = frozenset("S0 S1 S2 S3 SF REJ RSTO RSTR RSTOS0 RSTRH SH SHR OTH".split())  # noqa: SIM905 (as the manual lists them)
BEGINNING = re.compile(r"\d{9,10}\.\d{1,6}\t|\d{4}-\d\d-\d\dT[\d:.]+Z?\t")
LISTS = frozenset({"answers", "tx_hosts", "rx_hosts", "conn_uids", "analyzers", "rcptto", "to", "cc", "path", "fuids",
                   "msg_types", "uids", "tags", "actions", "sources", "resp_filenames", "orig_filenames"})  # fmt: skip
HEADER_LINES = tuple(
    b"#" + name
    for name in (
        *(b"separator", b"set_separator", b"empty_field", b"unset_field"),
        *(b"path", b"open", b"close", b"fields", b"types"),
    )
)
UNSET, EMPTY = "-", "(empty)"


@dataclass(frozen=True)
class Header:
    """What the lines in front of the records say."""

    path: str | None = None
    fields: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    separator: str = "\t"
    within: str = ","
    unset: str = UNSET
    empty: str = EMPTY


class Record(NamedTuple):
    path: str | None
    log: dict[str, Any]


def heard(header: Header, line: str) -> Header:
    """The header with what a line that begins with ``#`` adds to it; ``#separator`` begins another."""
    name, _, value = line[1:].partition(" " if line.startswith("#separator") else header.separator)
    parts = tuple(value.split(header.separator))
    match name:
        case "separator":
            return Header(separator=unescaped(value.strip()) or "\t")
        case "set_separator":
            return replace(header, within=unescaped(value))
        case "empty_field":
            return replace(header, empty=value)
        case "unset_field":
            return replace(header, unset=value)
        case "path":
            return replace(header, path=value, fields=(), types=())
        case "fields":
            return replace(header, fields=parts)
        case "types":
            return replace(header, types=parts)
        case "close":
            return Header()
    return header


def record(header: Header, line: str) -> Record | None:
    """The record of a line; None where its columns are not those of the header, nor of a default layout."""
    cells = line.split(header.separator)
    if len(cells) == len(header.fields):
        return Record(header.path, read(header, header.fields, cells))
    if header.fields or not BEGINNING.match(line):
        return None
    path, fields = default(cells)
    return Record(path, read(header, fields, cells)) if path else None


def default(cells: list[str]) -> tuple[str | None, tuple[str, ...]]:
    """The log and fields of a line without a header, by what its columns hold."""
    count = len(cells)
    if len(CONN) - 1 <= count <= len(CONN) and cells[6] in PROTOCOLS and cells[11] in STATES:
        return "conn", CONN[:count]
    if count == len(DNS) and cells[6] in PROTOCOLS and {cells[16], cells[17]} <= {"T", "F"}:
        return "dns", DNS
    if count == len(HTTP) and cells[6].isdigit() and (cells[16].isdigit() or cells[16] == UNSET):
        return "http", HTTP
    return None, ()


def read(header: Header, fields: tuple[str, ...], cells: list[str]) -> dict[str, Any]:
    """Cells by name, unset ones left out; sets and vectors as lists."""
    lists = [kind.startswith(("set[", "vector[")) for kind in header.types]
    found: dict[str, Any] = {}
    for index, (name, cell) in enumerate(zip(fields, cells, strict=True)):
        if cell == header.unset:
            continue
        if lists[index] if index < len(lists) else name in LISTS:
            found[name] = [] if cell == header.empty else [unescaped(part) for part in cell.split(header.within)]
        else:
            found[name] = "" if cell == header.empty else unescaped(cell)
    return found
