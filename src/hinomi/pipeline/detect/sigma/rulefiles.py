"""Reads Sigma rules from files: what can run becomes a rule, what cannot is refused by name, line and reason."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigma.exceptions import SigmaConditionError, SigmaError, SigmaLogsourceError
from sigma.filters import EmptySigmaGlobalFilter, SigmaFilter
from sigma.rule import SigmaRule
from sigma.rule.detection import EmptySigmaDetections
from sigma.rule.logsource import EmptyLogSource

from hinomi.pipeline.detect.sigma import correlating, necessity
from hinomi.pipeline.detect.sigma.card import advice, name_of, severity, techniques
from hinomi.pipeline.detect.sigma.correlation.definition import Correlation
from hinomi.pipeline.detect.sigma.documents import Document, Unreadable, culprit, documents
from hinomi.pipeline.detect.sigma.parsed import from_condition
from hinomi.pipeline.detect.sigma.paths import files
from hinomi.pipeline.detect.sigma.regular import speak_plainly
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.ruleset import Refused, RuleSet
from hinomi.pipeline.detect.sigma.taxonomy.logsource import keys, narrowed
from hinomi.pipeline.detect.sigma.tree import Node, Placeholders, Unsupported, depth, one_of

BROKEN = (SigmaError, ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError)
DEEPEST = 40
"""Levels of a condition; people write five or six, and generated code cannot be nested without end."""
TIMEFRAME = re.compile(r"\s*\d+\s*[smhdwMy]\s*")
PIPE = (
    "集計の古い書き方 (| count() …、| near …) は動きません。相関ルールで書いてください "
    "(deprecated aggregation: write a correlation rule: event_count, value_count, temporal)"
)
NO_LOGSOURCE = "logsource がありません (no log source)"
NO_DETECTION = "detection がありません (no detection)"
IDLE_FILTER = "このフィルターが指すルールがありません (the filter applies to no rule here)"

speak_plainly()


@dataclass(frozen=True)
class Reading:
    """What files of rules hold: ``documents`` is always the sum of all the others, of which none is left out."""

    files: int
    documents: int
    rules: tuple[Rule, ...]
    correlations: tuple[Correlation, ...]
    """Each after those that it refers to."""
    filters: tuple[str, ...]
    refused: tuple[Refused, ...]


def load(paths: Iterable[Path], placeholders: Placeholders | None = None) -> RuleSet:
    """The rules in these files and, recursively, folders; never raises on what a rule says.

    ``placeholders`` gives the values of ``%name%`` for rules with the modifier ``expand``; a rule that
    names another is refused.

    Raises:
        FileNotFoundError: there is no such path.
    """
    found = read(paths, placeholders)
    return RuleSet(found.rules, found.refused, found.correlations)


def read(paths: Iterable[Path], placeholders: Placeholders | None = None) -> Reading:
    """The same, with all that was found. Raises :class:`FileNotFoundError`."""
    reader = Reader(placeholders or {})
    found = list(files(paths))
    for path in found:
        for document in documents(path):
            reader.add(document)
    return reader.reading(len(found))


class Reader:
    """Sorts documents into what they are, and what cannot run from what can."""

    def __init__(self, placeholders: Placeholders) -> None:
        self.placeholders = placeholders
        self.number = 0
        self.rules: list[tuple[Document, SigmaRule]] = []
        self.filters: list[tuple[Document, SigmaFilter]] = []
        self.correlations: list[Document] = []
        self.refused: list[Refused] = []
        self.taken: dict[str, Path] = {}

    def add(self, document: Document | Unreadable) -> None:
        self.number += 1
        if isinstance(document, Unreadable):
            self.refused.append(Refused(document.path, document.path.name, str(document), document.line))
            return
        try:
            check_names(document)
            if "correlation" in document.value:
                self.correlations.append(document)
            elif "filter" in document.value:
                self.filters.append((document, as_filter(document, self.placeholders)))
            else:
                self.rules.append((document, as_rule(document)))
        except Unsupported as problem:
            self.refuse(document, problem)

    def refuse(self, document: Document, problem: Unsupported) -> None:
        line = problem.line or document.line(*problem.keys)
        self.refused.append(Refused(document.path, document.name, str(problem), line))

    def reading(self, number: int) -> Reading:
        filters = self.narrow()
        rules: dict[str, tuple[Document, Rule]] = {}
        names: dict[str, str] = {}
        for document, parsed in self.rules:
            try:
                rule = runnable(document, parsed, self.placeholders)
                self.take(rule.id, document)
            except Unsupported as problem:
                self.refuse(document, problem)
                continue
            rules[rule.id] = (document, rule)
            names |= {rule.id: rule.id, **({parsed.name: rule.id} if parsed.name else {})}
        related = correlating.relate(self.correlations, rules, names, self.take)
        for document, unsupported in related.refused:
            self.refuse(document, unsupported)
        self.refused.sort(key=lambda refused: (str(refused.path), refused.line or 0))
        return Reading(number, self.number, related.rules, related.correlations, filters, tuple(self.refused))

    def take(self, identity: str, document: Document) -> None:
        """Findings bear their rule's id: two rules cannot have the same."""
        if identity in self.taken:
            raise Unsupported(f"同じ id のルールがあります (same id as in {self.taken[identity]})", "id")
        self.taken[identity] = document.path

    def narrow(self) -> tuple[str, ...]:
        """Put the filters on the rules that they are for; returns the titles of those that are for some."""
        used = []
        for document, one in self.filters:
            sizes = [len(rule.detection.detections) for _, rule in self.rules]
            for _, rule in self.rules:
                one.apply_on_rule(rule)
            if sizes == [len(rule.detection.detections) for _, rule in self.rules]:
                self.refuse(document, Unsupported(IDLE_FILTER, "filter", "rules"))
            else:
                used.append(one.title)
        return tuple(used)


