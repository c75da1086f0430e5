"""Correlation rules from what pySigma parsed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sigma import correlations as parsed
from sigma.exceptions import SigmaError

from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.detect.sigma.correlation.definition import (
    TEMPORAL,
    Absent,
    Both,
    Correlation,
    Either,
    Expression,
    Kind,
    Number,
    Occurs,
    Threshold,
)
from hinomi.pipeline.detect.sigma.correlation.episodes import CAP
from hinomi.pipeline.detect.sigma.event import canonical
from hinomi.pipeline.detect.sigma.tree import Unsupported

LONGEST = timedelta(days=400)
COUNTING = frozenset({Kind.EVENT_COUNT, Kind.VALUE_COUNT})


@dataclass(frozen=True)
class Card:
    """What every rule's document says of itself."""

    id: str
    title: str
    description: str
    severity: SeverityId
    techniques: tuple[str, ...]
    advice: str | None
    path: str


@dataclass(frozen=True)
class Referred:
    """A rule that runs and that a correlation may refer to; a correlation has the fields that it groups by."""

    id: str
    title: str
    techniques: tuple[str, ...]
    fields: frozenset[str] | None = None


def timespan(seconds: int) -> timedelta:
    """Raises :class:`Unsupported` where it is no time or longer than anybody keeps logs."""
    if not 0 < seconds <= LONGEST.total_seconds():
        raise Unsupported(
            f"timespan は 1 秒から {LONGEST.days} 日までです (of one second to so many days)", "correlation", "timespan"
        )
    return timedelta(seconds=seconds)


def parse(document: Mapping[str, Any]) -> parsed.SigmaCorrelationRule:
    """The correlation alone, whatever else the document says. Raises :class:`Unsupported`."""
    try:
        return parsed.SigmaCorrelationRule.from_dict({"title": "", "correlation": document.get("correlation")})
    except (SigmaError, TypeError, AttributeError, ValueError) as problem:
        said = problem.args[0] if problem.args else problem
        raise Unsupported(f"相関ルールとして読めません: {said}", "correlation", *place(problem)) from problem


def place(problem: Exception) -> tuple[str, ...]:
    """The key below ``correlation`` that pySigma complains of."""
    by_class = {"SigmaTimespanError": "timespan", "SigmaCorrelationTypeError": "type"}
    by_class["SigmaCorrelationConditionError"] = "condition"
    by_word = {
        "field ref": "condition",
        "group-by": "group-by",
        "generate": "generate",
        "aliases": "aliases",
        "references": "rules",
    }
    by_word |= {"timespan": "timespan", "condition": "condition", "reference": "rules"}
    found = by_class.get(type(problem).__name__)
    found = found or next((key for word, key in by_word.items() if word in str(problem)), None)
    return (found,) if found else ()


def names(rule: parsed.SigmaCorrelationRule) -> tuple[str, ...]:
    """Ids or names of the rules that it refers to, in order."""
    if rule.rules is not None:
        return tuple(str(one.reference) for one in rule.rules)
    assert isinstance(rule.condition, parsed.SigmaExtendedCorrelationCondition)
    return tuple(rule.condition.get_referenced_rules())


def runnable(rule: parsed.SigmaCorrelationRule, card: Card, known: Mapping[str, Referred]) -> Correlation:
    """The correlation, where ``known`` has every rule that it refers to by the name that it uses.

    Raises:
        Unsupported: says what cannot be run, and where it stands.
    """
    kind = Kind[rule.type.name]
    referred = [known[name] for name in names(rule)]
    if len({one.id for one in referred}) < len(referred):
        raise Unsupported("同じルールが 2 回 (the same rule twice)", "correlation", "rules")
    if not referred:
        raise Unsupported("数えるルールがありません (refers to no rule)", "correlation", "rules")
    group_by = tuple(dict.fromkeys(rule.group_by or ()))
    condition = rule.condition
    field = condition.fieldref if isinstance(condition, parsed.SigmaCorrelationCondition) else None
    fields = (
        ()
        if field is None or kind in TEMPORAL | {Kind.EVENT_COUNT}
        else tuple([field] if isinstance(field, str) else field)
    )
    made = Correlation(
        id=card.id,
        title=card.title,
        description=card.description,
        severity=card.severity,
        techniques=card.techniques or tuple(dict.fromkeys(name for one in referred for name in one.techniques)),
        advice=card.advice,
        path=card.path,
        kind=kind,
        rules=tuple(one.id for one in referred),
        titles={one.id: one.title for one in referred},
        timespan=timespan(rule.timespan.seconds),
        condition=as_condition(condition, known),
        group_by=group_by,
        groups={known[name].id: own_names(rule, name, group_by) for name in names(rule)},
        fields=fields,
        values={known[name].id: own_names(rule, name, fields) for name in names(rule)},
        percentile=share(kind, condition),
    )
    check(made, referred)
    return made


def own_names(rule: parsed.SigmaCorrelationRule, reference: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """The canonical fields of a referred rule's events that are meant, by the aliases."""
    aliases = {alias.alias: {one.reference: field for one, field in alias.mapping.items()} for alias in rule.aliases}
    return tuple(canonical(str(aliases.get(name, {}).get(reference, name))) for name in wanted)


def as_condition(
    condition: parsed.SigmaCorrelationCondition | parsed.SigmaExtendedCorrelationCondition,
    known: Mapping[str, Referred],
) -> Threshold | Expression:
    if isinstance(condition, parsed.SigmaExtendedCorrelationCondition):
        return as_expression(condition.parsed, known)
    return Threshold(condition.op.name.lower(), number(condition.count))


def number(count: int | float) -> Number:
    return count if isinstance(count, int) else Fraction(count)


def as_expression(item: Any, known: Mapping[str, Referred]) -> Expression:
    match item:
        case parsed.SigmaRuleReference():
            return Occurs(known[item.reference].id)
        case parsed.CorrelationConditionAND():
            return Both(tuple(as_expression(one, known) for one in item.args))
        case parsed.CorrelationConditionOR():
            return Either(tuple(as_expression(one, known) for one in item.args))
        case parsed.CorrelationConditionNOT():
            return Absent(as_expression(item.args[0], known))
    raise Unsupported(f"条件 {type(item).__name__} (condition)", "correlation", "condition")


def share(kind: Kind, condition: object) -> int:
    percentile = condition.percentile if isinstance(condition, parsed.SigmaCorrelationCondition) else None
    if kind is Kind.VALUE_PERCENTILE and (percentile is None or not 0 <= percentile <= 100):
        raise Unsupported("percentile は 0 から 100 (percentile: 0 to 100)", "correlation", "condition")
    return percentile if percentile is not None else 50


def check(made: Correlation, referred: Sequence[Referred]) -> None:
    """Refuse what could never be told."""
    if made.kind in COUNTING and isinstance(made.condition, Threshold) and made.condition.number > CAP:
        raise Unsupported(f"{CAP:,} より多くは数えません (counts no further)", "correlation", "condition")
    if made.kind not in TEMPORAL and not isinstance(made.condition, Threshold):
        raise Unsupported("条件が数ではありません (condition is no number)", "correlation", "condition")
    for one in referred:
        missing = [] if one.fields is None else [name for name in made.needs(one.id) if name not in one.fields]
        if missing:
            reason = f"相関ルール「{one.title}」は {missing[0]} でまとめていません (does not group by it)"
            raise Unsupported(reason, "correlation", "group-by")
