"""The processes beside the console: begun with it, begun again when they die, ended with it."""

import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.context import SpawnProcess

log = logging.getLogger("hinomi")

LOOK_SECONDS = 2.0
STOP_SECONDS = 30
"""What a process has for ending by itself; what it was at is done again by the next."""
RESTART_SECONDS = 5.0


def stop_on_signal() -> threading.Event:
    """Set once this process is asked to end (SIGTERM, Ctrl+C)."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def orphaned() -> bool:
    """Whether the process that started this one is gone: then nobody is left to stop it."""
    parent = multiprocessing.parent_process()
    return parent is not None and not parent.is_alive()


class Beside:
    """A process beside the console."""

    def __init__(self, name: str, target: Callable[..., None], *arguments: object) -> None:
        self.name, self.target, self.arguments = name, target, arguments
        self.process: SpawnProcess | None = None

    def start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.process = context.Process(target=self.target, args=self.arguments, name=self.name)
        self.process.start()

    def watch(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            assert self.process is not None
            self.process.join(timeout=LOOK_SECONDS)
            if not self.process.is_alive() and not stopping.is_set():
                log.error("%s が止まりました (終了コード %s)。もう一度始めます。", self.name, self.process.exitcode)
                time.sleep(RESTART_SECONDS)
                if not stopping.is_set():
                    self.start()


def stop(beside: Sequence[Beside]) -> None:
    """End them, all at a time."""
    running = [one.process for one in beside if one.process and one.process.is_alive()]
    for process in running:
        process.terminate()
    limit = time.monotonic() + STOP_SECONDS
    for process in running:
        process.join(timeout=max(0.0, limit - time.monotonic()))
        if process.is_alive():
            process.kill()
