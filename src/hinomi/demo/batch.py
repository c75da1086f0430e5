"""Lines with their moments, and files made of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from hinomi.demo.workdays import Seconds

T = TypeVar("T")


class Batch(NamedTuple):
    """Finished lines without line ends, and the moment of each in seconds since the month began."""

    moments: Seconds
    lines: list[str]


def payload(batches: Iterable[Batch], header: str = "") -> bytes:
    """The lines of all batches in order of time, UTF-8; ``header`` goes before them as it is."""
    kept = [batch for batch in batches if batch.lines]
    if not kept:
        return header.encode()
    order = np.argsort(np.concatenate([batch.moments for batch in kept]), kind="stable")
    lines = [line for batch in kept for line in batch.lines]
    return (header + "\n".join([lines[place] for place in order.tolist()]) + "\n").encode()


def csv_header(columns: str, line_end: str = "\n") -> str:
    """The head of a CSV file as office software writes it: with a byte order mark."""
    return f"\ufeff{columns}{line_end}"


def csv_line(columns: str, values: dict[str, str]) -> str:
    """One record by names of columns; those not named are empty. KeyError for a column that is not there."""
    names = columns.split(",")
    unknown = values.keys() - set(names)
    if unknown:
        raise KeyError(f"not a column: {', '.join(sorted(unknown))}")
    return ",".join(quoted(values.get(name, "")) for name in names)


def quoted(text: str) -> str:
    """A CSV field (RFC 4180)."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text


def pick(rng: np.random.Generator, pool: Sequence[T], count: int) -> list[T]:
    """``count`` members of the pool, each as likely."""
    return [pool[place] for place in rng.integers(0, len(pool), count).tolist()]


def favour(rng: np.random.Generator, pool: Sequence[T], count: int, steepness: float = 1.0) -> list[T]:
    """``count`` members of the pool, the first ones most often (Zipf)."""
    weights = 1 / np.arange(1, len(pool) + 1) ** steepness
    return [pool[place] for place in rng.choice(len(pool), count, p=weights / weights.sum()).tolist()]


def ports(rng: np.random.Generator, count: int) -> list[int]:
    """Ephemeral ports (RFC 6335)."""
    numbers: list[int] = rng.integers(49152, 65536, count).tolist()
    return numbers
