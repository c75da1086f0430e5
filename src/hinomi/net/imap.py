"""The only door to mailboxes elsewhere: IMAP (RFC 9051), told by one URL.

``imaps://user@mail.example.jp:993/INBOX`` (TLS from the first byte) or ``imap://…`` (no TLS; for the loopback). The
password is given apart. Certificates are checked against the system's authorities. No error shows the password.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

TIMEOUT = 30.0
PORTS = {"imaps": 993, "imap": 143}
EXAMPLE = "imaps://soc@mail.example.jp/INBOX"
AWAY = (OSError, imaplib.IMAP4.error, ssl.SSLError)


class MailboxError(Exception):
    """A mailbox cannot be read; says why and what to do."""


class BadMailboxUrl(MailboxError):
    def __init__(self, problem: str) -> None:
        super().__init__(f"受信箱の URL が読めません: {problem}。書き方 (write it like): {EXAMPLE}")


class MailboxAway(MailboxError):
    def __init__(self, host: str, problem: str) -> None:
        super().__init__(
            f"{host} の受信箱を読めません: {problem}。サーバー名、利用者名、パスワードを確かめてください "
            "(cannot read the mailbox; check server, user and password)."
        )


@dataclass(frozen=True)
class MailboxUrl:
    scheme: str
    host: str
    port: int
    user: str
    folder: str


def parse(url: str) -> MailboxUrl:
    """Raises :class:`BadMailboxUrl`."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise BadMailboxUrl(str(error)) from error
    if parts.scheme not in PORTS or not parts.hostname or not parts.username:
        raise BadMailboxUrl("方式、利用者、サーバー名が要ります (scheme, user and server are needed)")
    if parts.password:
        raise BadMailboxUrl("パスワードは URL に書かないでください (never write the password into the URL)")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return MailboxUrl(parts.scheme, parts.hostname, port, unquote(parts.username), folder)


class Mailbox:
    """One folder of an account. Messages stay where they are; those read are marked ``\\Seen``."""

    def __init__(self, connection: imaplib.IMAP4, host: str) -> None:
        self.connection, self.host = connection, host

    def unseen(self) -> Iterator[tuple[str, int]]:
        """UIDs and sizes in bytes of the messages that nobody has read."""
        for uid in self._ask("SEARCH", "UNSEEN")[0].split():
            said = b" ".join(
                part for part in self._ask("FETCH", uid.decode(), "(RFC822.SIZE)") if isinstance(part, bytes)
            )
            digits = said.partition(b"RFC822.SIZE ")[2].split(b" ")[0].rstrip(b")")
            yield uid.decode(), int(digits) if digits.isdigit() else 0

    def message(self, uid: str) -> bytes:
        """The message as received; asking does not mark it."""
        answer = self._ask("FETCH", uid, "(BODY.PEEK[])")
        return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")

    def mark(self, uid: str) -> None:
        self._ask("STORE", uid, "+FLAGS", r"(\Seen)")

    def _ask(self, *command: str) -> list[bytes]:
        try:
            status, answer = self.connection.uid(*command)
        except AWAY as error:
            raise MailboxAway(self.host, str(error)) from error
        if status != "OK":
            raise MailboxAway(self.host, f"{command[0]}: {answer!r}"[:200])
        return [part or b"" for part in answer]


@contextmanager
def opened(url: MailboxUrl, password: str) -> Iterator[Mailbox]:
    """Sign in and choose the folder; signs out at the end.

    Raises:
        MailboxAway: the server does not answer, does not know the user, or has no such folder.
    """
    try:
        connection = (
            imaplib.IMAP4_SSL(url.host, url.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
            if url.scheme == "imaps"
            else imaplib.IMAP4(url.host, url.port, timeout=TIMEOUT)
        )
    except AWAY as error:
        raise MailboxAway(url.host, str(error)) from error
    try:
        try:
            connection.login(url.user, password)
            status, said = connection.select(f'"{url.folder}"')
        except AWAY as error:
            raise MailboxAway(url.host, str(error).replace(password, "…")) from error
        if status != "OK":
            raise MailboxAway(url.host, f"{url.folder}: {said!r}"[:200])
        yield Mailbox(connection, url.host)
    finally:
        with suppress(*AWAY):
            connection.logout()
