"""Real senders on loopback: what they send is in the landing zone, under the right company."""

import asyncio
import hashlib
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest
import trustme

from hinomi.lake.landing import Landing
from hinomi.pipeline.collect import syslog
from hinomi.pipeline.collect.buffer import Buffer
from hinomi.pipeline.collect.logbook import Logbook, read
from hinomi.pipeline.collect.routes import Route, Routes
from hinomi.pipeline.collect.syslog import Collector, Listener, PortTaken, Transport

NOON = datetime(2023, 1, 15, 3)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def route(tenant: str, **match: object) -> Route:
    return Route(tenant, "gate", "fortinet_fortigate", "Asia/Tokyo", **match)  # type: ignore[arg-type]


def received(landing: Landing) -> dict[str, bytes]:
    """Everything in the landing zone, by tenant."""
    found: dict[str, bytes] = {}
    for header in landing.pending():
        found[header.tenant] = found.get(header.tenant, b"") + landing.read(header).payload
    return found


def holding(tmp_path: Path) -> Buffer:
    return Buffer(Landing(tmp_path / "landing"), lambda: NOON, Logbook(tmp_path / "strangers" / "collector.json"))


def listen(
    tmp_path: Path, listeners: list[Listener], routes: list[Route], send: Callable[[], Awaitable[None]]
) -> Buffer:
    """Run a collector while ``send`` sends, then stop it."""
    buffer = holding(tmp_path)

    async def run() -> None:
        stop = asyncio.Event()
        collector = Collector(listeners, Routes(routes), buffer)
        running = asyncio.create_task(collector.run(stop))
        while len(collector.servers) + len(collector.datagrams) < len(listeners) and not running.done():
            await asyncio.sleep(0.01)
        await send()
        await asyncio.sleep(0.1)
        stop.set()
        await running

    asyncio.run(run())
    return buffer


async def tcp(port: int, data: bytes, context: ssl.SSLContext | None = None) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.write(data)
    await writer.drain()
    writer.close()


def test_two_companies_on_two_ports_stay_apart(tmp_path: Path) -> None:
    udp_port, tcp_port = free_port(), free_port()
    listeners = [Listener(Transport.UDP, udp_port, "127.0.0.1"), Listener(Transport.TCP, tcp_port, "127.0.0.1")]

    async def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"<189>date=2023-01-15 one", ("127.0.0.1", udp_port))
        await tcp(tcp_port, b"9 <189>a=b\n<189>second line\n")

    listen(tmp_path, listeners, [route("101", port=udp_port), route("102", port=tcp_port)], send)

    assert received(Landing(tmp_path / "landing")) == {
        "101": b"<189>date=2023-01-15 one\n",
        "102": b"<189>a=b\n<189>second line\n",
    }


@pytest.mark.parametrize("by", ["fingerprint", "name"])
def test_a_sender_is_known_by_its_certificate(tmp_path: Path, by: str) -> None:
    authority = trustme.CA()
    ours, theirs = authority.issue_cert("127.0.0.1"), authority.issue_cert("gate.example.jp")
    files = {name: tmp_path / name for name in ("cert.pem", "key.pem", "ca.pem")}
    ours.cert_chain_pems[0].write_to_path(files["cert.pem"])
    ours.private_key_pem.write_to_path(files["key.pem"])
    authority.cert_pem.write_to_path(files["ca.pem"])
    port = free_port()
    listener = Listener(
        Transport.TLS, port, "127.0.0.1", files["cert.pem"], files["key.pem"], client_authority=files["ca.pem"]
    )
    der = ssl.PEM_cert_to_DER_cert(theirs.cert_chain_pems[0].bytes().decode())
    shown = hashlib.sha256(der).hexdigest() if by == "fingerprint" else "gate.example.jp"
    context = ssl.create_default_context()
    authority.configure_trust(context)
    theirs.configure_cert(context)

    routes = [route("101", port=port), route("103", certificate=shown)]
    listen(tmp_path, [listener], routes, lambda: tcp(port, b"<13>over tls\n", context))

    assert received(Landing(tmp_path / "landing")) == {"103": b"<13>over tls\n"}


def test_a_port_of_ones_own_outranks_the_address_that_a_neighbour_shares() -> None:
    routes = Routes([route("500", peer="192.0.2.7"), route("600", port=15999)])

    ours, theirs = routes.find(15999, "192.0.2.7"), routes.find(5514, "192.0.2.7")

    assert (ours and ours.tenant, theirs and theirs.tenant) == ("600", "500")


def test_the_narrowest_network_wins() -> None:
    routes = Routes([route("101", port=1), route("102", peer="192.0.2.0/24"), route("103", peer="192.0.2.7")])
    found = [routes.find(5514, peer) for peer in ("192.0.2.7", "192.0.2.8", "198.51.100.1")]
    assert [way and way.tenant for way in found] == ["103", "102", None]


