"""Syslog listeners: UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425); bytes go to the landing zone unparsed."""

import asyncio
import hashlib
import logging
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from hinomi.pipeline.collect.buffer import Buffer
from hinomi.pipeline.collect.datagrams import Datagrams, Overruns, enlarge
from hinomi.pipeline.collect.framing import Framing
from hinomi.pipeline.collect.routes import Routes

log = logging.getLogger("hinomi.collect")

FLUSH_SECONDS = 1.0
WAIT_SECONDS = 0.1
"""Until a connection is looked at again whose lines there was no room for."""
READ_BYTES = 256 * 1024


class Transport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


SYSLOG = frozenset(Transport)


@dataclass(frozen=True)
class Listener:
    """One port to listen on. For TLS: ``certificate`` and ``key`` are ours (PEM); with ``client_authority``
    a sender must show a certificate of that authority."""

    transport: Transport
    port: int
    host: str = "0.0.0.0"  # noqa: S104 - a collector listens to its network
    certificate: Path | None = None
    key: Path | None = None
    client_authority: Path | None = None


class PortTaken(Exception):
    """A port cannot be listened on; says which and what to do."""

    def __init__(self, listener: Listener, error: OSError) -> None:
        super().__init__(
            f"{listener.transport}/{listener.port} で待ち受けできません: {error.strerror}。"
            "ほかのプログラムが使っていないか確かめるか、1024 以上の番号にしてください "
            "(cannot listen on this port: is another program using it, or does it need root?)"
        )


class Collector:
    """Listens on every listener and flushes what arrives about once a second."""

    def __init__(self, listeners: list[Listener], routes: Routes, buffer: Buffer) -> None:
        self.listeners, self.routes, self.buffer = listeners, routes, buffer
        self.servers: list[asyncio.AbstractServer] = []
        self.datagrams: list[asyncio.DatagramTransport] = []
        self.overruns = Overruns(lambda port, lost: buffer.logbook.overrun(port, lost, buffer.clock()))

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set; everything that arrived before is safe when this returns."""
        await self.open()
        try:
            while not stop.is_set():
                try:
                    await asyncio.wait_for(stop.wait(), FLUSH_SECONDS)
                except TimeoutError:
                    await self.flush()
        finally:
            await self.close()
            await self.flush()
            self.buffer.logbook.save(self.buffer.clock(), at_once=True)

    async def open(self) -> None:
        try:
            for listener in self.listeners:
                await self.listen(listener)
        except PortTaken:
            await self.close()
            raise

    async def add(self, listeners: list[Listener]) -> None:
        """Listen on those that are new; a port that is taken is reported and the rest go on."""
        for listener in listeners:
            if listener not in self.listeners:
                self.listeners.append(listener)
                try:
                    await self.listen(listener)
                except PortTaken as problem:
                    log.error("%s", problem)

    async def listen(self, listener: Listener) -> None:
        loop = asyncio.get_running_loop()
        try:
            if listener.transport is Transport.UDP:
                transport, _ = await loop.create_datagram_endpoint(
                    lambda: Datagrams(lambda peer, message: self.take(listener, peer, frozenset(), message)),
                    local_addr=(listener.host, listener.port),
                )
                enlarge(socket_of(transport))
                self.datagrams.append(transport)
            else:
                server = await asyncio.start_server(
                    lambda reader, writer: self.serve(listener, reader, writer),
                    listener.host,
                    listener.port,
                    ssl=tls(listener) if listener.transport is Transport.TLS else None,
                    limit=READ_BYTES,
                )
                self.servers.append(server)
        except OSError as error:
            raise PortTaken(listener, error) from error

    async def close(self) -> None:
        self.count_overruns()
        for transport in self.datagrams:
            transport.close()
        for server in self.servers:
            server.close()
        self.datagrams, self.servers = [], []

    def count_overruns(self) -> None:
        for transport in self.datagrams:
            self.overruns.count(socket_of(transport))

    async def flush(self) -> None:
        self.count_overruns()
        try:
            await asyncio.to_thread(self.buffer.flush)
        except OSError as error:
            log.error("受信したログを保存できません。空きを作ってください (cannot store what was received): %s", error)
        await asyncio.to_thread(self.buffer.logbook.save, self.buffer.clock())

    def follow(self, routes: Routes) -> None:
        """Go by these from now on; who has been registered is a stranger no more."""
        self.routes = routes
        self.buffer.logbook.forget(
            lambda stranger: stranger.way in SYSLOG and routes.find(stranger.port, stranger.address) is not None
        )

    def take(self, listener: Listener, peer: str, certificate: frozenset[str], message: bytes) -> None:
        if route := self.routes.find(listener.port, peer, certificate):
            self.buffer.add(route, peer, message, may_drop=listener.transport is Transport.UDP)
        elif self.buffer.logbook.knock(listener.transport, listener.port, peer, message, self.buffer.clock()):
            log.warning("登録のない送信元です (unknown sender): %s → port %d", peer, listener.port)

    async def serve(self, listener: Listener, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str(writer.get_extra_info("peername")[0])
        certificate = identities(writer.get_extra_info("ssl_object"))
        framing = Framing()
        try:
            while data := await reader.read(READ_BYTES):
                for message in framing.feed(data):
                    self.take(listener, peer, certificate, message)
                while self.buffer.full:
                    await asyncio.sleep(WAIT_SECONDS)
        except (ConnectionError, ssl.SSLError) as error:
            log.info("接続が切れました (connection lost): %s: %s", peer, error)
        finally:
            if rest := framing.rest():
                self.take(listener, peer, certificate, rest)
            writer.close()


def socket_of(transport: asyncio.DatagramTransport) -> socket.socket:
    found: socket.socket = transport.get_extra_info("socket")
    return found


def tls(listener: Listener) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    assert listener.certificate is not None
    context.load_cert_chain(listener.certificate, listener.key)
    if listener.client_authority:
        context.load_verify_locations(listener.client_authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def identities(connection: ssl.SSLObject | None) -> frozenset[str]:
    """Names of the sender's certificate: SHA-256 fingerprint; common name and DNS names if an authority vouches."""
    if connection is None or not (shown := connection.getpeercert(binary_form=True)):
        return frozenset()
    verified: dict[str, Any] = connection.getpeercert() or {}
    names = {value for part in verified.get("subject", ()) for key, value in part if key == "commonName"}
    names |= {value for key, value in verified.get("subjectAltName", ()) if key == "DNS"}
    return frozenset({hashlib.sha256(shown).hexdigest(), *names})
