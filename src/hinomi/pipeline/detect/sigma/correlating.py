"""Correlations and the rules that they refer to: who speaks for whom, and which fields are kept."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace

from sigma.correlations import SigmaCorrelationRule
from sigma.rule import SigmaRule

from hinomi.pipeline.detect.sigma.card import advice, name_of, severity, techniques
from hinomi.pipeline.detect.sigma.correlation import reading
from hinomi.pipeline.detect.sigma.correlation.definition import Correlation
from hinomi.pipeline.detect.sigma.correlation.reading import Card, Referred
from hinomi.pipeline.detect.sigma.documents import Document
from hinomi.pipeline.detect.sigma.event import canonical
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.tree import Unsupported

UNKNOWN = "相関ルールが指すルール {} がありません (refers to a rule that is not here or cannot run)"
CIRCLE = "相関ルールが互いを指しています (correlations refer to each other)"
SILENT = "このルールを数える相関ルールが動きません (the correlation that counts this rule cannot run)"

Parsed = tuple[Document, SigmaCorrelationRule]
Take = Callable[[str, Document], None]


@dataclass(frozen=True)
class Related:
    rules: tuple[Rule, ...]
    correlations: tuple[Correlation, ...]
    refused: tuple[tuple[Document, Unsupported], ...]


def relate(
    documents: Iterable[Document], rules: Mapping[str, tuple[Document, Rule]], names: Mapping[str, str], take: Take
) -> Related:
    """Correlations that run, each after those it refers to, and the rules, which know what is asked of their hits.

    ``names`` leads from ids and names to the ids of ``rules``. A rule that only correlations speak for which cannot
    run is refused with them.
    """
    refused: list[tuple[Document, Unsupported]] = []
    parsed: list[Parsed] = []
    for document in documents:
        try:
            parsed.append((document, reading.parse(document.value)))
            take(name_of(document), document)
        except Unsupported as problem:
            refused.append((document, problem))
            parsed = [one for one in parsed if one[0] is not document]
    known = {name: as_referred(rules[identity][1]) for name, identity in names.items()}
    made: dict[str, tuple[Correlation, bool]] = {}
    waiting = list(parsed)
    while ready := [one for one in waiting if known.keys() >= set(reading.names(one[1]))]:
        for document, rule in ready:
            waiting.remove((document, rule))
            try:
                found = reading.runnable(rule, card_of(document), known)
            except Unsupported as problem:
                refused.append((document, problem))
                continue
            made[found.id] = (found, rule.generate)
            told = Referred(found.id, found.title, found.techniques, frozenset(map(canonical, found.group_by)))
            known |= dict.fromkeys(called(document), told)
    circling = {name for document, _ in waiting for name in called(document)}
    refused += [(document, unresolved(rule, known.keys() | circling)) for document, rule in waiting]
    counted = {
        known[name].id for _, rule in parsed if not rule.generate for name in reading.names(rule) if name in known
    }
    return settled(rules, made, counted, refused)


def settled(
    rules: Mapping[str, tuple[Document, Rule]],
    made: Mapping[str, tuple[Correlation, bool]],
    counted: set[str],
    refused: list[tuple[Document, Unsupported]],
) -> Related:
    """Tell rules and correlations who speaks for them. ``counted``: those that some correlation is to speak for."""
    keeps: dict[str, set[str]] = defaultdict(set)
    for one, _ in made.values():
        for rule in one.rules:
            keeps[rule] |= {*one.needs(rule)}
    silent = {rule for one, generates in made.values() if not generates for rule in one.rules}
    mute = {name for name in counted - silent if name in rules and name not in keeps}
    return Related(
        tuple(
            replace(rule, finds=name not in silent, keeps=tuple(sorted(keeps[name])) if name in keeps else None)
            for name, (_, rule) in rules.items()
            if name not in mute
        ),
        tuple(replace(one, finds=name not in silent) for name, (one, _) in made.items()),
        (*refused, *((rules[name][0], Unsupported(SILENT)) for name in sorted(mute))),
    )


def unresolved(rule: SigmaCorrelationRule, there: Set[str]) -> Unsupported:
    missing = [name for name in reading.names(rule) if name not in there]
    reason = UNKNOWN.format(missing[0]) if missing else CIRCLE
    return Unsupported(reason, "correlation", "rules" if rule.rules is not None else "condition")


def called(document: Document) -> set[str]:
    """By what other documents may refer to it."""
    return {name_of(document), str(document.value.get("name") or name_of(document))}


def as_referred(rule: Rule) -> Referred:
    return Referred(rule.id, rule.title, rule.techniques)


def card_of(document: Document) -> Card:
    parsed, _ = SigmaRule.from_dict_common_params(document.value, collect_errors=True)
    return Card(
        id=name_of(document),
        title=str(parsed["title"] or name_of(document)),
        description=str(parsed["description"] or "").strip(),
        severity=severity(parsed["level"]),
        techniques=techniques(parsed["tags"]),
        advice=advice(document),
        path=str(document.path),
    )