def test_a_stranger_is_counted_and_not_filed_under_anyone(tmp_path: Path) -> None:
    port = free_port()
    listen(
        tmp_path,
        [Listener(Transport.TCP, port, "127.0.0.1")],
        [route("101", peer="192.0.2.7")],
        lambda: tcp(port, b"<13>who am i\x1b[2J\n<13>me again\n"),
    )

    [stranger] = read(tmp_path).strangers
    assert (stranger.address, stranger.way, stranger.port, stranger.count) == ("127.0.0.1", "tcp", port, 2)
    assert (stranger.first_seen, stranger.last_seen) == (NOON, NOON)
    assert stranger.sample == r"<13>who am i\x1b[2J"
    assert received(Landing(tmp_path / "landing")) == {}


def test_who_has_been_registered_is_a_stranger_no_more(tmp_path: Path) -> None:
    buffer = holding(tmp_path)
    collector = Collector([], Routes([]), buffer)
    for peer in ("192.0.2.7", "192.0.2.8"):
        collector.take(Listener(Transport.UDP, 5514), peer, frozenset(), b"<13>hello")

    collector.follow(Routes([route("101", peer="192.0.2.7")]))

    assert [stranger.address for stranger in buffer.logbook.strangers.values()] == ["192.0.2.8"]


def test_forged_addresses_without_end_fill_neither_memory_nor_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hinomi.pipeline.collect.buffer.MOST_SENDERS", 10)
    monkeypatch.setattr("hinomi.pipeline.collect.routes.MOST_KNOWN", 10)
    buffer = holding(tmp_path)
    collector = Collector([], Routes([route("101", port=5514)]), buffer)

    for number in range(100):
        collector.take(Listener(Transport.UDP, 5514), f"192.0.2.{number}", frozenset(), b"<13>%d" % number)

    assert len(collector.routes.known) <= 10
    assert buffer.flush() == 11
    lines = received(buffer.landing)["101"].splitlines()
    assert sorted(lines) == sorted(b"<13>%d" % number for number in range(100))


def test_lines_that_a_full_disk_costs_are_noted_for_their_sensor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hinomi.pipeline.collect.buffer.MOST_BYTES", 20)
    buffer = holding(tmp_path)
    for _ in range(3):
        buffer.add(route("101", port=1), "192.0.2.7", b"<13>0123456789abcdef")
    buffer.logbook.save(NOON)

    [lost] = read(tmp_path).dropped
    assert (lost.tenant, lost.sensor, lost.count, lost.last_seen) == ("101", "gate", 2, NOON)


def test_a_port_in_use_is_said_plainly(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        listener = Listener(Transport.TCP, holder.getsockname()[1], "127.0.0.1")
        with pytest.raises(PortTaken, match="待ち受けできません"):
            asyncio.run(Collector([listener], Routes([]), holding(tmp_path)).open())


def test_a_full_disk_keeps_messages_waiting_and_then_stores_them_once(tmp_path: Path) -> None:
    buffer = holding(tmp_path)
    buffer.add(route("101", port=1), "192.0.2.7", b"<13>wait for me")
    (tmp_path / "landing").write_text("a file where the folder should be")

    with pytest.raises(OSError):
        buffer.flush()
    (tmp_path / "landing").unlink()

    assert buffer.flush() == 1
    assert buffer.flush() == 0
    assert received(buffer.landing) == {"101": b"<13>wait for me\n"}


def test_datagrams_that_come_too_fast_are_lost_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        syslog, "enlarge", lambda endpoint: endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    )
    port = free_port()

    async def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(500):  # nobody reads meanwhile: this is the collector's own loop
                sender.sendto(f"<189>line {number:05} {'x' * 200}".encode(), ("127.0.0.1", port))

    buffer = listen(tmp_path, [Listener(Transport.UDP, port, "127.0.0.1")], [route("101", port=port)], send)

    taken = received(buffer.landing)["101"].count(b"\n")
    (lost,) = read(tmp_path).overrun
    assert (lost.port, taken + lost.count) == (port, 500)
    assert 0 < taken < 500


def test_a_connection_loses_nothing_while_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hinomi.pipeline.collect.buffer.MOST_BYTES", 1000)
    monkeypatch.setattr(syslog, "FLUSH_SECONDS", 0.05)
    monkeypatch.setattr(syslog, "WAIT_SECONDS", 0.01)
    port = free_port()

    async def send() -> None:
        connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        for _, writer in connections:
            writer.write(b"".join(b"<189>line %05d\n" % number for number in range(1000)))
            await writer.drain()
            writer.close()
        await asyncio.sleep(0.5)

    buffer = listen(tmp_path, [Listener(Transport.TCP, port, "127.0.0.1")], [route("101", port=port)], send)

    assert received(buffer.landing)["101"].count(b"\n") == 4000
    assert read(tmp_path).dropped == ()
