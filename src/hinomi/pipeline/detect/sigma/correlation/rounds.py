"""A round of correlating: where hits are new, what is told is worked out again and the lake's findings follow.

What a correlation tells is a function of the hits in the lake (:mod:`episodes`), so a round only compares: what is
told and not in the lake is added, what is in the lake and no longer told (a late hit came, a block was read again)
is taken away. A round that is cut off is done again by the next.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import orjson
import polars as pl

from hinomi.lake import delta
from hinomi.lake.lake import Lake
from hinomi.pipeline import reread
from hinomi.pipeline.detect.sigma.correlation.definition import Correlation
from hinomi.pipeline.detect.sigma.correlation.episodes import Episode, episodes
from hinomi.pipeline.detect.sigma.correlation.hit import Hit
from hinomi.pipeline.detect.sigma.correlation.hits import ABOUT
from hinomi.pipeline.detect.sigma.correlation.marker import Marker, alone, read, write
from hinomi.pipeline.detect.sigma.correlation.telling import as_hit, as_notable
from hinomi.pipeline.detect.sigma.correlation.web import MOMENT, Span, Web, pieces
from hinomi.pipeline.watch import as_findings, revise

LATENESS = timedelta(minutes=1)
"""A window that must be over to be judged is over so long after its end: so late a log may be and not undo it."""
EVER = datetime(9999, 1, 1)
PATIENCE = timedelta(seconds=15)
"""Between two looks for windows that are over."""

LEDGER = "SELECT min(first_time) AS first, max(last_time) AS last FROM blocks WHERE epoch > ? AND epoch <= ?"
NEW = """
SELECT tenant, rule, min(time) AS first, max(time) AS last, count(*) AS number
FROM hits WHERE epoch > ? AND epoch <= ? AND rule IN (SELECT unnest(?::VARCHAR[])) GROUP BY ALL ORDER BY ALL
"""
WANTED = """
WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS tenant, unnest(?::VARCHAR[]) AS rule,
                       unnest(?::TIMESTAMP[]) AS first, unnest(?::TIMESTAMP[]) AS last)
"""
HITS = f"""{WANTED}
SELECT h.tenant, h.time, h."metadata.uid" AS uid, h.rule, h.fields, h.sensor, h.source,
       {", ".join(f'h."{name}"' for name in ABOUT)}
FROM hits h JOIN wanted w ON h.tenant = w.tenant AND h.rule = w.rule AND h.time BETWEEN w.first AND w.last
"""
CONTENT = ("time", "count", "message", "finding_info.related_events", "unmapped")
FOUND = f"""{WANTED}
SELECT f.tenant, f."metadata.uid", {", ".join(f'f."{name}"' for name in CONTENT)}
FROM findings f JOIN wanted w ON f.tenant = w.tenant AND f."finding_info.analytic.uid" = w.rule
    AND f.start_time BETWEEN w.first AND w.last
