"""The only door for mail: submission by SMTP (RFC 5321, RFC 6409), told by one URL.

``smtp+starttls://user:password@mail.example.jp:587?from=soc@example.jp``, likewise ``smtps://`` (TLS from the
first byte, RFC 8314) and ``smtp://`` (no TLS, no sign-in). Certificates are checked against the system's
authorities; ``SSL_CERT_FILE`` names others. No error shows the password.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from hinomi.net import iso2022jp

TIMEOUT = 10.0
"""Seconds the server may take for one answer."""
EXAMPLE = "smtp+starttls://user:password@mail.example.jp:587?from=soc@example.jp"
SHOWN = 200
"""Characters of a server's answer that are passed on."""
CLOSING = 421


class Security(StrEnum):
    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


class MailError(Exception):
    """A mail did not go out; the message says what to do and shows no password."""

    permanent = False
    """Trying again would not help."""


class BadMailUrl(MailError):
    def __init__(self, problem: str) -> None:
        super().__init__(f"メールサーバーの URL が読めません: {problem}。書き方 (write it like): {EXAMPLE}")


class BadMessage(MailError):
    """It cannot be written as a mail: a wrong address, a header of two lines."""

    permanent = True

    def __init__(self, problem: str) -> None:
        super().__init__(f"メールにできません (cannot be written as a mail): {problem}")


class ServerAway(MailError):
    """Nothing can be sent now: the server is not reached, its certificate or our sign-in is not accepted."""

    def __init__(self, server: "Server", problem: str) -> None:
        super().__init__(
            f"メールサーバー {server.host}:{server.port} から送れません。サーバーが動いているか、HINOMI_SMTP_URL の値を"
            f"確かめてください (the mail server cannot be used; check HINOMI_SMTP_URL): {problem}"
        )


class Refused(MailError):
    """The server will not have this mail, or will not have it now."""

    def __init__(self, to: str, code: int, reply: str) -> None:
        super().__init__(
            f"{to} への送信をメールサーバーが断りました (the mail server refused this mail): {code} {reply}"
        )
        self.permanent = code >= 500


@dataclass(frozen=True)
class Server:
    """A mail server and who we are to it."""

    security: Security
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: Address

    @classmethod
    def parse(cls, url: str) -> "Server":
        """Raises :class:`BadMailUrl`."""
        try:
            parts = urlsplit(url)
            security, port = Security(parts.scheme), parts.port
            (parts.hostname or "").encode("idna")
        except ValueError:
            raise BadMailUrl(
                "種類 (smtp、smtp+starttls、smtps)、サーバーの名前、ポート番号のどれかが違います"
            ) from None
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not parts.hostname:
            raise BadMailUrl("サーバーの名前がありません")
        if user and security is Security.NONE:
            raise BadMailUrl("smtp:// ではパスワードが平文で流れます。smtp+starttls:// か smtps:// にしてください")
        if not (user + password).isascii():
            raise BadMailUrl("利用者名とパスワードに使えるのは ASCII の文字だけです")
        name, address = parseaddr(parse_qs(parts.query).get("from", [""])[0])
        try:
            sender = mailbox(address, name)
        except BadMessage:
            raise BadMailUrl("差出人 from= がないか、正しくありません (+ は %2B と書きます)") from None
        return cls(security, parts.hostname, port or PORTS[security], user, password, sender)


