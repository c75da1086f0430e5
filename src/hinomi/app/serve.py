"""One machine runs it all: the console here; collector, worker, desk and background as processes of their own."""

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from hinomi.app import background, draining, telling
from hinomi.app.collector import Ports, collect
from hinomi.app.connections import BoundedProtocol
from hinomi.app.data import open_desk
from hinomi.app.processes import Beside

log = logging.getLogger("hinomi")


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


def serve(deployment: Deployment, on_ready: Callable[[], None]) -> None:
    """Until interrupted: console, worker, desk, background and (if ports are given) collector."""
    open_desk(deployment.data_dir)
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
        server.run()
    except KeyboardInterrupt:
        log.info("stopped on request")
    finally:
        stopping.set()
        for process in beside:
            process.stop()
