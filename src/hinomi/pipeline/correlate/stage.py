"""Findings of one company become the stories that people work on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from hinomi.ocsf.incident import Entry, Exclusion, Story
from hinomi.ocsf.schema import conform
from hinomi.ocsf.suppression import Suppression
from hinomi.pipeline.correlate import telling
from hinomi.pipeline.correlate.course import courses
from hinomi.pipeline.correlate.crossing import crossings, moves_between
from hinomi.pipeline.correlate.depth import stages
from hinomi.pipeline.correlate.fault import fault_story, is_excluded
from hinomi.pipeline.correlate.identity import bindings
from hinomi.pipeline.correlate.linking import groups, spanning
from hinomi.pipeline.correlate.naming import most_common, story_uid
from hinomi.pipeline.correlate.policy import ASKED, Verdict, judge
from hinomi.pipeline.correlate.priority import Matter, Standing, priority
from hinomi.pipeline.correlate.sighting import Sighting, described, is_telling, sightings
from hinomi.pipeline.correlate.spread import spread, traces
from hinomi.pipeline.correlate.suppression import is_suppressed
from hinomi.pipeline.surroundings import Surroundings
from hinomi.pipeline.surroundings.coverage import Coverage
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.moves import Move

AROUND = timedelta(minutes=30)
"""How long before and after a machine's part in a story its other findings are shown with it."""
NOTHING_KNOWN, NOTHING_STATED = Surroundings(), Standing()
CONTEXT, MOST = 20, 200
"""Such findings on a timeline, and those that the course of an infection is judged with; the rest is a number."""


def stories(
    findings: pl.DataFrame,
    exclusions: Iterable[Exclusion] = (),
    suppressions: Iterable[Suppression] = (),
    surroundings: Surroundings = NOTHING_KNOWN,
    standing: Standing = NOTHING_STATED,
) -> tuple[Story, ...]:
    """The incidents in one company's findings of a window, in order of their beginning.

    ``findings`` has the lake's columns and one tenant. What an exclusion covers makes one story for the
    analyst and no other; what a suppression covers is part of none. The result depends on what the findings are,
    not on their order. ``surroundings`` say which machine had an address, whose clock is off, who logged on to whom,
    ``standing`` what makes one story more urgent than another.
    """
    exclusions = tuple(exclusions)
    raised = conform(findings).filter(~is_suppressed(suppressions))
    found = described(raised.unique("metadata.uid", keep="first", maintain_order=True), surroundings.skews)
    covered = found.select(is_excluded(exclusions)).to_series()
    faults = (fault_story(exclusion, found) for exclusion in exclusions)
    known = found.filter(~covered)
    told = known.select(is_telling()).to_series()
    background = known.filter(~told)
    machines = surroundings.machines.also(bindings(known.filter(told)))
    seen = list(sightings(known.filter(told), machines))
    moves = moves_between(seen, machines, surroundings.moves)
    judged = [(group, judge(group)) for group in groups(seen, moves)]
    beside = Beside(background, machines, moves, surroundings.coverage, standing)
    incidents = [story(group, verdict, beside) for group, verdict in judged if verdict]
    return tuple(sorted([*filter(None, faults), *incidents], key=lambda one: (one.first_seen, one.uid)))


@dataclass(frozen=True)
class Beside:
    """What is known of a company beside the findings of one story."""

    background: pl.DataFrame
    machines: Machines
    moves: Sequence[Move]
    coverage: Coverage
    standing: Standing


def story(group: Sequence[Sighting], verdict: Verdict, beside: Beside) -> Story:
    """A group as a story; ``group`` is in order of time."""
    first, main = group[0], telling.worst(group)
    host = most_common(one.host for one in group)
    address = most_common(one.address for one in group if one.host in (host, None))
    user = most_common(one.user for one in group if one.host == host)
    user = user or most_common(next(iter(sorted(one.recipients)), None) for one in group)
    reached = stages(
        group, verdict.kind, {pair.later.uid: pair.later for pair in crossings(group, beside.moves)}.values()
    )
    width = spread(group, reached, beside.coverage.watched_since)
    matter = Matter(verdict.severity, reached, width, asks=verdict.kind in ASKED, kind=verdict.kind)
    kept = telling.kept(group)
    shown = [one for one in group if one.uid in kept]
    lines = [telling.entry(one, also=kept[one.uid]) for one in shown]
    near = beside.background.filter(is_near(group))
    looked, own = list(sightings(near.head(MOST), beside.machines)), {one.machine for one in group}
    slight = [one for one in looked if one.machine in own]
    others = len(looked) - len(slight)
    return Story(
        uid=story_uid(str(first.row["tenant"]), first.uid),
        tenant=str(first.row["tenant"]),
        title=telling.title(verdict.kind, group, host or address or user or main.sensor),
        kind=verdict.kind,
        severity_id=int(verdict.severity),
        host=host,
        address=address,
        user=user,
        first_seen=min(one.written for one in group),
        last_seen=max(one.written for one in group),
        timeline=tuple(
            sorted(
                [*lines, *context(slight[:CONTEXT], near.height - others)], key=lambda line: (line.time, line.finding)
            )
        ),
        links=tuple(telling.link(pair) for pair in spanning(shown, beside.moves)),
        what=telling.what(verdict.kind, group),
        members=frozenset(one.uid for one in group),
        courses=courses(group, beside.coverage, slight),
        stages=reached,
        spread=width,
        traces=traces(group),
        priority=priority(group, matter, beside.standing),
    )


def is_near(group: Sequence[Sighting]) -> pl.Expr:
    """What else was found on the story's machines at that time, stopped or slight: it helps to understand."""
    spans: dict[tuple[str, str], list[Sighting]] = {}
    for one in group:
        for column, value in (("_host", one.host), ("_address", one.address)):
            if value:
                spans.setdefault((column, value), []).append(one)
    of_nobody_else = pl.col("_host").is_null() | pl.col("_host").is_in(sorted({one.host for one in group if one.host}))
    near = [
        (pl.col(column) == value)
        & of_nobody_else
        & pl.col("time").is_between(held[0].time - AROUND, held[-1].time + AROUND)
        for (column, value), held in spans.items()
    ]
    return pl.any_horizontal([pl.lit(False), *near]).fill_null(False)


def context(shown: Sequence[Sighting], found: int) -> list[Entry]:
    """The first of so many findings beside a story, as lines of its timeline."""
    left_out = found - len(shown)
    note = f"このPCの記録はほかに{left_out:,}件あります" if left_out else ""
    return [telling.entry(one, note=note if one is shown[-1] else "", beside=True) for one in shown]
