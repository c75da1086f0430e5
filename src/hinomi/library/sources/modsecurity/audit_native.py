"""The native audit log: a transaction is many lines in parts, each begun by ``--id-LETTER--``.

A is time, id and addresses; B the request's headers; F the answer's; H what the engine says; Z ends. Other parts
(bodies, files) are passed over, whatever lines they hold. ModSecurity 3 begins parts with ``---id---LETTER--``.
Source: ModSecurity 2 Data Formats, "Audit Log"; ModSecurity 3, ``Transaction::toOldAuditLogFormat``.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Reason
from hinomi.library.formats import access_log, modsecurity_rules
from hinomi.library.formats.jsonlines import integer, port
from hinomi.library.formats.lines import decode
from hinomi.library.sources.modsecurity.audit_json import Unreadable, of_texts
from hinomi.library.sources.modsecurity.transaction import Transaction, request_line

BOUNDARY = re.compile(rb"\s{0,16}-{2,3}([0-9A-Za-z@_]{4,64})-{1,3}([A-Z])--\s*$")
FIRST = re.compile(r"\s*\[([^\]]+)\] (\S+) (\S+) (\d+) (\S+) (\d+)")
ANSWER = re.compile(r"HTTP/[\d.]+ (\d{3})")
SAID = re.compile(r"(?:Message: |(?=ModSecurity: ))(.*)", re.DOTALL)
TRANSACTION = b'{"transaction":'
STOPPED = "Action: Intercepted"
KEPT = 64 << 10
"""Characters of a transaction's record that are kept as evidence."""


class Record(NamedTuple):
    """Lines that belong together: a transaction (``uid`` is its boundary) or one line of another format."""

    line: int
    raw: tuple[bytes, ...]
    uid: bytes | None


def records(lines: Sequence[tuple[int, bytes]]) -> Iterator[Record]:
    """Lines in groups: every transaction from its first boundary to its last, every other line alone."""
    at = 0
    if over := rest(lines):
        yield Record(lines[0][0], tuple(line for _, line in lines[:over]), b"")
        at = over
    while at < len(lines):
        number, raw = lines[at]
        found = boundary(raw)
        end = at + 1 if not found else until(lines, at, found[1])
        yield Record(number, tuple(line for _, line in lines[at:end]), found[1] if found else None)
        at = end


def rest(lines: Sequence[tuple[int, bytes]]) -> int:
    """How many lines at the beginning are the end of a transaction that began in the payload before."""
    first = next(((at, found) for at, (_, raw) in enumerate(lines) if (found := boundary(raw))), None)
    if first is None or first[1][2] == b"A" or lines[0][1].startswith((b"{", b"[")):
        return 0
    return until(lines, first[0], first[1][1])


def boundary(raw: bytes) -> re.Match[bytes] | None:
    return BOUNDARY.match(raw) if b"--" in raw[:18] else None


def until(lines: Sequence[tuple[int, bytes]], at: int, uid: bytes) -> int:
    """Where the transaction with a boundary at ``at`` is over: behind its Z, or before another one of either format."""
    for end in range(at, len(lines)):
        found = boundary(lines[end][1])
        if end > at and (found[2] == b"A" if found else lines[end][1].startswith(TRANSACTION)):
            return end
        if found and found[1] == uid and found[2] == b"Z":
            return end + 1
    return len(lines)


def ended(record: Record) -> bool:
    """Whether the last part is there: a record at the end of a payload may go on in the next."""
    last = boundary(record.raw[-1])
    return last is not None and last[2] == b"Z"


def parts(record: Record) -> dict[str, list[str]]:
    """Lines of each part by its letter."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for raw in record.raw:
        begins = boundary(raw)
        if begins and begins[1] == record.uid:
            current = found.setdefault(begins[2].decode(), [])
        else:
            current.append(decode(raw)[0].rstrip("\r"))
    return found


def transaction(record: Record, zone: ZoneInfo) -> Transaction:
    """The transaction of a record.

    Raises:
        Unreadable: its first part is missing or has no time that can be read.
    """
    part = parts(record)
    first = FIRST.match(" ".join(part.get("A", [])))
    if not first:
        detail = "監査ログの初めの部分がありません (no part A)"
        raise Unreadable(Reason.TRUNCATED, detail)
    original, uid, client, client_port, server, server_port = first.groups()
    time = access_log.moment(original, zone)
    if not time:
        raise Unreadable(Reason.BAD_TIME, f"時刻が読めません (unreadable time): {original[:64]}")
    request, trailer = [line for line in part.get("B", []) if line.strip()], part.get("H", [])
    method, target = request_line(request[0]) if request else (None, None)
    hits = modsecurity_rules.ranked(of_texts(found[1] for line in trailer if (found := SAID.match(line.strip()))))
    answer = ANSWER.match(" ".join(part.get("F", [])).strip())
    return Transaction(
        time=time,
        original=original,
        product="ModSecurity",
        uid=uid,
        client=(client, port(client_port)),
        server=(server, port(server_port)),
        method=method,
        target=target,
        headers=dict(header(line) for line in reversed(request[1:])),
        status=integer(answer[1]) if answer else None,
        blocked=any(hit.denied for hit in hits) or any(line.strip().startswith(STOPPED) for line in trailer),
        hits=tuple(hits),
    )


def header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def evidence(record: Record) -> str:
    return "\n".join(decode(raw)[0] for raw in record.raw)[:KEPT]
