"""A set of rules over batches of OCSF events: its findings, and the hits that correlations count."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.schema import POLARS, conform, empty
from hinomi.pipeline.detect.sigma import windows
from hinomi.pipeline.detect.sigma.correlation.hits import kept
from hinomi.pipeline.detect.sigma.engine import views
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.ruleset import RuleSet
from hinomi.pipeline.detect.sigma.taxonomy import ocsf
from hinomi.pipeline.detect.sigma.taxonomy.logsource import Key
from hinomi.pipeline.detect.verdict import as_findings

Hit = tuple[int, Rule]
"""Row of the batch, and a rule that fired on it."""


@dataclass(frozen=True)
class Seen:
    """What came of a batch of events: findings in the lake's schema, and rows of the lake's table ``hits``."""

    findings: pl.DataFrame
    hits: pl.DataFrame


def look(rules: RuleSet, events: pl.DataFrame) -> Seen:
    events = conform(events)
    hits = sorted([*of_windows(rules, events), *of_ocsf(rules, events)], key=lambda hit: (hit[0], hit[1].id))
    own = [hit for hit in hits if hit[1].finds]
    return Seen(as_rows(events, own) if own else empty(), kept(events, hits))


def of_windows(rules: RuleSet, events: pl.DataFrame) -> Iterator[Hit]:
    program = rules.windows
    if not program.rules:
        return
    for rows, table in windows.tables(events["unmapped"], program.fields):
        yield from ((int(rows[place]), rule) for place, rule in program.hits(table))


def of_ocsf(rules: RuleSet, events: pl.DataFrame) -> Iterator[Hit]:
    for kind, view in ocsf.present(events).items():
        program = rules.program(Key(kind))
        if not program.rules:
            continue
        rows, table = views.table(events, Key(kind), view)
        yield from ((int(rows[place]), rule) for place, rule in program.hits(table))


def as_rows(events: pl.DataFrame, hits: list[Hit]) -> pl.DataFrame:
    rules = [rule for _, rule in hits]
    said = pl.DataFrame(
        {
            "finding_info.title": [rule.title for rule in rules],
            "finding_info.types": [[rule.advice] if rule.advice else [] for rule in rules],
            "finding_info.attacks.technique.uid": [list(rule.techniques) for rule in rules],
            "severity_id": [int(rule.severity) for rule in rules],
            "message": [rule.description or rule.title for rule in rules],
            "is_alert": [True] * len(rules),
            "utm_category": [None] * len(rules),
            "rule": [rule.id for rule in rules],
        },
        schema_overrides={name: POLARS[name] for name in ("finding_info.types", "severity_id", "utm_category")},
    )
    evidence = events[[row for row, _ in hits]].with_columns(said)
    found = as_findings(
        evidence,
        suffix=pl.col("rule"),
        analytic=pl.col("rule"),
        name=pl.col("finding_info.title"),
        kind=AnalyticTypeId.RULE,
    )
    return conform(found.drop("rule"))
