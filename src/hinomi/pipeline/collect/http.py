"""``POST /ingest/SENSOR``: lines, NDJSON, a JSON array or a file over HTTP, answered once they are safe (ASGI 3).

The sender shows its sensor's token as ``Authorization: Bearer TOKEN``, or as the password of HTTP Basic (RFC 6750,
RFC 7617). What it sends may be packed with gzip or zstd. A request with an ``Idempotency-Key`` counts once however
often it is sent; so does a retry after an answer that could not be delivered. ``?backfill=1`` says that the lines are
old and their times are to be believed.
"""

import asyncio
import base64
import binascii
import hmac
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from hinomi.lake.landing import SLUG
from hinomi.library import catalog
from hinomi.library.contracts import Framing
from hinomi.pipeline.collect import refusals
from hinomi.pipeline.collect.attempts import Attempts
from hinomi.pipeline.collect.body import Bodies, Gone, Incoming, Receive
from hinomi.pipeline.collect.coding import decoded
from hinomi.pipeline.collect.json_array import as_lines
from hinomi.pipeline.collect.logbook import Logbook
from hinomi.pipeline.collect.reception import Delivery, Receipt, Reception
from hinomi.pipeline.collect.refusals import Refused
from hinomi.pipeline.collect.routes import Route

log = logging.getLogger("hinomi.collect")

PREFIX = "/ingest/"
WAY = "http"
LINES_BYTES = 16 * 1024 * 1024
FILE_BYTES = 64 * 1024 * 1024
LONGEST_KEY = 255
MOST_UNANSWERED = 1000
RETRY = timedelta(hours=1)
FULL_SECONDS = 30
SAVE_SECONDS = 2.0

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Mark = tuple[Route, str | None, str]
Find = Callable[[str], Awaitable[Route | None]]


