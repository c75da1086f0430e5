"""Real servers on the loopback: for mail, which can go away and come back, refuse, and hold connections to TLS; and for
what is posted over HTTP."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

PASSWORD = "correct horse/battery"  # noqa: S105
SENDER = "soc@watch.example.jp"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer:
    """What it took over is in ``letters``, as a mail program reads them; ``to`` are their envelopes' recipients."""

    def __init__(self, certificate: Path | None = None, implicit: bool = False) -> None:
        self.port = free_port()
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []
        self.answers: dict[str, str] = {}
        """What it says to a recipient instead of taking the letter."""
        self.on_letter: Callable[[], None] = lambda: None
        """Called when a letter is taken over, before the sender is told."""
        self.scheme, self.options = "smtp", {}
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            self.scheme = "smtps" if implicit else "smtp+starttls"
            secured = {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
            self.options = {**secured, "authenticator": self.knows, "auth_required": True}
            self.options["auth_require_tls"] = not implicit  # aiosmtpd sees only the TLS that STARTTLS began

    @property
    def url(self) -> str:
        who = f"soc:{quote(PASSWORD, safe='')}@" if self.options else ""
        return f"{self.scheme}://{who}127.0.0.1:{self.port}?from={SENDER}"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10, **self.options)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop(no_assert=True)

    def knows(
        self, server: object, session: object, envelope: object, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data == LoginPassword(b"soc", PASSWORD.encode()), handled=False)

    async def handle_RCPT(  # noqa: N802
        self, server: object, session: object, envelope: Envelope, address: str, options: object
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content or b"", policy=policy.default)
        self.letters.append(letter)
        self.to += envelope.rcpt_tos
        self.on_letter()
        return "250 taken over"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(params=["STARTTLS", "TLS"])
def secured_server(request: pytest.FixtureRequest, authority: trustme.CA, tmp_path: Path) -> Iterator[MailServer]:
    """It speaks to nobody without TLS and a password."""
    certificate = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    server = MailServer(certificate, implicit=request.param == "TLS")
    server.start()
    yield server
    server.stop()


@dataclass(frozen=True)
class Posted:
    """One request that a receiver had; header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """A real HTTP server on the loopback, which keeps what was posted and answers as it is told."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.status = 200
        self.answer = b"ok"
        self.headers: dict[str, str] = {}
        self.on_post: Callable[[], None] = lambda: None
        """Called when a message is taken over, before the sender is told."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                if len(body) < length:  # the sender died: nothing was handed over
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.posted.append(Posted(self.path, headers, body))
                receiver.on_post()
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(receiver.answer)))
                self.end_headers()
                self.wfile.write(receiver.answer)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hooks/SECRET"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.stop()
