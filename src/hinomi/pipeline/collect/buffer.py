"""Messages of live senders, gathered for a moment and then made safe as one block a sensor."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from hinomi.lake.landing import Landing
from hinomi.pipeline.collect.framing import one_line
from hinomi.pipeline.collect.logbook import Logbook
from hinomi.pipeline.collect.routes import Route

BLOCK_BYTES = 8 * 1024 * 1024
MOST_BYTES = 256 * 1024 * 1024
MOST_SENDERS = 1000
"""Beyond so many at a time, senders of one sensor share a block that names none of them: addresses can be forged."""


class Buffer:
    """What has arrived and is not yet in the landing zone; bounded, and never emptied before it is safe."""

    def __init__(self, landing: Landing, clock: Callable[[], datetime], logbook: Logbook) -> None:
        self.landing, self.clock, self.logbook = landing, clock, logbook
        self.lock = Lock()
        self.waiting: dict[tuple[Route, str], bytearray] = defaultdict(bytearray)
        self.bytes = 0

    @property
    def full(self) -> bool:
        return self.bytes >= MOST_BYTES

    def add(self, route: Route, peer: str, message: bytes, *, may_drop: bool = True) -> None:
        """Take a message; when the disk has been full for long, it is dropped and noted.

        A sender that can be made to wait (``may_drop`` False) loses nothing: who reads from it stops reading.
        """
        if may_drop and self.full:
            self.logbook.drop(route.tenant, route.sensor, self.clock())
            return
        line = one_line(message)
        with self.lock:
            sender = (route, peer)
            if sender not in self.waiting and len(self.waiting) >= MOST_SENDERS:
                sender = (route, "")
            self.waiting[sender] += line
            self.bytes += len(line)

    def flush(self) -> int:
        """Make everything that waits safe; returns the number of blocks. May run beside :meth:`add`.

        All of them are received at one moment, so that the pipeline may read them together.

        Raises:
            OSError: the disk is full or away; what is not yet safe goes on waiting.
        """
        blocks, received = 0, self.clock()
        for key in list(self.waiting):
            for piece in pieces(bytes(self.waiting[key])):
                self.store(*key, piece, received)
                self.forget(key, len(piece))
                blocks += 1
        return blocks

    def store(self, route: Route, peer: str, piece: bytes, received: datetime) -> None:
        self.landing.append(
            piece,
            tenant=route.tenant,
            sensor=route.sensor,
            source=route.source,
            timezone=route.timezone,
            received=received,
            origin=peer,
            live=True,
        )

    def forget(self, key: tuple[Route, str], length: int) -> None:
        with self.lock:
            del self.waiting[key][:length]
            self.bytes -= length
            if not self.waiting[key]:
                del self.waiting[key]


def pieces(payload: bytes) -> list[bytes]:
    """The payload cut at line ends into blocks of bounded size."""
    cut: list[bytes] = []
    start = 0
    while start < len(payload):
        end = len(payload)
        if end - start > BLOCK_BYTES:
            end = (payload.rfind(b"\n", start, start + BLOCK_BYTES) + 1) or payload.find(b"\n", start) + 1 or end
        cut.append(payload[start:end])
        start = end
    return cut
