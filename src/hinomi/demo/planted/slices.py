"""The programme as a desk meets it that watches all the time: every few days' lines of every sensor, in order of time.

The study got its logs a month at a time; who is to be told within seconds cannot. The lines are those that the sensors'
writers make of a month, cut where a day ends in Japan.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from hinomi.demo import stories, truth
from hinomi.demo.allotment import SEED, Share, generator, shares
from hinomi.demo.batch import Batch, csv_header
from hinomi.demo.deliveries import DELAY, STORIES, WRITERS, Delivery
from hinomi.demo.planted.planting import Planting
from hinomi.demo.planted.witness import Line
from hinomi.demo.programme import MONTHS, SensorPlan
from hinomi.demo.workdays import JAPAN, days

DAYS = 6
"""Of a slice: what began in it is news (seven days) when it has come in."""
LEAST_LAND = 6_000
"""Of the faulty device's hits so many stay, however thin the rest: what makes it stand out is their number."""
DAY_OF = {
    "modsecurity": (re.compile(rb'"time_stamp":"\w{3} (\w{3} [ \d]\d) [\d:]{8} (\d{4})'), "%b %d %Y"),
    "fortinet_fortigate": (re.compile(rb"date=(\d{4}-\d\d-\d\d)"), "%Y-%m-%d"),
}
CSV = (re.compile(rb"(\d{4}/\d\d/\d\d)"), "%Y/%m/%d")


@dataclass(frozen=True)
class Slice:
    """Some days' deliveries; ``until`` is the first day after them."""

    since: date
    until: date
    deliveries: tuple[Delivery, ...]


def thinned(share: Share, thin: int) -> Share:
    """One in so many of a sensor's own lines; no kind of detection goes missing."""
    counts = {
        kind: max(1, count // thin) if kind != truth.LAND else max(min(count, LEAST_LAND), count // thin)
        for kind, count in share.counts.items()
    }
    return replace(share, counts=counts, ordinary=share.ordinary // thin)


def slices(planting: Planting, thin: int = 1, seed: int = SEED) -> Iterator[Slice]:
    """Of the whole programme with what was planted; a month's lines are in memory at a time.

    Of a programme that is thinned a month's own lines come as one file at its end, and what is planted comes slice by
    slice all the same.
    """
    planted: dict[tuple[str, date], list[Line]] = defaultdict(list)
    for line in planting.lines:
        planted[line.sensor, line.at.date().replace(day=1)].append(line)
    waiting: dict[date, list[Delivery]] = defaultdict(list)
    for month in MONTHS:
        for share in (thinned(share, thin) for share in shares(seed) if share.month == month):
            plan = share.plan
            live = planted.pop((plan.sensor, month), [])
            extra = batches(live, month) if thin == 1 else ()
            payload = WRITERS[plan.source].write(
                share,
                generator(seed, "lines", plan.sensor, str(month)),
                (*stories.batches(plan, month, STORIES), *extra),
            )
            if thin == 1:
                cut(plan, payload, waiting)
            else:
                last = first_day(days(month)[-1])
                waiting[last].append(delivery(plan, last, payload, "_month"))
                add(plan, live, waiting)
        for plan in planting.sensors:
            add(plan, planted.pop((plan.sensor, month), []), waiting)
        for first in sorted(waiting):
            if end(first) <= days(month)[-1] + timedelta(days=1) or month == MONTHS[-1]:
                yield Slice(first, end(first), tuple(waiting.pop(first)))


def add(plan: SensorPlan, lines: list[Line], into: dict[date, list[Delivery]]) -> None:
    """Lines of one sensor, in its own format's files."""
    columns = getattr(WRITERS.get(plan.source), "COLUMNS", "")
    for first, own in grouped(lines):
        text = "".join(f"{line.text}\n" for line in own)
        into[first].append(delivery(plan, first, (csv_header(columns) if columns else "").encode() + text.encode()))


def batches(lines: Iterable[Line], month: date) -> tuple[Batch, ...]:
    """As a sensor's writer takes what it is to write besides."""
    own = list(lines)
    begin = datetime.combine(month, datetime.min.time())
    moments = np.array([(line.at - begin) // timedelta(seconds=1) for line in own], dtype=np.int64)
    return (Batch(moments, [line.text for line in own]),) if own else ()


def cut(plan: SensorPlan, payload: bytes, into: dict[date, list[Delivery]]) -> None:
    """A month's file by the days in it, each part with the table's header."""
    head, lines = b"", payload.splitlines(keepends=True)
    if payload.startswith(b"\xef\xbb\xbf"):
        head, *lines = lines
    parts: dict[date, list[bytes]] = defaultdict(list)
    known: dict[bytes, date] = {}
    pattern, form = DAY_OF.get(plan.source, CSV)
    for line in lines:
        found = pattern.search(line)
        if found is None:
            raise ValueError(f"{plan.sensor}: no day in {line[:80]!r}")
        text = b" ".join(found.groups())
        if text not in known:
            known[text] = first_day(datetime.strptime(text.decode(), form).date())  # noqa: DTZ007 - a wall clock
        parts[known[text]].append(line)
    for first, own in parts.items():
        into[first].append(delivery(plan, first, head + b"".join(own)))


def grouped(lines: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    parts: dict[date, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda one: one.at):
        parts[first_day(line.at.date())].append(line)
    return sorted(parts.items())


def first_day(day: date) -> date:
    """Of the slice that holds it."""
    return day - timedelta(days=(day - MONTHS[0]).days % DAYS)


def end(first: date) -> date:
    return first + timedelta(days=DAYS)


def received(first: date) -> datetime:
    """When a slice has come in, naive UTC."""
    return datetime.combine(end(first), datetime.min.time()) + DELAY - JAPAN


def delivery(plan: SensorPlan, first: date, payload: bytes, more: str = "") -> Delivery:
    name = f"{plan.sensor}_{first:%Y%m%d}{more}"
    return Delivery(plan.tenant, plan.sensor, plan.source, name, received(first), payload)
