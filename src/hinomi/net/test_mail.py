"""A mail goes out through a real server, or says why not; never with another header, never with the password."""

import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from hinomi.net import mail
from hinomi.net.conftest import PASSWORD, SENDER, MailServer, free_port
from hinomi.net.mail import BadMailUrl, BadMessage, Letter, MailError, Refused, Security, Server, ServerAway

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the server does, smtps
NOW = datetime(2026, 5, 12, 0, 31, tzinfo=UTC)
SUBJECT = "【火の見】至急: メールから始まる攻撃が進んでいます(総務のパソコン PC-07)"
TEXT = "「PC-07」のLANケーブルを抜いてください。\n.\n次の行\n"


def letter(to: str = "suzuki@c500.example.jp", subject: str = SUBJECT) -> Letter:
    return Letter(to, subject, TEXT, "1@watch.example.jp")


def send(url: str, *letters: Letter) -> None:
    with mail.connected(Server.parse(url)) as session:
        for one in letters:
            session.send(one, NOW)


def test_a_letter_arrives_as_it_was_written(mail_server: MailServer) -> None:
    send(mail_server.url, letter(), letter("sato@watch.example.jp"))

    first = mail_server.letters[0]
    assert mail_server.to == ["suzuki@c500.example.jp", "sato@watch.example.jp"]
    assert first["subject"] == SUBJECT
    assert first.get_content().replace("\r\n", "\n") == TEXT
    assert (first["from"], first["to"]) == (SENDER, "suzuki@c500.example.jp")
    assert first["date"].datetime == NOW
    assert first["message-id"] == "<1@watch.example.jp>"
    assert first["auto-submitted"] == "auto-generated"


def test_a_letter_goes_through_tls_and_a_password(
    secured_server: MailServer, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    send(secured_server.url, letter())

    assert secured_server.letters[0]["subject"] == SUBJECT


def test_a_certificate_nobody_vouches_for_is_not_spoken_to(secured_server: MailServer) -> None:
    with pytest.raises(ServerAway, match="certificate verify failed"):
        send(secured_server.url, letter())

    assert secured_server.letters == []


def test_a_wrong_password_is_said_and_not_shown(
    secured_server: MailServer, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    with pytest.raises(ServerAway, match="535") as refused:
        send(secured_server.url.replace("battery", "staple"), letter())

    assert "staple" not in str(refused.value)


def test_a_server_without_starttls_gets_no_password(mail_server: MailServer) -> None:
    with pytest.raises(ServerAway, match="STARTTLS"):
        send(mail_server.url.replace("smtp://", "smtp+starttls://soc:battery@"), letter())


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(ServerAway, match="HINOMI_SMTP_URL"):
        send(f"smtp://127.0.0.1:{free_port()}?from={SENDER}", letter())


def test_a_server_that_never_answers_is_waited_for_no_longer_than_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ServerAway, match="timed out"):
        send(f"smtp://127.0.0.1:{silent.getsockname()[1]}?from={SENDER}", letter())


def test_an_answer_that_holds_the_password_is_passed_on_without_it() -> None:
    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(f"554 go away, {PASSWORD}\x1b[31m\r\n".encode())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer, daemon=True).start()
        server = Server(Security.NONE, *listener.getsockname(), "soc", PASSWORD, mail.mailbox(SENDER))
        with pytest.raises(ServerAway, match=r"554 go away, \*\*\* \[31m") as refused, mail.connected(server):
            pass

    assert PASSWORD not in str(refused.value)
    assert PASSWORD not in repr(server)


@pytest.mark.parametrize(
    ("answer", "error"), [("550 no such user", Refused), ("450 later", Refused), ("421 closing", ServerAway)]
)
def test_what_the_server_will_not_have_is_told_apart(
    mail_server: MailServer, answer: str, error: type[MailError]
) -> None:
    mail_server.answers["suzuki@c500.example.jp"] = answer

    with pytest.raises(error, match=answer) as refused:
        send(mail_server.url, letter())

    assert refused.value.permanent == answer.startswith("5")


def test_one_refused_letter_does_not_stop_the_next(mail_server: MailServer) -> None:
    mail_server.answers["suzuki@c500.example.jp"] = "550 no such user"

    with mail.connected(Server.parse(mail_server.url)) as session:
        with pytest.raises(Refused):
            session.send(letter(), NOW)
        session.send(letter("sato@watch.example.jp"), NOW)

    assert mail_server.to == ["sato@watch.example.jp"]


@pytest.mark.parametrize(
    "bad",
    [
        letter(subject="検知\r\nBcc: all@c501.example.jp"),
        letter(subject="検知\nX-Mine: 1"),
        letter("suzuki@c500.example.jp\r\nRCPT TO:<all@c501.example.jp>"),
        letter("suzuki@c500.example.jp, all@c501.example.jp"),
        letter("鈴木@c500.example.jp"),
        letter("suzuki"),
        letter(""),
    ],
)
def test_no_letter_leaves_its_lines(mail_server: MailServer, bad: Letter) -> None:
    with pytest.raises(BadMessage):
        send(mail_server.url, bad)

    assert mail_server.to == []


@given(subject=st.text(), text=st.text())
def test_whatever_a_letter_says_it_has_the_same_headers(subject: str, text: str) -> None:
    sender = mail.mailbox(SENDER)
    try:
        message = mail.written(Letter("suzuki@c500.example.jp", subject, text, "1@x.example"), sender, NOW)
    except BadMessage:
        return
    head = message.as_bytes().partition(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]

    expected = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"]
    assert names == [*expected, "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]


def test_a_url_says_all_there_is_to_know() -> None:
    server = Server.parse(
        "smtp+starttls://soc%40example.jp:p%2Fss@mail.example.jp?from=%E7%9B%A3%E8%A6%96%20<soc@example.jp>"
    )

    assert (server.security, server.host, server.port) == (Security.STARTTLS, "mail.example.jp", 587)
    assert (server.user, server.password) == ("soc@example.jp", "p/ss")
    assert (server.sender.display_name, server.sender.addr_spec) == ("監視", "soc@example.jp")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://mail.example.jp?from=soc@example.jp", "種類"),
        ("smtp://mail.example.jp:many?from=soc@example.jp", "ポート"),
        ("smtp://mail..example.jp?from=soc@example.jp", "サーバーの名前"),
        ("smtp://?from=soc@example.jp", "サーバーの名前"),
        ("smtps://soc:pAssword@mail.example.jp", "from="),
        ("smtps://soc:pAssword@mail.example.jp?from=soc+watch@example.jp", "%2B"),
        ("smtp://soc:pAssword@mail.example.jp?from=soc@example.jp", "平文"),
        ("smtps://soc:pAssword柱@mail.example.jp?from=soc@example.jp", "ASCII"),
    ],
)
def test_a_url_that_cannot_be_read_says_what_is_wrong(url: str, said: str) -> None:
    with pytest.raises(BadMailUrl, match=said) as refused:
        Server.parse(url)

    assert "pAssword" not in str(refused.value)
