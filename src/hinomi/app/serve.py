"""One machine runs it all: the console here; collector, worker, desk and background as processes of their own."""

import asyncio
import fcntl
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from hinomi.app import background, draining, telling
from hinomi.app.collector import Ports, collect
from hinomi.app.connections import BoundedProtocol
from hinomi.app.data import open_desk
from hinomi.app.processes import Beside, stop
from hinomi.tenants.problems import DeskError

log = logging.getLogger("hinomi")

LOCK = "serve.lock"


@dataclass(frozen=True)
class Deployment:
    """What ``hinomi serve`` was told."""

    data_dir: Path
    host: str
    port: int
    ports: Ports | None
    retain_days: int | None


class AnnouncingServer(uvicorn.Server):
    """Says that it listens once it does."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await asyncio.to_thread(self.on_ready)


class AlreadyServed(DeskError):
    """Another ``hinomi serve`` is at work on this data folder."""

    def __init__(self, data_dir: Path, process: str) -> None:
        super().__init__(
            f"{data_dir} では hinomi serve がもう動いています (プロセス {process or '不明'})。それを止めるか、"
            "--data-dir で別のフォルダを指定してください (already serving this folder)."
        )


class ConsolePortTaken(DeskError):
    """The console cannot listen there; says why and what to do."""

    def __init__(self, deployment: Deployment, error: OSError) -> None:
        super().__init__(
            f"{deployment.host}:{deployment.port} でコンソールを開けません: {error.strerror}。ほかのプログラムが"
            "使っていないか確かめるか、--port で別の番号にしてください (cannot listen there)."
        )


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the folder; the lock goes with the process, however it ends.

    Raises:
        AlreadyServed: somebody else holds it.
    """
    with (data_dir / LOCK).open("a+") as file:
        file.seek(0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed(data_dir, file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def listening(deployment: Deployment) -> socket.socket:
    """The console's socket, before anything else begins.

    Raises:
        ConsolePortTaken: it cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in deployment.host else socket.AF_INET
    made = socket.socket(family)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((deployment.host, deployment.port))
        made.listen()
    except OSError as error:
        made.close()
        raise ConsolePortTaken(deployment, error) from error
    return made


def serve(deployment: Deployment, on_ready: Callable[[], None]) -> None:
    """Until interrupted: console, worker, desk, background and (if ports are given) collector.

    Raises:
        AlreadyServed, ConsolePortTaken: and nothing was begun.
    """
    open_desk(deployment.data_dir)
    with alone(deployment.data_dir), listening(deployment) as door:
        run(deployment, door, on_ready)


def run(deployment: Deployment, door: socket.socket, on_ready: Callable[[], None]) -> None:
    from hinomi.app.asgi import application

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's stop is Ctrl+C to us
    data_dir = deployment.data_dir
    beside = [
        Beside("worker", draining.work, data_dir),
        Beside("desk", telling.work, data_dir),
        Beside("background", background.work, data_dir, deployment.retain_days),
    ]
    if deployment.ports:
        beside.append(Beside("collector", collect, data_dir, deployment.ports))
    stopping = threading.Event()
    watchers = []
    for process in beside:
        process.start()
        watchers.append(threading.Thread(target=process.watch, args=(stopping,), daemon=True))
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
        server.run([door])
    except KeyboardInterrupt:
        log.info("stopped on request")
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):  # asked once more while it stops, it goes on stopping
            signal.signal(number, signal.SIG_IGN)
        stopping.set()
        stop(beside)
