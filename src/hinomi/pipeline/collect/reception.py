"""Bodies made safe in the landing zone, each once: a sender hears of its receipt only after that.

A small body without a key is gathered with others of its sensor for a moment into one block. A body with a key, a
large one, a file or old lines become a block of their own, named for the key or the content: a retry finds it there,
also after a crash and in another process.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from hinomi.lake.block import Header, encode
from hinomi.lake.landing import Landing, identity, write_durably
from hinomi.pipeline.collect.refusals import KeyReused
from hinomi.pipeline.collect.routes import Route

GATHER_SECONDS = 0.05
GATHER_BYTES = 1024 * 1024
OWN_BLOCK_BYTES = 64 * 1024
RETRY_DAYS = 7
"""For this long a retry is known by its key or content; a file as long as it is kept."""


@dataclass(frozen=True)
class Receipt:
    """What was taken. ``block`` is where it lies, None where there was nothing to keep."""

    block: str | None
    bytes: int
    lines: int


@dataclass(frozen=True)
class Delivery:
    """A body as it goes to the landing zone. ``live`` and ``whole`` (a file) as in the block's header and manifest."""

    route: Route
    peer: str
    payload: bytes
    key: str | None = None
    live: bool = True
    whole: bool = False

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.payload).hexdigest()

    @property
    def lines(self) -> int:
        return self.payload.count(b"\n") + (not self.payload.endswith(b"\n"))

    @property
    def is_alone(self) -> bool:
        return self.key is not None or self.whole or not self.live or len(self.payload) >= OWN_BLOCK_BYTES


@dataclass
class Batch:
    """Small bodies of one sensor and peer, and who waits for them to be safe."""

    block: asyncio.Future[str]
    data: bytearray = field(default_factory=bytearray)


class Reception:
    """Makes deliveries safe. Use it from one event loop; ``clock`` gives naive UTC."""

    def __init__(self, landing: Landing, clock: Callable[[], datetime]) -> None:
        self.landing, self.clock = landing, clock
        self.gathering: dict[tuple[Route, str], Batch] = {}
        self.under_way: dict[str, tuple[str, asyncio.Task[str]]] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    async def take(self, delivery: Delivery) -> Receipt:
        """Make it safe, or find that it is.

        Raises:
            OSError: the disk is full or away; nothing was taken.
            KeyReused: its key came with another body before.
        """
        if not delivery.payload.strip():
            return Receipt(None, len(delivery.payload), 0)
        block = await (self.alone(delivery) if delivery.is_alone else self.together(delivery))
        return Receipt(block, len(delivery.payload), delivery.lines)

    async def together(self, delivery: Delivery) -> str:
        loop = asyncio.get_running_loop()
        sender = (delivery.route, delivery.peer)
        batch = self.gathering.get(sender)
        if batch is None:
            batch = self.gathering[sender] = Batch(loop.create_future())
            loop.call_later(GATHER_SECONDS, self.close, sender, batch)
        batch.data += delivery.payload
        if not delivery.payload.endswith(b"\n"):
            batch.data += b"\n"
        if len(batch.data) >= GATHER_BYTES:
            self.close(sender, batch)
        return await asyncio.shield(batch.block)

    def close(self, sender: tuple[Route, str], batch: Batch) -> None:
        if self.gathering.get(sender) is batch:
            del self.gathering[sender]
            task = asyncio.create_task(self.store(sender, batch))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def store(self, sender: tuple[Route, str], batch: Batch) -> None:
        try:
            block = await asyncio.to_thread(self.append, *sender, bytes(batch.data))
        except Exception as error:  # each of those who wait says it to its sender
            batch.block.set_exception(error)
            batch.block.exception()  # nobody may be waiting any more
        else:
            batch.block.set_result(block)

    def append(self, route: Route, peer: str, payload: bytes) -> str:
        header = self.landing.append(
            payload,
            tenant=route.tenant,
            sensor=route.sensor,
            source=route.source,
            timezone=route.timezone,
            received=self.clock(),
            origin=peer,
            live=True,
        )
        assert header is not None  # only a file may be there before
        return header.block

    async def alone(self, delivery: Delivery) -> str:
        """A block of its own; two requests with one key at the same time are one."""
        suffix = await asyncio.to_thread(name, delivery)
        if suffix in self.under_way:
            digest, task = self.under_way[suffix]
            if digest != delivery.digest:
                raise KeyReused
        else:
            task = asyncio.create_task(asyncio.to_thread(self.put, delivery, suffix))
            self.under_way[suffix] = (delivery.digest, task)
            task.add_done_callback(lambda _: self.under_way.pop(suffix))
        return await asyncio.shield(task)

    def put(self, delivery: Delivery, suffix: str) -> str:
        route, digest, now = delivery.route, delivery.digest, self.clock()
        if found := next(self.found(delivery, suffix, now), None):
            if header_of(found, self.landing).sha256 != digest:
                raise KeyReused
            return found.stem
        header = Header(
            block=f"{now:%Y%m%d}-{suffix}",
            tenant=route.tenant,
            sensor=route.sensor,
            source=route.source,
            timezone=route.timezone,
            received=now,
            origin=delivery.peer,
            live=delivery.live,
            bytes=len(delivery.payload),
            newlines=delivery.payload.count(b"\n"),
            sha256=digest,
        )
        write_durably(self.landing.inbox_path(header), encode(header, delivery.payload))
        return header.block

    def found(self, delivery: Delivery, suffix: str, now: datetime) -> Iterator[Path]:
        """Where the block lies if it was received before. Inbox first: that is the way blocks move."""
        inbox, kept = (
            root / delivery.route.tenant / delivery.route.sensor for root in (self.landing.inbox, self.landing.kept)
        )
        days = {f"{now - timedelta(days=back):%Y%m%d}" for back in range(RETRY_DAYS + 1)}
        if delivery.whole and kept.exists():
            days |= {day.name for day in kept.iterdir()}
        for day in sorted(days, reverse=True):
            for path in (inbox / f"{day}-{suffix}.zst", kept / day / f"{day}-{suffix}.zst"):
                if path.exists():
                    yield path


def name(delivery: Delivery) -> str:
    """The part of a block's id that follows from key or content; a file's is the one ``hinomi import`` gives it."""
    route = delivery.route
    if delivery.key is None:
        return identity(route.tenant, route.sensor, route.source, route.timezone, delivery.digest)
    return hashlib.sha256("\0".join(("key", route.tenant, route.sensor, delivery.key)).encode()).hexdigest()[:24]


def header_of(path: Path, landing: Landing) -> Header:
    """Of a block that may be moved from inbox to kept at this moment."""
    try:
        return landing.header(path)
    except FileNotFoundError:
        return landing.header(landing.kept / path.relative_to(landing.inbox).parent / path.stem[:8] / path.name)
