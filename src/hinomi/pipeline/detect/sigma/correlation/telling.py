"""What a correlation found, said to a person."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson

from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.notable import Notable
from hinomi.pipeline.detect.sigma.correlation.definition import TEMPORAL, Correlation, Kind, Number
from hinomi.pipeline.detect.sigma.correlation.episodes import CAP, Episode
from hinomi.pipeline.detect.sigma.correlation.hit import Hit
from hinomi.pipeline.detect.sigma.correlation.hits import ABOUT
from hinomi.pipeline.detect.sigma.event import canonical
from hinomi.pipeline.watch.rows import uid_of

UNITS = ((86400, "日間"), (3600, "時間"), (60, "分間"), (1, "秒間"))
MEASURED = {Kind.VALUE_SUM: "合計", Kind.VALUE_AVG: "平均", Kind.VALUE_MEDIAN: "中央値"}


def as_notable(correlation: Correlation, tenant: str, episode: Episode) -> Notable:
    """The finding of an episode; the same episode is the same finding, whoever finds it and when."""
    (sensor, source), _ = Counter((hit.sensor, hit.source) for hit in episode.hits).most_common(1)[0]
    values = dict(zip(correlation.group_by, written(correlation, episode), strict=True))
    return Notable(
        tenant=tenant,
        rule=correlation.id,
        key=orjson.dumps([episode.group, episode.start]).decode(),
        kind=AnalyticTypeId.RULE,
        title=correlation.title,
        message=sentence(correlation, episode, values),
        first=episode.start,
        time=episode.reached,
        severity=correlation.severity,
        advice=correlation.advice,
        techniques=correlation.techniques,
        sensor=sensor,
        source=source,
        count=len(episode.hits),
        about=shared(episode.hits),
        related=tuple(dict.fromkeys(hit.uid for hit in most_telling(episode.hits))),
        numbers={
            "group": values,
            "measured": None if episode.measured is None else float(episode.measured),
            "timespan_seconds": int(correlation.timespan.total_seconds()),
            "last": latest(episode),
            "cut": episode.is_cut,
        },
    )


def as_hit(correlation: Correlation, tenant: str, episode: Episode) -> Hit:
    """An episode as correlations of correlations read it: what it was grouped by are its fields."""
    notable = as_notable(correlation, tenant, episode)
    values = written(correlation, episode)
    fields = {canonical(name): (value,) for name, value in zip(correlation.group_by, values, strict=True)}
    about = tuple(notable.about.get(name) for name in ABOUT)
    return Hit(episode.reached, uid_of(notable), correlation.id, fields, about, notable.sensor, notable.source)


def written(correlation: Correlation, episode: Episode) -> list[str]:
    """Values of the group as the first of its hits writes them."""
    first = episode.hits[0]
    return [
        next(text for text in first.fields[name] if text.lower() == folded)
        for name, folded in zip(correlation.groups[first.rule], episode.group, strict=True)
    ]


def shared(hits: Sequence[Hit]) -> dict[str, str]:
    """Columns in which all hits that say something say the same."""
    said = {name: {hit.about[index] for hit in hits} - {None} for index, name in enumerate(ABOUT)}
    return {name: value for name, values in said.items() if len(values) == 1 and (value := next(iter(values)))}


def most_telling(hits: Sequence[Hit]) -> list[Hit]:
    """The last of each rule, then all from the first on: of many only the first hundred are kept."""
    return [*{hit.rule: hit for hit in hits}.values(), *hits]


def latest(episode: Episode) -> datetime:
    return episode.hits[-1].time


def sentence(correlation: Correlation, episode: Episode, values: dict[str, str]) -> str:
    """One sentence in Japanese with the numbers."""
    about = "、".join(f"{name} {value}" for name, value in values.items())
    begin = f"{about} について、" if about else ""
    cut = f"(多いため、はじめの {CAP:,} 件を数えました)" if episode.is_cut else ""
    return f"{begin}{length(correlation.timespan)}のうちに、{what(correlation, episode)}{cut}。"


def what(correlation: Correlation, episode: Episode) -> str:
    rules = "".join(f"「{correlation.titles[rule]}」" for rule in correlation.rules)
    count, fields = f"{len(episode.hits):,} 件", "と".join(correlation.fields)
    if correlation.kind in TEMPORAL:
        return occurred(correlation, episode)
    if correlation.kind is Kind.EVENT_COUNT:
        return f"{rules}が {count}ありました"
    assert episode.measured is not None
    if correlation.kind is Kind.VALUE_COUNT:
        return f"{rules}の {fields} が {shown(episode.measured)} 通りありました(記録 {count})"
    name = MEASURED.get(correlation.kind) or f"{correlation.percentile} パーセンタイル"
    return f"{rules}の {fields} の{name}が {shown(episode.measured)} でした(記録 {count})"


def occurred(correlation: Correlation, episode: Episode) -> str:
    seen = {hit.rule for hit in episode.hits}
    names = [f"「{correlation.titles[rule]}」" for rule in correlation.rules if rule in seen]
    missing = "".join(f"「{correlation.titles[rule]}」" for rule in correlation.rules if rule not in seen)
    in_order = correlation.kind is Kind.TEMPORAL_ORDERED and len(names) > 1
    told = f"{'、'.join(names)} の順に起きました" if in_order else f"{'と'.join(names)} が起きました"
    absent = f"、{missing}はありませんでした" if correlation.negates and missing else ""
    return f"{told}{absent}(記録 {len(episode.hits):,} 件)"


def shown(measured: Number) -> str:
    return f"{measured.numerator:,}" if measured.denominator == 1 else f"{float(measured):,.2f}"


def length(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    size, unit = next((size, unit) for size, unit in UNITS if seconds % size == 0)
    return f"{seconds // size} {unit}"
