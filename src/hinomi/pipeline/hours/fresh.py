"""Which hours have something new: all that a round computes again."""

from collections.abc import Container, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from hinomi.lake.lake import Lake

AHEAD = timedelta(days=1)
"""A device's clock may run ahead so far; what is later still is nobody's behaviour."""
BLOCKS = """
SELECT block, first_time, last_time, events FROM blocks
WHERE epoch > ? AND epoch <= ? AND first_time IS NOT NULL ORDER BY block
"""
HOURS = """
SELECT date_trunc('hour', time) AS hour, count(*) AS rows FROM events
WHERE raw_ref >= ? AND raw_ref < ? AND split_part(raw_ref, ':', 1) IN (SELECT unnest(?::VARCHAR[]))
GROUP BY hour ORDER BY hour
"""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ROWS = 400_000
"""Events of which the columns are held at once."""
CLOSE, DENSE = 2, 3
"""Hours that a block may span in any case; events an hour from which all the hours of a longer one are taken."""
AFTER = ";"
"""Sorts after the colon that parts a block from the line in it."""


def hours(lake: Lake, since: int, until: int, now: datetime) -> dict[datetime, int]:
    """Hours (naive UTC) into which events of the epochs after ``since`` up to ``until`` fall, with their number.

    Of blocks whose events lie close together the ledger tells enough: every hour from the first to the last. Of
    others, such as one with a line whose clock was wrong, the events are asked.
    """
    blocks = lake.ask_population(BLOCKS, [since, until]).rows() if until > since else []
    found: dict[datetime, int] = {}
    sparse = []
    for row in blocks:
        first, last = (truncated(row[name]) for name in ("first_time", "last_time"))
        number = (last - first) // HOUR + 1
        if number > CLOSE and row["events"] < DENSE * number:
            sparse.append(row)
            continue
        for place in range(number):
            hour = first + HOUR * place
            found[hour] = found.get(hour, 0) + -(-row["events"] // number)
    sparse = [row for row in sparse if not known(row, found)]
    if sparse:
        names = [row["block"] for row in sparse]
        first, last = min(row["first_time"] for row in sparse), max(row["last_time"] for row in sparse)
        asked = lake.ask_population(
            HOURS, [names[0], names[-1] + AFTER, names], since=first, until=min(last, now + AHEAD) + HOUR
        )
        for row in asked.rows():
            found[row["hour"]] = found.get(row["hour"], 0) + row["rows"]
    return {hour: rows for hour, rows in sorted(found.items()) if hour <= now + AHEAD}


def truncated(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def known(row: Mapping[str, Any], hours: Container[datetime]) -> bool:
    """Whether all the hours of a block are among those that are computed anyway."""
    first, last = truncated(row["first_time"]), truncated(row["last_time"])
    return all(first + HOUR * place in hours for place in range((last - first) // HOUR + 1))


def chunks(hours: Mapping[datetime, int]) -> Iterator[list[datetime]]:
    """Hours in order, no more events together than are held at once; hours far apart are asked apart."""
    group: list[datetime] = []
    rows = 0
    for hour, number in hours.items():
        if group and (rows + number > ROWS or hour - group[-1] > DAY):
            yield group
            group, rows = [], 0
        group.append(hour)
        rows += number
    if group:
        yield group


def covered(group: list[datetime]) -> list[datetime]:
    """Every hour from the first to the last: those between are computed with them."""
    return [group[0] + HOUR * number for number in range((group[-1] - group[0]) // HOUR + 1)]