class Request:
    """What of a request matters here."""

    def __init__(self, scope: Scope) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.peer: str = (scope.get("client") or ("", 0))[0]
        self.port: int = (scope.get("server") or ("", 0))[1] or 0
        self.headers: dict[bytes, str] = {name: value.decode("latin-1") for name, value in scope["headers"]}
        self.is_backfill = b"backfill=1" in scope["query_string"].split(b"&")

    def header(self, name: bytes) -> str:
        return self.headers.get(name, "").strip()

    @property
    def sensor(self) -> str:
        """Raises NotHere, OnlyPost."""
        sensor = self.path.removeprefix(PREFIX).removesuffix("/")
        if not self.path.startswith(PREFIX) or not SLUG.fullmatch(sensor):
            raise refusals.NotHere
        if self.method != "POST":
            raise refusals.OnlyPost
        return sensor

    @property
    def token(self) -> str:
        scheme, _, shown = self.header(b"authorization").partition(" ")
        if scheme.lower() != "basic":
            return shown.strip() if scheme.lower() == "bearer" else ""
        try:
            return base64.b64decode(shown, validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            return ""

    @property
    def key(self) -> str | None:
        key = self.header(b"idempotency-key")
        if len(key) > LONGEST_KEY:
            raise refusals.BadBody(f"Idempotency-Key は {LONGEST_KEY} 文字までです (the key is too long).")
        return key or None


class Intake:
    """The application. ``find`` gives the sensor a token belongs to, and may raise :class:`refusals.Busy`."""

    def __init__(self, find: Find, reception: Reception, logbook: Logbook) -> None:
        self.find, self.reception, self.logbook = find, reception, logbook
        self.clock = reception.clock
        self.bodies = Bodies()
        self.attempts = Attempts()
        self.unanswered: OrderedDict[Mark, tuple[datetime, asyncio.Future[Receipt]]] = OrderedDict()
        self.saving: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request, incoming = Request(scope), Incoming(receive)
        try:
            receipt = await self.answer(request, incoming)
        except Gone:
            return
        except Refused as refused:
            if not request.header(b"expect"):  # a sender that is still sending would not read the answer
                await incoming.drain()
            await reply(send, refused.status, refused.body(), "application/problem+json", refused.headers)
        else:
            said = {"accepted": receipt.bytes, "block": receipt.block, "lines": receipt.lines}
            await reply(send, 200, json.dumps(said).encode(), "application/json", {})

    async def answer(self, request: Request, incoming: Incoming) -> Receipt:
        """Raises Refused, or Gone where nobody waits for an answer any more."""
        sensor = request.sensor
        route = await self.admitted(request, sensor)
        manifest = catalog.manifests().get(route.source)
        whole = manifest is not None and manifest.framing is Framing.FILE
        most = FILE_BYTES if whole else LINES_BYTES
        key, coding = request.key, request.header(b"content-encoding")
        if request.header(b"content-type").startswith("multipart/"):
            raise refusals.Unsupported("multipart ではなく、中身をそのまま送ってください (send the content itself).")
        async with self.bodies.read(request.headers, incoming, most) as body:
            payload = await asyncio.to_thread(unpacked, body, coding, most, whole=whole)
            live = not (whole or request.is_backfill)
            delivery = Delivery(route, request.peer, payload, key, live=live, whole=whole)
            try:
                return await self.delivered(delivery, incoming)
            except OSError as error:
                log.error("受信したログを保存できません。空きを作ってください (cannot store what was sent): %s", error)
                raise refusals.Busy("いまは保存できません", FULL_SECONDS) from error

    async def admitted(self, request: Request, sensor: str) -> Route:
        """The sensor the token belongs to, if it is the one in the address; which of both is wrong is never said."""
        route = await self.find(request.token) if request.token else None
        if route is not None and hmac.compare_digest(route.sensor.encode(), sensor.encode()):
            self.logbook.welcome(WAY, request.port, request.peer)
            return route
        now = self.clock()
        if self.logbook.knock(WAY, request.port, request.peer, f"POST {request.path}".encode(), now):
            log.warning("正しくないトークンです (wrong token): %s → %s", request.peer, request.path)
        self.save_soon()
        if wait := self.attempts.wrong(request.peer, now):
            raise refusals.TooManyWrong(wait)
        raise refusals.Unknown

    async def delivered(self, delivery: Delivery, incoming: Incoming) -> Receipt:
        """Make it safe. Where the sender hangs up before it hears of it, its retry is the same delivery."""
        mark = (delivery.route, delivery.key, delivery.digest)
        taking = self.taken_before(mark) or asyncio.ensure_future(self.reception.take(delivery))
        hung_up = asyncio.ensure_future(incoming.hung_up())
        either: set[asyncio.Future[Any]] = {taking, hung_up}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not hung_up.done():
                return taking.result()
        finally:
            hung_up.cancel()
        taking.add_done_callback(lambda taken: taken.exception())
        self.unanswered[mark] = (self.clock(), taking)
        if len(self.unanswered) > MOST_UNANSWERED:
            self.unanswered.popitem(last=False)
        raise Gone

    def taken_before(self, mark: Mark) -> asyncio.Future[Receipt] | None:
        """The same body, taken from a sender that hung up before it was told; good for one retry."""
        since, taking = self.unanswered.pop(mark, (self.clock(), None))
        if taking is None or self.clock() - since > RETRY or (taking.done() and taking.exception()):
            return None
        return taking

    def save_soon(self) -> None:
        """Write the logbook down shortly: many knocks, one file."""
        if self.saving is None or self.saving.done():
            self.saving = asyncio.create_task(self.save())

    async def save(self) -> None:
        await asyncio.sleep(SAVE_SECONDS)
        await asyncio.to_thread(self.logbook.save, self.clock(), at_once=True)


def unpacked(body: bytes, coding: str, most: int, *, whole: bool) -> bytes:
    payload = decoded(body, coding, most)
    return payload if whole else as_lines(payload)


async def reply(send: Send, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
    fields = {"content-type": kind, "content-length": str(len(body)), "cache-control": "no-store", **headers}
    fields["x-content-type-options"] = "nosniff"
    listed = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": body})
