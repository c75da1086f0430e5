"""A document of a server, within bounds; the servers are real, on the loopback, and some are bad."""

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import trustme

from hinomi.net import fetch as door
from hinomi.net.fetch import Access, FetchError, fetch
from hinomi.net.served import Answer, Served, say


def moved(where: str) -> Answer:
    return lambda request: say(request, b"", 302, {"Location": where})


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def secured(authority: trustme.CA) -> Iterator[Served]:
    server = Served(authority.issue_cert("127.0.0.1"))
    yield server
    server.stop()


def test_a_secret_goes_as_the_server_wants_it(served: Served):
    for access in (Access("word", user="soc"), Access("token"), Access("key", scheme=None), Access()):
        fetch(served.url, access)

    said = [headers.get("Authorization") for _, headers in served.asked]
    assert said == ["Basic c29jOndvcmQ=", "Bearer token", "key", None]


def test_a_certificate_is_checked(secured: Served, authority: trustme.CA, tmp_path: Path):
    own = tmp_path / "own.pem"
    authority.cert_pem.write_to_path(str(own))

    with pytest.raises(FetchError, match="--ca-file"):
        fetch(secured.url, Access("word", user="soc"))
    assert secured.asked == []
    assert fetch(secured.url, Access("word", user="soc", authorities=own)).data == b"{}"


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://198.51.100.1/", "//198.51.100.1/x"]
)
def test_a_redirection_leads_nowhere_else(served: Served, where: str):
    served.answer = moved(where)

    with pytest.raises(FetchError, match=r"redirected elsewhere|HTTP 302"):
        fetch(served.url, Access("secret"))


def test_a_redirection_on_the_same_server_is_followed_but_not_in_circles(served: Served):
    served.answer = lambda request: (moved("/here") if request.path == "/" else answer_here)(request)

    def answer_here(request: BaseHTTPRequestHandler) -> None:
        say(request, b"found")

    assert fetch(f"{served.url}/", Access()).data == b"found"
    served.answer = moved("/again")
    with pytest.raises(FetchError):
        fetch(served.url, Access())
    assert len(served.asked) < 15


def test_a_server_that_hangs_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "TIMEOUT", 0.2)
    served.answer = lambda request: time.sleep(1)

    with pytest.raises(FetchError):
        fetch(served.url, Access())


def test_a_server_that_drips_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "PATIENCE", 0.3)

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        for _ in range(20):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.05)

    served.answer = drip
    with pytest.raises(FetchError, match="too slow"):
        fetch(served.url, Access())


def test_a_document_without_end_is_not_kept(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "MOST", 100_000)
    served.answer = lambda request: say(request, b" " * 1_000_000)

    with pytest.raises(FetchError, match="too large"):
        fetch(served.url, Access())


def test_what_was_not_asked_to_be_packed_is_not_unpacked(served: Served):
    served.answer = lambda request: say(request, b"\x1f\x8b", headers={"Content-Encoding": "gzip"})

    with pytest.raises(FetchError, match="packed"):
        fetch(served.url, Access())


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://192.0.2.1/", "nothing", "https://soc:secret@192.0.2.1/", "http://192.0.2.1/", "http://["],
)  # fmt: skip
def test_what_is_not_asked_at_all(url: str):
    with pytest.raises(FetchError) as problem:
        fetch(url, Access("secret"))
    assert "secret@" not in str(problem.value)


def test_a_refusal_says_what_to_do_and_nothing_secret(served: Served):
    served.answer = lambda request: say(request, b"", 401)

    with pytest.raises(FetchError, match="認証に失敗") as problem:
        fetch(f"{served.url}/taxii?token=hidden", Access("hidden"))
    assert "hidden" not in str(problem.value)


def test_a_server_that_is_away():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match="つながりません"):
            fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/", Access())


def test_authorities_that_are_no_file(secured: Served, tmp_path: Path):
    with pytest.raises(FetchError):
        fetch(secured.url, Access(authorities=tmp_path / "none.pem"))
