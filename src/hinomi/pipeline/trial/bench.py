"""Unknown lines are tried in a process of its own, which is killed when it takes too long."""

import json
import os
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from hinomi.pipeline.trial.attempt import Attempt, is_sure, likeliest, rank, shelf
from hinomi.pipeline.trial.clock import ClockDoubt, Doubt
from hinomi.pipeline.trial.examine import ClassCount, Column, Examined, Rejected
from hinomi.pipeline.trial.leftover import Leftover
from hinomi.pipeline.trial.sample import Sample

START_SECONDS = 60.0
SLOW = "時間切れ (took too long)"
DIED = "途中で止まりました (ended before it was done)"
NOT_TRIED = "時間が足りず、試していません (not tried; out of time)"
LARGEST_ANSWER = 8 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Seconds for one source, and for all of them."""

    one: float = 15.0
    all: float = 60.0


@dataclass(frozen=True)
class Trial:
    """What came of a sample: the sources tried, likeliest first, and what was seen of the one that was looked at.

    ``sure``: the person named the source, or these are its lines beyond doubt.
    """

    attempts: tuple[Attempt, ...]
    sure: bool
    examined: Examined | None
    problem: str | None = None


class NoAnswer(Exception):
    """The process was too slow or ended; the message says which."""


class Bench:
    """A process that holds a sample and is asked about it; a new one takes its place after it was killed."""

    def __init__(self, sample: Sample, lines: int) -> None:
        self.sample, self.lines = sample, lines
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def ask(self, do: str, source: str, timezone: str, seconds: float) -> dict[str, Any]:
        """Raises :class:`NoAnswer`; the next question is asked of a new process then."""
        try:
            if self._process is None:
                self.start()
            self.write(json.dumps({"do": do, "source": source, "timezone": timezone}).encode() + b"\n")
            answer: dict[str, Any] = self.line(seconds)
        except BaseException:
            self.end()
            raise
        return answer

    def start(self) -> None:
        self._rest = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hinomi.pipeline.trial.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
        )
        sample = self.sample
        said = {"size": len(sample.data), "received": sample.received.isoformat(), "lines": self.lines}
        self.write(json.dumps(said | {"complete": sample.complete}).encode() + b"\n" + sample.data)
        self.line(START_SECONDS)

    def write(self, data: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except OSError as error:
            raise NoAnswer(DIED) from error

    def line(self, seconds: float) -> Any:
        assert self._process is not None
        assert self._process.stdout is not None
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._rest:
                left = until - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise NoAnswer(SLOW)
                chunk = os.read(self._process.stdout.fileno(), 1 << 16)
                if not chunk or len(self._rest) > LARGEST_ANSWER:
                    raise NoAnswer(DIED)
                self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        process.wait()


def run(sample: Sample, source: str | None, timezone: str, lines: int, limits: Limits) -> Trial:
    """Try a sample as of one source or, where none is named, as of every one of the shelf."""
    with Bench(sample, lines) as bench:
        attempts = attempts_of(bench, [source] if source else shelf(), timezone, limits)
        best = attempts[0] if source else likeliest(attempts)
        sure = source is not None or is_sure(attempts)
        if best is None or best.problem in (SLOW, DIED, NOT_TRIED):
            return Trial(tuple(attempts), sure, None, best.problem if best else None)
        try:
            facts = examined(bench.ask("examine", best.source, timezone, 2 * limits.one))
        except NoAnswer as error:
            return Trial(tuple(attempts), sure, None, str(error))
        return Trial(tuple(attempts), sure, facts)


def attempts_of(bench: Bench, sources: list[str], timezone: str, limits: Limits) -> list[Attempt]:
    until = time.monotonic() + limits.all
    found = []
    for source in sources:
        left = until - time.monotonic()
        try:
            if left <= 0:
                raise NoAnswer(NOT_TRIED)
            found.append(Attempt(**bench.ask("attempt", source, timezone, min(left, limits.one))))
        except NoAnswer as error:
            found.append(Attempt(source, problem=str(error)))
    return rank(found)


def examined(said: dict[str, Any]) -> Examined:
    """The facts as values again, after their way between processes."""
    left = said["left"]
    return Examined(
        **said
        | {
            "classes": tuple(ClassCount(**one) for one in said["classes"]),
            "doubts": tuple(ClockDoubt(**one | {"doubt": Doubt(one["doubt"])}) for one in said["doubts"]),
            "columns": tuple(Column(**one) for one in said["columns"]),
            "left": None if left is None else tuple(Leftover(**one) for one in left),
            "rejected": tuple(Rejected(**one | {"lines": tuple(one["lines"])}) for one in said["rejected"]),
        }
    )