def check_names(document: Document) -> None:
    """What others refer to must be text, which YAML does not take bare digits for."""
    for key in ("id", "name"):
        if not isinstance(document.value.get(key, ""), str):
            raise Unsupported(f"{key} を引用符で囲んで文字にしてください ({key} must be text: quote it)", key)


def as_rule(document: Document) -> SigmaRule:
    """What pySigma makes of it; a slip in the rule's card (its date, a tag) keeps nothing from running."""
    detection = document.value.get("detection")
    if not isinstance(document.value.get("logsource"), dict):
        raise Unsupported(NO_LOGSOURCE, "logsource")
    if not isinstance(detection, dict):
        raise Unsupported(NO_DETECTION, "detection")
    if any("|" in str(one) for one in listed(detection.get("condition"))):
        raise Unsupported(PIPE, "detection", "condition")
    if TIMEFRAME.fullmatch(str(detection.get("timeframe"))):  # of an aggregation that is gone; no selection
        del detection["timeframe"]
    try:
        parsed = SigmaRule.from_dict(document.value, collect_errors=True)
    except BROKEN as problem:
        raise Unsupported(said(problem)) from problem
    if isinstance(parsed.logsource, EmptyLogSource):
        raise Unsupported(said(next(one for one in parsed.errors if isinstance(one, SigmaLogsourceError))), "logsource")
    if isinstance(parsed.detection, EmptySigmaDetections):
        raise blamed(document, parsed.errors[-1])
    return parsed


def as_filter(document: Document, placeholders: Placeholders) -> SigmaFilter:
    try:
        parsed = SigmaFilter.from_dict(document.value, collect_errors=True)
        if isinstance(parsed.logsource, EmptyLogSource) or isinstance(parsed.filter, EmptySigmaGlobalFilter):
            keys = ("filter",) if isinstance(parsed.filter, EmptySigmaGlobalFilter) else ("logsource",)
            raise Unsupported(said(parsed.errors[-1]), *keys)
        for condition in parsed.filter.parsed_condition:
            from_condition(condition.parsed, placeholders)
    except SigmaConditionError as problem:
        raise Unsupported(said(problem), "filter", "condition") from problem
    except BROKEN as problem:
        raise Unsupported(said(problem), "filter") from problem
    return parsed


def runnable(document: Document, parsed: SigmaRule, placeholders: Placeholders) -> Rule:
    """The rule. Raises :class:`Unsupported`, which says why not."""
    try:
        wanted = keys(parsed.logsource)
    except Unsupported as problem:
        raise Unsupported(str(problem), "logsource") from problem
    try:
        condition = condition_of(parsed, placeholders)
    except (Unsupported, *BROKEN) as problem:
        raise blamed(document, problem, placeholders) from problem
    return Rule(
        id=name_of(document),
        title=parsed.title,
        description=(parsed.description or "").strip(),
        severity=severity(parsed.level),
        techniques=techniques(parsed.tags),
        advice=advice(document),
        path=str(document.path),
        keys=narrowed(wanted, necessity.required(condition, "eventid")),
        condition=condition,
    )


def condition_of(parsed: SigmaRule, placeholders: Placeholders) -> Node:
    found = one_of([from_condition(one.parsed, placeholders) for one in parsed.detection.parsed_condition])
    if depth(found) > DEEPEST:
        raise Unsupported(f"条件の入れ子が深すぎます。{DEEPEST} 段まで (the condition is nested too deeply)")
    return found


def blamed(document: Document, problem: Exception, placeholders: Placeholders | None = None) -> Unsupported:
    """The reason, with the line of the part of the detection that alone gives it."""
    if isinstance(problem, SigmaConditionError):
        return Unsupported(said(problem), "detection", "condition")

    def attempt(detection: Mapping[str, Any]) -> None:
        condition_of(
            SigmaRule.from_dict({"title": "", "logsource": {"category": "x"}, "detection": detection}),
            placeholders or {},
        )

    return Unsupported(said(problem), line=culprit(document, attempt, (Unsupported, *BROKEN)))


def said(problem: Exception) -> str:
    """A problem in its own words, without the path that pySigma adds."""
    if isinstance(problem, RecursionError):
        return "入れ子が深すぎます (nested too deeply)"
    return str(problem.args[0]) if problem.args else type(problem).__name__


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
