"""Syslog over UDP (RFC 5426): one message a datagram, and a count of those that came too fast to be taken."""

import asyncio
import logging
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress

log = logging.getLogger("hinomi.collect")

RECEIVE_BUFFER = 8 * 1024 * 1024
SO_RCVBUFFORCE = 33
"""Linux, ``asm-generic/socket.h``: a larger buffer than the system's limit, for those who may."""
SO_MEMINFO, MEMINFO_FIELDS, MEMINFO_DROPS = 55, 9, 8
"""The same and ``linux/sock_diag.h``: what a socket's memory is used for."""

Take = Callable[[str, bytes], None]


class Datagrams(asyncio.DatagramProtocol):
    """Several lines in one datagram are several messages; ``take`` gets the sender's address and a message."""

    def __init__(self, take: Take) -> None:
        self.take = take

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for line in data.split(b"\n"):
            if message := line.rstrip(b"\r\0"):
                self.take(addr[0], message)


class Overruns:
    """What the kernel had no room for is lost, but never unsaid."""

    def __init__(self, note: Callable[[int, int], None]) -> None:
        self.note = note
        """Takes the port and how many datagrams were lost since the last time."""
        self.known: dict[socket.socket, int] = {}

    def count(self, endpoint: socket.socket) -> None:
        lost = overruns(endpoint)
        fresh, self.known[endpoint] = lost - self.known.get(endpoint, 0), lost
        if fresh > 0:
            port = int(endpoint.getsockname()[1])
            self.note(port, fresh)
            log.warning(
                "udp/%d: %d 個のデータグラムを受け取り切れず失いました。TCP で送れば失いません "
                "(datagrams lost, they came too fast; over TCP none is lost)",
                port,
                fresh,
            )


def enlarge(endpoint: socket.socket) -> None:
    """Ask the kernel for a larger receive buffer: a burst should wait there, not vanish."""
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    if sys.platform.startswith("linux"):
        with suppress(PermissionError):
            endpoint.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)


def overruns(endpoint: socket.socket) -> int:
    """Datagrams that this socket's queue had no room for so far (Linux; elsewhere unknown, 0)."""
    if not sys.platform.startswith("linux"):
        return 0
    said = endpoint.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 4 * MEMINFO_FIELDS)
    fields = struct.unpack(f"={len(said) // 4}I", said)
    return fields[MEMINFO_DROPS] if len(fields) > MEMINFO_DROPS else 0
