"""A real server on loopback: patient with what is sent, not with what is not."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from hinomi.app import connections
from hinomi.app.connections import BoundedProtocol

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


async def hello(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"] == "/slow":
        await asyncio.sleep(0.6)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@contextmanager
def listening(application: Callable[..., Any] = hello) -> Iterator[int]:
    """A server in a thread; gives its port."""
    endpoint = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(application, http=BoundedProtocol, ws="none", lifespan="off", log_level="error")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [endpoint]})
    thread.start()
    try:
        yield endpoint.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def closed(client: socket.socket, seconds: float = 5) -> bool:
    """Whether the server hangs up within this time without a word."""
    client.settimeout(seconds)
    try:
        return client.recv(1000) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def answered(client: socket.socket) -> bool:
    client.settimeout(5)
    heard = b""
    while not heard.endswith(b"hello") and (more := client.recv(1000)):
        heard += more
    return heard.endswith(b"hello")


def trickle(client: socket.socket) -> None:
    for byte in HEAD * 100:
        client.send(bytes([byte]))
        time.sleep(0.05)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.4)


def test_who_says_nothing_is_hung_up_on() -> None:
    with listening() as port, socket.create_connection(("127.0.0.1", port)) as client:
        assert closed(client)


def test_a_head_that_trickles_in_does_not_hold_the_line() -> None:
    with listening() as port, socket.create_connection(("127.0.0.1", port)) as client:
        begun = time.monotonic()
        with pytest.raises(OSError):
            trickle(client)
        assert time.monotonic() - begun < 3


def test_neither_does_one_after_an_answer() -> None:
    with listening() as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(HEAD + b"\r\n")
        assert answered(client)
        client.sendall(HEAD)
        assert closed(client)


def test_an_answer_may_take_its_time() -> None:
    with listening() as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(HEAD.replace(b"/", b"/slow", 1) + b"\r\n")
        assert answered(client)


def test_an_address_with_very_many_connections_gets_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_AN_ADDRESS", 3)
    monkeypatch.setattr(connections, "PROXIES", ())
    monkeypatch.setattr(connections, "HEAD_SECONDS", 30)
    with listening() as port:
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(4)]
        try:
            assert closed(clients[-1])
            clients[0].sendall(HEAD + b"\r\n")
            assert answered(clients[0])
        finally:
            for client in clients:
                client.close()
