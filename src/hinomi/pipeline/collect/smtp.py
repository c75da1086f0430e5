"""A mail server for devices that only write mail: it takes what it has made safe, and nothing for strangers.

    intake = SmtpIntake("127.0.0.1", 2525, landing, find_route, clock)
    intake.start(); …; intake.stop()

The recipient ``TENANT+SENSOR@anything`` says whose mail it is. ``250`` is answered after the message lies in the
landing zone; ``452`` when it cannot (a full disk), and the sender tries again later. It delivers nothing onwards.
Source: RFC 5321.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hinomi.lake.landing import Landing
from hinomi.pipeline.collect import mail
from hinomi.pipeline.collect.routes import Route
from hinomi.pipeline.collect.syslog import Listener, PortTaken, Transport

log = logging.getLogger("hinomi.collect")

UNKNOWN = "550 5.1.1 no such sensor here (TENANT+SENSOR@…)"
LATER = "452 4.3.1 cannot store now, try again later"
TOO_LARGE = "552 5.3.4 message too large"
SILENT_SECONDS = 60
FIND = Callable[[mail.Address], Route | None]


class Handler:
    """What aiosmtpd asks; the names are its own."""

    def __init__(self, landing: Landing, find: FIND, clock: Callable[[], datetime]) -> None:
        self.landing, self.find, self.clock = landing, find, clock

    def route(self, recipient: str) -> Route | None:
        known = mail.address(recipient)
        return self.find(known) if known else None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        try:
            known = await asyncio.to_thread(self.route, address)
        except Exception as error:  # whatever keeps us from asking, the sender's mail must not be lost over it
            log.error(
                "センサーの登録を確かめられません。送信元は後で送り直します (cannot ask whose mail it is): %s", error
            )
            return LATER
        if known is None:
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        try:
            return await asyncio.to_thread(self.store, content, list(envelope.rcpt_tos))
        except Exception as error:
            log.error("メールを保存できません。送信元は後で送り直します (cannot store mail): %s", error)
            return LATER

    def store(self, content: bytes, recipients: list[str]) -> str:
        if len(content) > mail.LARGEST:
            return TOO_LARGE
        for recipient in recipients:
            if route := self.route(recipient):
                mail.store(self.landing, content, route, self.clock())
        return "250 2.0.0 stored"


class SmtpIntake:
    """The server, in a thread of its own."""

    def __init__(self, host: str, port: int, landing: Landing, find: FIND, clock: Callable[[], datetime]) -> None:
        self.listener = Listener(Transport.TCP, port, host)
        options: dict[str, Any] = {"data_size_limit": mail.LARGEST, "timeout": SILENT_SECONDS, "ident": "hinomi"}
        handler = Handler(landing, find, clock)
        self.controller = Controller(handler, hostname=host, port=port, ready_timeout=10, **options)

    def start(self) -> None:
        """Raises PortTaken: something else listens there, or the address is not this machine's."""
        try:
            self.controller.start()
        except OSError as error:  # TimeoutError among them
            raise PortTaken(self.listener, error) from error

    def stop(self) -> None:
        self.controller.stop(no_assert=True)
