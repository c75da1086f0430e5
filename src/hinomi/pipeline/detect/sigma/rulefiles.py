"""Reads Sigma rules from files: what can run becomes a rule, what cannot is refused by name and with the reason."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError, SigmaRuleLocation
from sigma.rule import SigmaRule
from sigma.rule.base import SigmaYAMLLoader
from sigma.rule.detection import EmptySigmaDetections
from sigma.rule.logsource import EmptyLogSource

from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.detect.sigma import necessity
from hinomi.pipeline.detect.sigma.logsource import keys, narrowed
from hinomi.pipeline.detect.sigma.rule import SEVERITIES, Rule
from hinomi.pipeline.detect.sigma.ruleset import Refused, RuleSet
from hinomi.pipeline.detect.sigma.tree import Placeholders, Unsupported, from_condition, one_of

SUFFIXES = (".yml", ".yaml")
CORRELATION = "相関ルールはまだ動きません (Sigma correlation rules are not run)"


def load(paths: Iterable[Path], placeholders: Placeholders | None = None) -> RuleSet:
    """The rules in these files and, recursively, folders; never raises on what a rule says.

    ``placeholders`` gives the values of ``%name%`` for rules with the modifier ``expand``; a rule that
    names another is refused.

    Raises:
        FileNotFoundError: there is no such path.
    """
    collections: list[SigmaCollection] = []
    refused: list[Refused] = []
    for path in files(paths):
        try:
            collection = parse(path)
            refused += misplaced(path, collection)
            collections.append(collection)
        except (yaml.YAMLError, SigmaError, ValueError, TypeError, AttributeError) as error:
            refused.append(unreadable(path, error))
    merged = SigmaCollection.merge(collections, resolve_references=False)
    counted = parts_of_correlations(merged)
    rules: dict[str, Rule] = {}
    for parsed in merged.rules:
        try:
            if counted.intersection((str(parsed.id), parsed.name)):
                raise Unsupported(CORRELATION)
            rule = runnable(parsed, placeholders or {})
            if rule.id in rules:
                raise Unsupported(f"同じ id のルールがあります (same id as in {rules[rule.id].path})")
            rules[rule.id] = rule
        except (Unsupported, SigmaError) as error:
            refused.append(Refused(path_of(parsed), name_of(parsed), str(error)))
    return RuleSet(rules.values(), refused)


def files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.suffix in SUFFIXES and found.is_file())
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(path)


def parse(path: Path) -> SigmaCollection:
    with path.open(encoding="utf-8") as file:
        documents = list(yaml.load_all(file, Loader=SigmaYAMLLoader))
    return SigmaCollection.from_dicts(
        documents,
        collect_errors=True,
        source=SigmaRuleLocation(path),
        collect_filters=True,
        resolve_references=False,
    )


def misplaced(path: Path, collection: SigmaCollection) -> list[Refused]:
    """What is wrong with a file's documents that are no rules: broken filters, unknown actions."""
    broken = [one for one in collection.filters if one.errors]
    collection.filters = [one for one in collection.filters if not one.errors]
    known = {id(error) for rule in collection.rules for error in rule.errors}
    names = {id(error): one.title for one in broken for error in one.errors}
    return [
        Refused(path, names.get(id(error), path.name), str(error))
        for error in collection.errors
        if id(error) not in known
    ]


def unreadable(path: Path, error: Exception) -> Refused:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return Refused(
        path, path.name, f"ルールとして読めません (cannot be read): {problem}", mark.line + 1 if mark else None
    )


def runnable(parsed: SigmaRule | SigmaCorrelationRule, placeholders: Placeholders) -> Rule:
    """The rule, or :class:`Unsupported` or :class:`SigmaError` that says why not.

    A slip in the rule's card (its date, a tag) keeps nothing from running.
    """
    if isinstance(parsed, SigmaCorrelationRule):
        raise Unsupported(CORRELATION)
    if isinstance(parsed.detection, EmptySigmaDetections) or isinstance(parsed.logsource, EmptyLogSource):
        raise Unsupported("; ".join(map(str, parsed.errors)))
    wanted = keys(parsed.logsource)
    condition = one_of([from_condition(one.parsed, placeholders) for one in parsed.detection.parsed_condition])
    own = parsed.custom_attributes.get("hinomi") or {}
    return Rule(
        id=name_of(parsed),
        title=parsed.title,
        description=(parsed.description or "").strip(),
        severity=SEVERITIES[parsed.level.name.lower()] if parsed.level else SeverityId.UNKNOWN,
        techniques=techniques(parsed),
        advice=own.get("advice") if isinstance(own, dict) else None,
        path=str(path_of(parsed)),
        keys=narrowed(wanted, necessity.required(condition, "eventid")),
        condition=condition,
    )


def parts_of_correlations(collection: SigmaCollection) -> frozenset[str | None]:
    """Ids and names of rules that speak only through a correlation that counts them (``generate: false``)."""
    silent = [one for one in collection.rules if isinstance(one, SigmaCorrelationRule) and not one.generate]
    return frozenset(reference.reference for one in silent for reference in one.rules or ())


def techniques(rule: SigmaRule) -> tuple[str, ...]:
    names = (tag.name.upper() for tag in rule.tags if tag.namespace == "attack")
    return tuple(name for name in names if name[:1] == "T" and name[1:5].isdecimal())


def name_of(rule: SigmaRule | SigmaCorrelationRule) -> str:
    """The rule's id; without one its file's name, which at least stays the same from run to run."""
    return str(rule.id or rule.name or path_of(rule).stem)


def path_of(rule: SigmaRule | SigmaCorrelationRule) -> Path:
    assert rule.source is not None
    return rule.source.path
