"""One machine runs it all: the console here, collector and worker as processes of their own."""

import asyncio
import logging
import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import SpawnProcess
from pathlib import Path

import uvicorn

from hinomi.app import background, place
from hinomi.app.collector import Ports, collect
from hinomi.app.connections import BoundedProtocol
from hinomi.app.data import DatabaseAway, connected, open_desk, tidy_desk
from hinomi.app.renewal import Renewal
from hinomi.lake import upkeep
from hinomi.pipeline.epoch import Planner
from hinomi.pipeline.run import River, drain
from hinomi.pipeline.watch import news

log = logging.getLogger("hinomi")

PULSE = 2.0
"""Seconds between looks into the inbox: each that finds something is a commit and some small files."""
UPKEEP = timedelta(hours=1)
RESTART_SECONDS = 5.0


@dataclass(frozen=True)
class Deployment:
    """What ``hinomi serve`` was told."""

    data_dir: Path
    host: str
    port: int
    ports: Ports | None
    retain_days: int | None


def work(data_dir: Path, retain_days: int | None) -> None:
    """The worker: normalise what waits, bring the desk up to it, once an hour tidy the lake; until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    open_desk(data_dir)
    from hinomi.app.worker import settle
    from hinomi.deliver.notify.post import Post

    post = Post()
    renewal = Renewal(data_dir)
    renewal.start(stop)
    river = River(place.landing(data_dir), place.lake(data_dir), renewal.latest.lookout)
    tidied = datetime.now(UTC)
    behind = True
    while not stop.wait(PULSE) and not orphaned():
        try:
            river = renewal.taken_up(river, datetime.now(UTC).replace(tzinfo=None))
            if drain(river) or behind or news_waits(river):
                behind = True
                with connected():
                    settle(river.lake, datetime.now(UTC))
                behind = False
            with connected():
                post.send_due(datetime.now(UTC))
            if datetime.now(UTC) - tidied > UPKEEP:
                tidy(river, retain_days)
                tidied = datetime.now(UTC)
        except (OSError, DatabaseAway) as error:
            log.error(
                "処理できません。受信済みのログは失われていません (cannot go on; nothing received is lost): %s", error
            )
            stop.wait(RESTART_SECONDS)


def news_waits(river: River) -> bool:
    """Whether something was added to the lake that the desk does not know yet."""
    return any(news.noted(river.lake.root))


def orphaned() -> bool:
    """Whether the process that started this one is gone: then nobody is left to stop it."""
    parent = multiprocessing.parent_process()
    return parent is not None and not parent.is_alive()


def tidy(river: River, retain_days: int | None) -> upkeep.Kept:
    """Compaction, retention and sweeping, alone on the lake."""
    now = datetime.now(UTC).replace(tzinfo=None)
    before = now - timedelta(days=retain_days) if retain_days else None
    with Planner(river.lake.root).alone():
        kept = upkeep.keep(river.lake, now, before)
    if before:
        river.landing.expire(before)
    with connected():
        tidy_desk(datetime.now(UTC))
    return kept


class Helper:
    """A process beside the console, started again when it dies."""

    def __init__(self, name: str, target: Callable[..., None], *arguments: object) -> None:
        self.name, self.target, self.arguments = name, target, arguments
        self.process: SpawnProcess | None = None

    def start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.process = context.Process(target=self.target, args=self.arguments, name=self.name)
        self.process.start()

    def stop(self) -> None:
        if self.process and self.process.is_alive():
            self.process.terminate()
            self.process.join(timeout=30)

    def watch(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            assert self.process is not None
            self.process.join(timeout=PULSE)
            if not self.process.is_alive() and not stopping.is_set():
                log.error("%s が止まりました (終了コード %s)。もう一度始めます。", self.name, self.process.exitcode)
                time.sleep(RESTART_SECONDS)
                if not stopping.is_set():
                    self.start()


class AnnouncingServer(uvicorn.Server):
    """Says that it listens once it does."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await asyncio.to_thread(self.on_ready)


def serve(deployment: Deployment, on_ready: Callable[[], None]) -> None:
    """Until interrupted: console, worker and (if ports are given) collector."""
    open_desk(deployment.data_dir)
    from hinomi.app.asgi import application

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's stop is Ctrl+C to us
    helpers = [Helper("worker", work, deployment.data_dir, deployment.retain_days)]
    helpers.append(Helper("background", background.work, deployment.data_dir))
    if deployment.ports:
        helpers.append(Helper("collector", collect, deployment.data_dir, deployment.ports))
    stopping = threading.Event()
    watchers = []
    for helper in helpers:
        helper.start()
        watchers.append(threading.Thread(target=helper.watch, args=(stopping,), daemon=True))
        watchers[-1].start()
    try:
        server = AnnouncingServer(
            uvicorn.Config(
                application,
                host=deployment.host,
                port=deployment.port,
                log_level="warning",
                lifespan="off",
                proxy_headers=False,
                server_header=False,
                http=BoundedProtocol,
            ),
            on_ready,
        )
        server.run()
    except KeyboardInterrupt:
        log.info("stopped on request")
    finally:
        stopping.set()
        for helper in helpers:
            helper.stop()
