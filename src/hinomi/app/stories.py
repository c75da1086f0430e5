"""A company's findings as stories, with all that lake and desk know: who and where, how often, what was around."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from hinomi.deliver import excluded
from hinomi.incidents import suppressing
from hinomi.incidents.recording import sights, unrecorded
from hinomi.lake.lake import Lake, Times, groups
from hinomi.ocsf.course import Traces
from hinomi.ocsf.incident import Story
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.correlate.lookback import look_back
from hinomi.pipeline.correlate.priority import Standing
from hinomi.pipeline.detect.faults import Asked
from hinomi.pipeline.surroundings import Ledger, Surroundings, Window, surroundings
from hinomi.study.rarity import Rarity, rarity
from hinomi.tenants import queries

REACH = timedelta(days=7)
"""Findings this long before and after the new ones are told together with them."""
LONGEST = timedelta(days=28)
"""An incident that reaches out of that time is told whole if it lies within this one; a longer one in parts."""
SHORTEST = timedelta(microseconds=1)
"""A window holds its beginning and not its end."""
TOLD = "SELECT * EXCLUDE (raw_data, unmapped) FROM findings"
"""What stories are made of: of a finding all but the evidence itself, which is most of it and stays in the lake."""


def tell(lake: Lake, spans: Mapping[str, Times], now: datetime) -> Iterator[tuple[str, tuple[Story, ...]]]:
    """Each company with the stories of its findings in and around its span; ``now`` is aware."""
    ledger, moment = opened(lake.root), now.astimezone(UTC).replace(tzinfo=None)
    if spans or ledger.is_due(moment):
        ledger.gather(lake, moment)
    for group in groups(spans.items()):
        asked = [Asked(one, *window, queries.tenant(one).zone) for one, window in whole(dict(group)).items()]
        exclusions = excluded.standing(lake, asked)
        found = lake.ask_windows({one.tenant: (one.since, one.until) for one in asked}, TOLD).frame()
        of_each = {str(tenant): rows for (tenant,), rows in found.partition_by("tenant", as_dict=True).items()}
        beside = surroundings(
            ledger,
            {one.tenant: Window(one.since, one.until, one.timezone) for one in asked if one.tenant in of_each},
        )
        for one in asked:
            told = stories(
                of_each.get(one.tenant, found.clear()),
                [exclusion for exclusion in exclusions if exclusion.tenant == one.tenant],
                suppressing.for_tenant(one.tenant),
                beside.get(one.tenant, Surroundings()),
                standing(lake, one.tenant, moment),
            )
            yield one.tenant, looked_back(lake, one.tenant, told, since=spans[one.tenant][0])


def whole(spans: Mapping[str, Times]) -> dict[str, Times]:
    """For each company's span the window around it in which no incident is cut in two that a wider one holds whole."""
    since, until = min(first for first, _ in spans.values()), max(last for _, last in spans.values())
    known = sights(spans, since - LONGEST, until + LONGEST)
    return {tenant: around(span, known.get(tenant, ())) for tenant, span in spans.items()}


def around(span: Times, known: Iterable[Times]) -> Times:
    """``known`` are first and last sight of the company's incidents."""
    first, last = span
    near = [(begun, ended) for begun, ended in known if first - LONGEST <= begun and ended <= last + LONGEST]
    since, until = first - REACH, last + REACH
    while cut := [one for one in near if one[0] <= until and one[1] >= since and not since <= one[0] <= one[1] < until]:
        since = min(since, *(begun for begun, _ in cut))
        until = max(until, *(ended + SHORTEST for _, ended in cut))
    return since, until


def looked_back(lake: Lake, tenant: str, told: tuple[Story, ...], since: datetime) -> tuple[Story, ...]:
    """Stories that grew, and those from before whose end something came in late, with what the lake holds of them."""
    grown = unrecorded(tenant, told)
    return tuple(
        replace(story, lookback=look_back(lake, story))
        if story.traces != Traces() and (story.uid in grown or since <= story.last_seen)
        else story
        for story in told
    )


@cache
def opened(lake_root: Path) -> Ledger:
    """What events say of machines and sensors, with what this process read of it."""
    return Ledger(lake_root)


def standing(lake: Lake, tenant: str, now: datetime) -> Standing:
    """What is stated of a company's machines, and what was found before; counted once an hour. ``now`` is naive UTC."""
    found = counted(lake.root, now.replace(minute=0, second=0, microsecond=0))
    return Standing(queries.machine_roles(tenant), found.days.get(tenant, {}), found.companies, found.since)


@lru_cache(maxsize=1)
def counted(lake_root: Path, hour: datetime) -> Rarity:
    return rarity(Lake(lake_root), hour)