"""


@dataclass(frozen=True)
class Revised:
    """What a round changed in the lake."""

    added: int = 0
    gone: int = 0


def correlate(lake: Lake, correlations: Sequence[Correlation], now: datetime) -> Revised:
    """Bring the lake's findings of these correlations up to its hits; ``now`` is naive UTC.

    Each correlation stands after those that it refers to. Where nothing is new this costs next to nothing.
    """
    web = Web(correlations)
    with alone(lake.root):
        marker = read(lake.root)
        latest = lake.last_epoch()
        notes = list(reread.noted(lake.root, latest, reread.CORRELATED))
        over = now - LATENESS
        is_due = any(web.waits.values()) and (marker.over is None or over - marker.over >= PATIENCE)
        is_new = web.by_id.keys() != marker.correlations
        hits = lake.table("hits")
        if not notes and not is_due and not is_new and (hits is None or delta.last_epoch(hits) <= marker.epoch):
            return Revised()
        spans = [*new_hits(lake, web, marker, latest), *reread_hits(web, notes)]
        if is_due:
            spans += judged_now(lake, web, marker.over or over, over)
        revised = [work(lake, web, piece, over) for piece in pieces(list(web.disturbed(spans)))]
        write(lake.root, Marker(latest, over if is_due else marker.over, frozenset(web.by_id)))
        for note in notes:
            reread.forget(lake.root, note.epoch, reread.CORRELATED)
    return Revised(sum(one.added for one in revised), sum(one.gone for one in revised))


def new_hits(lake: Lake, web: Web, marker: Marker, latest: int) -> list[Span]:
    """Hits since the last round; for a correlation that was not there then all that are kept."""
    fresh = [one for one in web.by_id if one not in marker.correlations]
    known = frozenset().union(*(web.rules[one] for one in web.by_id if one in marker.correlations))
    rules = frozenset().union(*(web.rules[one] for one in fresh))
    return [*hits_of(lake, known, marker.epoch, latest), *hits_of(lake, rules, 0, latest)]


def hits_of(lake: Lake, rules: frozenset[str], since: int, latest: int) -> list[Span]:
    if not rules or since >= latest:
        return []
    [ledger] = lake.ask_population(LEDGER, [since, latest]).rows()
    if ledger["first"] is None:
        return []
    parameters = [since, latest, sorted(rules)]
    asked = lake.ask_population(NEW, parameters, since=ledger["first"], until=ledger["last"] + MOMENT)
    return [Span(**row) for row in asked.rows()]


def reread_hits(web: Web, notes: Iterable[reread.Reread]) -> Iterator[Span]:
    """Where hits may have gone because blocks were read again."""
    for note in notes:
        if note.times.first and note.times.last:
            for rule in frozenset().union(*web.rules.values()):
                yield Span(note.tenant, rule, note.times.first, note.times.last)


def judged_now(lake: Lake, web: Web, since: datetime, over: datetime) -> list[Span]:
    """Hits in windows that have come to their end since windows were last judged."""
    waiting = [name for name, waits in web.waits.items() if waits]
    rules = frozenset().union(*(web.rules[name] for name in waiting))
    first = since - 2 * max(web.reach[name] for name in waiting)
    latest = lake.last_epoch()
    asked = lake.ask_population(NEW, [-1, latest, sorted(rules)], since=first, until=over + MOMENT)
    return [Span(**row) for row in asked.rows()]


def work(lake: Lake, web: Web, windows: list[Span], over: datetime) -> Revised:
    """Compare what these windows tell with what the lake says that they told."""
    hits = asked(lake, HITS, web.needed(windows))
    tellers = {tenant: teller(web, tenant, frame, over) for (tenant,), frame in hits.group_by("tenant")}
    notables = [
        as_notable(web.by_id[span.rule], span.tenant, episode)
        for span in windows
        if span.tenant in tellers
        for episode in tellers[span.tenant](span.rule)
        if span.first <= episode.start <= span.last
    ]
    longest = max(web.by_id[span.rule].timespan for span in windows)
    told, found = as_findings(notables), asked(lake, FOUND, windows, longest)
    same = told.join(found, on=["tenant", "metadata.uid"], suffix=" found").filter(
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name} found")) for name in CONTENT)
    )
    fresh, gone = (
        frame.join(same, on=["tenant", "metadata.uid"], how="anti", maintain_order="left") for frame in (told, found)
    )
    if fresh.height or gone.height:
        revise(lake, fresh, gone)
    return Revised(fresh.height, gone.height)


def asked(lake: Lake, sql: str, spans: Sequence[Span], longer: timedelta = timedelta(0)) -> pl.DataFrame:
    """One question for all tenants and rules at once."""
    columns = ([getattr(span, name) for span in spans] for name in ("tenant", "rule", "first", "last"))
    return lake.ask_companies(
        sorted({span.tenant for span in spans}),
        sql,
        list(columns),
        since=min(span.first for span in spans),
        until=max(span.last for span in spans) + longer + MOMENT,
    ).frame()


def told(correlations: Sequence[Correlation], hits: pl.DataFrame) -> dict[str, int]:
    """How often each correlation, by id, is told of hits outside a lake, all of them and of one company."""
    numbered = hits.with_row_index("row")
    columns = ("tenant", "time", pl.format("{}", "row").alias("uid"), "rule", "fields", "sensor", "source", *ABOUT)
    web = Web(correlations)
    tell = teller(web, "", numbered.filter(pl.col("time").is_not_null()).select(columns), EVER)
    return {one.id: number for one in web.told if (number := len(tell(one.id)))}


Teller = Callable[[str], list[Episode]]


def teller(web: Web, tenant: str, hits: pl.DataFrame, over: datetime) -> Teller:
    """What each correlation, by id, tells of a tenant's hits."""
    by_rule = {rule: list(as_hits(frame)) for (rule,), frame in hits.group_by("rule")}

    @cache
    def told(name: str) -> list[Episode]:
        one = web.by_id[name]
        return episodes(one, [hit for rule in one.rules for hit in of(rule)], over)

    def of(rule: str) -> list[Hit]:
        if rule in web.by_id:
            return [as_hit(web.by_id[rule], tenant, episode) for episode in told(rule)]
        return by_rule.get(rule, [])

    return told


def as_hits(frame: pl.DataFrame) -> Iterator[Hit]:
    for _, time, uid, rule, fields, sensor, source, *about in frame.iter_rows():
        yield Hit(time, uid, rule, orjson.loads(fields), tuple(about), sensor or "", source or "")
