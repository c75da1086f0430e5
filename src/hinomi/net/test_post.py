"""A message goes out to a real server, never to one inside our network, and no error tells its address."""

import socket
import threading
from typing import Any

import pytest

from hinomi.net import chat, post
from hinomi.net.conftest import Receiver, free_port
from hinomi.net.post import Elsewhere, PostError, is_inside

HEADERS = {"Content-Type": "application/json", "Idempotency-Key": "k1"}


def send(url: str, *, private: bool = True) -> None:
    post.post(url, HEADERS, b'{"a":1}', private=private)


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """The DNS answers these addresses, one list a question, the last for ever; returns what was connected to."""
    left, connected = list(answers), []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    def create_connection(address: tuple[str, int], *_: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    return connected


def test_a_message_arrives_with_its_key(receiver: Receiver) -> None:
    send(receiver.url)

    (posted,) = receiver.posted
    assert (posted.path, posted.body) == ("/hooks/SECRET", b'{"a":1}')
    assert posted.headers["idempotency-key"] == "k1"


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (404, True), (410, True), (429, False), (503, False)])
def test_what_the_server_refuses_is_said_with_whether_to_try_again(
    receiver: Receiver, status: int, permanent: bool
) -> None:
    receiver.status, receiver.answer = status, b"no such hook: /hooks/SECRET\x1b[31m"

    with pytest.raises(PostError, match=str(status)) as refused:
        send(receiver.url)

    assert refused.value.permanent is permanent
    assert "SECRET" not in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_a_redirection_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": "http://127.0.0.1:1/"}

    with pytest.raises(PostError, match="302") as refused:
        send(receiver.url)

    assert refused.value.permanent
    assert len(receiver.posted) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1/x",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
    ],
)
def test_an_address_inside_is_not_spoken_to(url: str) -> None:
    with pytest.raises(Elsewhere, match="HINOMI_ALLOW_PRIVATE_WEBHOOKS"):
        send(url, private=False)


@pytest.mark.parametrize("address", ["100.64.0.1", "0.0.0.0", "224.0.0.1", "64:ff9b::a00:1", "fe80::1%eth0", "fd00::1"])
def test_addresses_that_lead_inside_are_known(address: str) -> None:
    assert is_inside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_not(address: str) -> None:
    assert not is_inside(address)


def test_a_name_with_one_address_inside_is_not_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = names(monkeypatch, ["8.8.8.8", "10.0.0.5"])

    with pytest.raises(Elsewhere):
        send("https://hook.example.com/x", private=False)

    assert connected == []


def test_a_name_that_answers_otherwise_a_moment_later_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = names(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])

    with pytest.raises(PostError, match="refused"):
        send("https://hook.example.com/x", private=False)

    assert connected == ["8.8.8.8"]


@pytest.mark.parametrize(
    "url",
    [
        "http://hook.example.com/x",
        "ftp://a.example",
        "https://",
        "https://u:p@a.example/",
        "https://a.example/ü",
        "",
        "https://a:b",
    ],
)
def test_what_is_no_address_of_https_is_not_asked(url: str) -> None:
    with pytest.raises(PostError) as refused:
        send(url, private=False)

    assert refused.value.permanent


def test_a_server_that_is_away_or_silent_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "TIMEOUT", 0.2)
    with pytest.raises(PostError) as away:
        send(f"http://127.0.0.1:{free_port()}/hooks/SECRET")
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(PostError, match="timed out") as waited:
        send(f"http://127.0.0.1:{silent.getsockname()[1]}/hooks/SECRET")

    assert not away.value.permanent
    assert not waited.value.permanent
    assert "SECRET" not in str(away.value) + str(waited.value)


def test_an_answer_that_is_no_http_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            connection.recv(4096)
            connection.sendall(b"220 mail.example.jp\r\n\r\n")
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(PostError) as refused:
            send(f"http://127.0.0.1:{listener.getsockname()[1]}/")

    assert not refused.value.permanent


def test_apprise_sends_where_it_may(receiver: Receiver) -> None:
    url = receiver.url.replace("http://", "json://")

    chat.notify(url, "至急", "本文です", private=True)

    assert (
        "本文です" in receiver.posted[0].body.decode("unicode_escape") or "本文です".encode() in receiver.posted[0].body
    )


def test_apprise_speaks_to_nothing_inside(receiver: Receiver) -> None:
    with pytest.raises(PostError, match="HINOMI_ALLOW_PRIVATE_WEBHOOKS") as refused:
        chat.notify(receiver.url.replace("http://", "json://"), "至急", "本文です", private=False)

    assert receiver.posted == []
    assert "SECRET" not in str(refused.value)


def test_a_url_apprise_does_not_know_is_said_without_showing_it() -> None:
    with pytest.raises(PostError, match="pigeon") as refused:
        chat.notify("pigeon://SECRET@somewhere", "至急", "本文です", private=False)

    assert refused.value.permanent
    assert "SECRET" not in str(refused.value)
