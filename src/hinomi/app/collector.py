"""The process that listens: routes from the desk, bytes to the landing zone."""

import asyncio
import logging
import multiprocessing
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from hinomi.app import place
from hinomi.app.data import DatabaseAway, connected, open_desk
from hinomi.app.ingest import IntakeServer, intake, now
from hinomi.pipeline.collect import logbook
from hinomi.pipeline.collect.buffer import Buffer
from hinomi.pipeline.collect.logbook import Logbook
from hinomi.pipeline.collect.routes import Route, Routes
from hinomi.pipeline.collect.smtp import SmtpIntake
from hinomi.pipeline.collect.syslog import Collector, Listener, PortTaken, Transport

log = logging.getLogger("hinomi.collect")

REFRESH_SECONDS = 10
PARENT_SECONDS = 1


@dataclass(frozen=True)
class Ports:
    """Where is listened for every sensor together; a sensor's own port is opened beside these."""

    host: str
    udp: int | None
    tcp: int | None
    tls: int | None = None
    certificate: Path | None = None
    key: Path | None = None
    client_authority: Path | None = None
    ingest: Listener | None = None
    """Where HTTP is taken beside the console's port, if anywhere."""
    smtp: tuple[str, int] | None = None
    """Host and port where alert mail is taken, if anywhere."""

    def listeners(self) -> list[Listener]:
        plain = [(Transport.UDP, self.udp), (Transport.TCP, self.tcp)]
        shared = [Listener(transport, port, self.host) for transport, port in plain if port]
        if self.tls:
            identity = (self.certificate, self.key, self.client_authority)
            shared.append(Listener(Transport.TLS, self.tls, self.host, *identity))
        return shared

    def own(self, port: int) -> list[Listener]:
        return [Listener(transport, port, self.host) for transport in (Transport.UDP, Transport.TCP)]


def routes() -> list[Route]:
    """What the desk says of who sends how."""
    from hinomi.tenants import queries

    with connected():
        return [
            Route(
                sensor.tenant_id,
                sensor.name,
                sensor.source,
                sensor.timezone,
                port=sensor.listener_port,
                peer=sensor.listener_peer or None,
                certificate=sensor.listener_certificate or None,
            )
            for sensor in queries.listening()
        ]


def told_apart(ports: Ports, known: list[Route]) -> list[Route]:
    """The routes that tell senders apart: a port that all share tells of nobody, and must not take every stranger."""
    shared = {listener.port for listener in ports.listeners()}
    return [route for route in known if not route.says_only(shared)]


def listeners(ports: Ports, known: list[Route]) -> list[Listener]:
    shared = ports.listeners()
    taken = {listener.port for listener in shared}
    own = sorted({route.port for route in known if route.port} - taken)
    return shared + [listener for port in own for listener in ports.own(port)]


def collect(data_dir: Path, ports: Ports) -> None:
    """Listen until told to stop; what arrived before is safe when this returns."""
    open_desk(data_dir)
    try:
        asyncio.run(run(data_dir, ports, routes))
    except PortTaken as problem:
        log.error("%s", problem)
        sys.exit(1)


async def run(data_dir: Path, ports: Ports, ask_routes: Callable[[], list[Route]]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    registered = await asyncio.to_thread(ask_routes)
    known = told_apart(ports, registered)
    for route in set(registered) - set(known):
        log.warning(
            "%s の %s は、みなが使うポート %s だけで登録されています。--peer か別の --port にしてください "
            "(registered for the shared port alone, which tells of nobody: give it --peer or another --port)",
            route.tenant,
            route.sensor,
            route.port,
        )
    notes = Logbook(data_dir / logbook.FOLDER / "collector.json")
    collector = Collector(listeners(ports, known), Routes(known), Buffer(place.landing(data_dir), now, notes))
    beside = [asyncio.create_task(keep_up(collector, ports, ask_routes)), asyncio.create_task(mind_parent(stop))]
    try:
        async with receiving(data_dir, ports, notes, stop), taking_mail(data_dir, ports):
            await collector.run(stop)
    finally:
        for task in beside:
            task.cancel()


@asynccontextmanager
async def receiving(data_dir: Path, ports: Ports, notes: Logbook, stop: asyncio.Event) -> AsyncIterator[None]:
    """HTTP on its own port meanwhile, if that is wanted; where it fails, everything stops."""
    if ports.ingest is None:
        yield
        return
    server = IntakeServer(intake(data_dir, notes), ports.ingest)
    listening = asyncio.create_task(server.listen())
    listening.add_done_callback(lambda _: stop.set())
    try:
        yield
    finally:
        server.should_exit = True
        await listening


@asynccontextmanager
async def taking_mail(data_dir: Path, ports: Ports) -> AsyncIterator[None]:
    """Alert mail by SMTP meanwhile, if that is wanted."""
    if ports.smtp is None:
        yield
        return
    from hinomi.app.mail_routes import find

    host, port = ports.smtp
    server = SmtpIntake(host, port, place.landing(data_dir), find, now)
    await asyncio.to_thread(server.start)
    try:
        yield
    finally:
        await asyncio.to_thread(server.stop)


async def mind_parent(stop: asyncio.Event) -> None:
    """Stop when the process that started this one is gone, killed for instance."""
    parent = multiprocessing.parent_process()
    while parent is not None and parent.is_alive():
        await asyncio.sleep(PARENT_SECONDS)
    if parent is not None:
        stop.set()


async def keep_up(collector: Collector, ports: Ports, ask_routes: Callable[[], list[Route]]) -> None:
    """Follow the desk: a sensor registered now is heard within seconds, without a restart."""
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        try:
            known = told_apart(ports, await asyncio.to_thread(ask_routes))
            collector.follow(Routes(known))
            await collector.add(listeners(ports, known))
        except DatabaseAway as error:  # go on with the routes we have
            log.warning("登録内容を読み直せません (cannot read the registered sensors): %s", error)
