"""The programme's raw logs, as files that arrive once a month from every sensor."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from hinomi.demo import cloud_edge, fortigate, keepeye, mail, modsecurity, stories, story_infection, story_support_scam
from hinomi.demo.allotment import SEED, Share, generator, shares
from hinomi.demo.batch import Batch
from hinomi.demo.workdays import JAPAN, following


class Format(Protocol):
    """A module that writes one vendor's format."""

    def write(self, share: Share, rng: np.random.Generator, extra: tuple[Batch, ...] = ()) -> bytes: ...

    def records(self, share: Share) -> int: ...

    def file_name(self, share: Share) -> str: ...


WRITERS: dict[str, Format] = {
    "trendmicro_cloud_edge": cloud_edge,
    "keepeye": keepeye,
    "modsecurity": modsecurity,
    "cloud_mail_security": mail,
    "fortinet_fortigate": fortigate,
}
STORIES = (*story_infection.STEPS, *story_support_scam.STEPS)
DELAY = timedelta(minutes=30)
"""How long after the month's end its logs arrive."""


@dataclass(frozen=True)
class Planned:
    """A delivery before it is written."""

    tenant: str
    sensor: str
    source: str
    name: str
    """File name."""
    received: datetime
    """Naive UTC."""
    lines: int
    """Records, a table's header not counted."""


@dataclass(frozen=True)
class Delivery:
    """A file as received; ``received`` is naive UTC."""

    tenant: str
    sensor: str
    source: str
    name: str
    received: datetime
    payload: bytes


def plan(seed: int = SEED) -> tuple[Planned, ...]:
    """What :func:`deliveries` will yield, in its order, without writing it."""
    return tuple(_planned(share) for share in shares(seed))


def total_lines(seed: int = SEED) -> int:
    """Records in all deliveries."""
    return sum(planned.lines for planned in plan(seed))


def deliveries(seed: int = SEED, wanted: Callable[[Planned], bool] = lambda planned: True) -> Iterator[Delivery]:
    """Every sensor's file of every month, the months in order; the same bytes for the same seed.

    One file is in memory at a time; the largest is below 16 MB.
    """
    for share in shares(seed):
        planned = _planned(share)
        if wanted(planned):
            yield Delivery(
                planned.tenant, planned.sensor, planned.source, planned.name, planned.received, _payload(share, seed)
            )


def _planned(share: Share) -> Planned:
    writer = WRITERS[share.plan.source]
    told = sum(len(batch.lines) for batch in _told(share))
    received = datetime.combine(following(share.month), datetime.min.time()) + DELAY - JAPAN
    return Planned(
        share.plan.tenant,
        share.plan.sensor,
        share.plan.source,
        writer.file_name(share),
        received,
        writer.records(share) + told,
    )


def _payload(share: Share, seed: int) -> bytes:
    rng = generator(seed, "lines", share.plan.sensor, str(share.month))
    return WRITERS[share.plan.source].write(share, rng, _told(share))


def _told(share: Share) -> tuple[Batch, ...]:
    return stories.batches(share.plan, share.month, STORIES)
