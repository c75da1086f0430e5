"""The HTTP intake where desk and river meet: tokens from the desk, a way beside the console, a port of its own."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from hinomi.app import place
from hinomi.app.connections import BoundedProtocol
from hinomi.app.data import DatabaseAway, connected
from hinomi.pipeline.collect import logbook
from hinomi.pipeline.collect.http import PREFIX, Intake
from hinomi.pipeline.collect.logbook import Logbook
from hinomi.pipeline.collect.reception import Reception
from hinomi.pipeline.collect.refusals import Busy
from hinomi.pipeline.collect.routes import Route
from hinomi.pipeline.collect.syslog import Listener, PortTaken

log = logging.getLogger("hinomi.collect")

REFRESH_SECONDS = 10.0
HURRY_SECONDS = 1.0
"""A token we do not know may have been made a moment ago: then the desk is asked at most this often."""
AWAY_SECONDS = 10
LAST_SECONDS = 10
"""For requests under way when we are told to stop."""
IDLE_SECONDS = 60
"""A forwarder keeps its connection between two batches."""

BACKLOG = 128

Application = Callable[..., Any]


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def tokens() -> Mapping[str, Route]:
    """What the desk says: hash of a token to its sensor."""
    from hinomi.tenants import queries

    with connected():
        return {
            token: Route(sensor.tenant_id, sensor.name, sensor.source, sensor.timezone)
            for token, sensor in queries.sensors_by_token().items()
        }


class TokenIndex:
    """Follows the desk: a new token counts at once, one that was taken away is refused within seconds.

    Tokens are looked up by their SHA-256, so how long that takes tells nothing of any token.
    """

    def __init__(self, ask: Callable[[], Mapping[str, Route]] = tokens) -> None:
        self.ask = ask
        self.routes: Mapping[str, Route] | None = None
        self.asked = float("-inf")
        self.asking = asyncio.Lock()

    async def find(self, token: str) -> Route | None:
        """Raises Busy where the desk has not answered yet."""
        from hinomi.tenants.operations import hashed

        digest = hashed(token)
        is_known = self.routes is not None and digest in self.routes
        await self.refresh(REFRESH_SECONDS if is_known else HURRY_SECONDS)
        if self.routes is None:
            raise Busy("登録内容を読めません", AWAY_SECONDS)
        return self.routes.get(digest)

    async def refresh(self, seconds: float) -> None:
        async with self.asking:
            if time.monotonic() - self.asked < seconds:
                return
            try:
                self.routes = await asyncio.to_thread(self.ask)
            except DatabaseAway as error:  # go on with the tokens we have
                log.warning("登録内容を読み直せません (cannot read the registered tokens): %s", error)
            self.asked = time.monotonic()


def intake(data_dir: Path, notes: Logbook) -> Intake:
    return Intake(TokenIndex().find, Reception(place.landing(data_dir), now), notes)


def beside(console: Application, data_dir: Path) -> Application:
    """One application: what is sent to ``/ingest/`` goes to the intake, all else to the console."""
    receiving = intake(data_dir, Logbook(data_dir / logbook.FOLDER / "console.json"))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        to_us = scope["type"] == "http" and scope["path"].startswith(PREFIX)
        await (receiving if to_us else console)(scope, receive, send)

    return application


class IntakeServer(uvicorn.Server):
    """The intake on a port of its own, in a process that has its own way to be stopped."""

    def __init__(self, application: Application, listener: Listener) -> None:
        self.listener = listener
        config = uvicorn.Config(
            application,
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            ssl_certfile=listener.certificate,
            ssl_keyfile=listener.key,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=LAST_SECONDS,
        )
        super().__init__(config)

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()

    async def listen(self) -> None:
        """Until ``should_exit`` is set.

        Raises:
            PortTaken: the port cannot be listened on.
        """
        await self.serve([opened(self.listener)])


def opened(listener: Listener) -> socket.socket:
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    try:
        return socket.create_server((listener.host, listener.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise PortTaken(listener, error) from error