@dataclass(frozen=True)
class File:
    """What is attached; ``name`` is ASCII."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """A mail to one person; ``message_id`` is without its angle brackets."""

    to: str
    subject: str
    text: str
    message_id: str
    files: tuple[File, ...] = ()
    iso_2022_jp: bool = False
    """For a mail program that reads nothing else; what that cannot write is written otherwise."""


def mailbox(address: str, name: str = "") -> Address:
    """One mail address, in ASCII.

    Raises:
        BadMessage: it is none, or it is more than one.
    """
    try:
        parsed = Address(name, addr_spec=address)
    except (ValueError, IndexError, MessageError):
        raise BadMessage(f"メールアドレスではありません (not a mail address): {address!r}") from None
    if parsed.addr_spec != address or not address.isascii():
        raise BadMessage(f"使えないメールアドレスです (cannot be used): {address!r}")
    return parsed


def written(letter: Letter, sender: Address, now: datetime) -> Message:
    """The letter in Internet Message Format (RFC 5322); ``now`` is aware.

    Raises:
        BadMessage: an address or a header that would not stay in its line.
    """
    if "\n" in letter.subject or "\r" in letter.subject:
        raise BadMessage("題名が二行あります (a subject of two lines)")
    if letter.iso_2022_jp:
        return iso2022jp.written(letter, sender, mailbox(letter.to), now)
    message = EmailMessage(policy=policy.SMTP)
    try:
        message["From"] = sender
        message["To"] = mailbox(letter.to)
        message.set_raw("Subject", encoded(letter.subject))
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{letter.message_id}>"
        message["Auto-Submitted"] = "auto-generated"  # nobody's holiday notice answers it (RFC 3834)
        message.set_content(letter.text, cte="base64")
        for file in letter.files:
            kind, _, subtype = file.content_type.partition("/")
            message.add_attachment(file.data, maintype=kind, subtype=subtype, filename=file.name)
        message.as_bytes()
    except (ValueError, MessageError) as error:
        raise BadMessage(str(error)) from error
    return message


def encoded(subject: str) -> str:
    """In encoded words (RFC 2047), which hold the spaces too: folded by itself, the library loses some between them."""
    return Header(subject, "utf-8", maxlinelen=75, header_name="Subject").encode()


class Session:
    """A connection on which letters go out one after another."""

    def __init__(self, server: Server, smtp: smtplib.SMTP) -> None:
        self.server, self.smtp = server, smtp

    def send(self, letter: Letter, now: datetime) -> None:
        """Return when the server has taken the letter over.

        Raises:
            BadMessage, Refused: this letter cannot go; others may.
            ServerAway: none can go on this connection.
        """
        message = written(letter, self.server.sender, now)
        octets = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        try:
            self.smtp.sendmail(self.server.sender.addr_spec, [letter.to], octets)
        except smtplib.SMTPRecipientsRefused as error:
            raise self.refused(letter, *next(iter(error.recipients.values()))) from None
        except smtplib.SMTPDataError as error:
            raise self.refused(letter, error.smtp_code, error.smtp_error) from None
        except OSError as error:
            raise ServerAway(self.server, told(error, self.server)) from None

    def refused(self, letter: Letter, code: int, reply: bytes | str) -> MailError:
        text = line(reply, self.server)
        return ServerAway(self.server, f"{code} {text}") if code == CLOSING else Refused(letter.to, code, text)


@contextmanager
def connected(server: Server) -> Iterator[Session]:
    """A connection, secured and signed in as the URL says.

    Raises:
        ServerAway: it cannot be had.
    """
    try:
        smtp = opened(server)
    except OSError as error:
        raise ServerAway(server, told(error, server)) from None
    try:
        yield Session(server, smtp)
    finally:
        with suppress(OSError):
            smtp.quit()
        smtp.close()


def opened(server: Server) -> smtplib.SMTP:
    trust = ssl.create_default_context()
    name = server.sender.domain  # smtplib would ask the DNS for one, which may be away too
    smtp: smtplib.SMTP
    if server.security is Security.TLS:
        smtp = smtplib.SMTP_SSL(server.host, server.port, local_hostname=name, timeout=TIMEOUT, context=trust)
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=TIMEOUT)
    try:
        if server.security is Security.STARTTLS:
            smtp.starttls(context=trust)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def told(error: OSError, server: Server) -> str:
    """What went wrong, in one line; smtplib's errors are ``OSError`` too."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {line(error.smtp_error, server)}"
    return line(str(error) or type(error).__name__, server)


def line(reply: bytes | str, server: Server) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    if server.password:
        text = text.replace(server.password, "***")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:SHOWN]
