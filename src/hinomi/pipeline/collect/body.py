"""Bodies of requests, read within bounds of size, time and memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from hinomi.pipeline.collect.refusals import BadBody, Busy, NoLength, TooLarge, TooSlow

BODY_SECONDS = 120.0
"""For a whole body: 16 MiB at 1.1 Mbit/s."""
MOST_HELD = 256 * 1024 * 1024
"""Bytes of bodies in memory at a time, packed as they came."""
BUSY_SECONDS = 5
DRAIN_BYTES = 1024 * 1024
DRAIN_SECONDS = 2.0

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Gone(Exception):
    """The sender hung up before it was answered; it knows of nothing and will send again."""


class Incoming:
    """A request's body as it arrives (ASGI ``http.request`` and ``http.disconnect``)."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.ended = False

    async def part(self) -> bytes:
        """The next bytes. Raises Gone."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise Gone
        self.ended = not message.get("more_body", False)
        body: bytes = message.get("body", b"")
        return body

    async def drain(self) -> None:
        """Read away what is still coming: a sender that is cut off while it sends never reads why."""
        left = DRAIN_BYTES
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self.ended and left > 0:
                    left -= len(await self.part())
        except (TimeoutError, Gone):
            return

    async def hung_up(self) -> None:
        """Returns when the sender does not wait any more."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


class Bodies:
    """Counts what is held in memory over all requests of a process."""

    def __init__(self) -> None:
        self.held = 0

    @asynccontextmanager
    async def read(self, headers: dict[bytes, str], incoming: Incoming, most: int) -> AsyncIterator[bytes]:
        """The whole body, counted as held until the block is left.

        Raises:
            NoLength, TooLarge, BadBody: it cannot be taken.
            TooSlow, Busy: not like this, or not now.
            Gone: the sender hung up.
        """
        declared = headers.get(b"content-length")
        if declared is None and b"transfer-encoding" not in headers:
            raise NoLength
        if declared is not None and int(declared) > most:
            raise TooLarge(most)
        body = bytearray()
        try:
            await self.gather(body, incoming, most)
            yield bytes(body)
        finally:
            self.held -= len(body)

    async def gather(self, body: bytearray, incoming: Incoming, most: int) -> None:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while not incoming.ended:
                    part = await incoming.part()
                    body += part
                    self.held += len(part)
                    if len(body) > most:
                        raise TooLarge(most)
                    if self.held > MOST_HELD:
                        raise Busy("受信が込み合っています", BUSY_SECONDS)
        except TimeoutError as error:
            raise TooSlow(BODY_SECONDS) from error
        if not body:
            raise BadBody("本文が空です (the body is empty).")
