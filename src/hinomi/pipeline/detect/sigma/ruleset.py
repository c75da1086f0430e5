"""A set of Sigma rules, built once and asked for every batch of events."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.schema import POLARS, conform, empty
from hinomi.pipeline.detect.sigma import ocsf, windows
from hinomi.pipeline.detect.sigma.correlation.definition import Correlation
from hinomi.pipeline.detect.sigma.correlation.hits import kept
from hinomi.pipeline.detect.sigma.engine import views
from hinomi.pipeline.detect.sigma.engine.program import Program
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.logsource import VIEW, Key
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.verdict import as_findings

Hit = tuple[int, Rule]
"""Row of the batch, and a rule that fired on it."""


@dataclass(frozen=True)
class Refused:
    """A rule that cannot run, and why; ``line`` is 1-based where it is known."""

    path: Path
    rule: str
    reason: str
    line: int | None = None


@dataclass(frozen=True)
class Seen:
    """What came of a batch of events: findings in the lake's schema, and rows of the lake's table ``hits``."""

    findings: pl.DataFrame
    hits: pl.DataFrame


class RuleSet:
    """Rules that run, those that were refused, and the correlations that count the hits of rules."""

    def __init__(
        self,
        rules: Iterable[Rule] = (),
        refused: Iterable[Refused] = (),
        correlations: Iterable[Correlation] = (),
    ) -> None:
        self.rules = tuple(rules)
        self.refused = tuple(refused)
        self.correlations = tuple(correlations)
        self.digest: str | None = None
        """Names the files and the code that the set was made of, where it is kept on disk."""
        self._programs: dict[Key | None, Program] = {}

    def only(self, wanted: Callable[[str], bool]) -> "RuleSet":
        """The rules and correlations whose ids are wanted, with all that was refused."""
        return RuleSet(
            (rule for rule in self.rules if wanted(rule.id)),
            self.refused,
            (one for one in self.correlations if wanted(one.id)),
        )

    def match(self, events: pl.DataFrame) -> pl.DataFrame:
        """One finding for every rule that fires on an event, in the lake's schema and the order of the events.

        The event's columns are the evidence; the rule is the analytic, its level the severity, its ATT&CK tags the
        techniques. ``finding_info.types`` holds the key of the rule's advice card. A rule's finding is none of the
        study's UTM categories, so ``utm_category`` is null.
        """
        return self.look(events).findings

    def look(self, events: pl.DataFrame) -> Seen:
        """The findings of :meth:`match`, and the hits of the rules that correlations count."""
        events = conform(events)
        hits = sorted([*self._windows(events), *self._ocsf(events)], key=lambda hit: (hit[0], hit[1].id))
        own = [hit for hit in hits if hit[1].finds]
        return Seen(as_rows(events, own) if own else empty(), kept(events, hits))

    @property
    def windows(self) -> Program:
        """The rules for Windows' own records."""
        return self._program(None)

    def fired(self, table: Table) -> Iterator[Rule]:
        """For every finding that :meth:`match` would make of Windows records in a table: its rule."""
        return (rule for _, rule in self.windows.hits(table) if rule.finds)

    def prepare(self) -> None:
        """Compile for Windows' records, of which there are many rules."""
        self.windows.prepare()

    def _program(self, view: Key | None) -> Program:
        """Of the rules for a view, or of those for Windows' own records."""
        if view not in self._programs:
            mine = [rule for rule in self.rules if view in rule.keys or (view is None and is_for_windows(rule))]
            self._programs[view] = Program(mine)
        return self._programs[view]

    def _windows(self, events: pl.DataFrame) -> Iterator[Hit]:
        program = self.windows
        if not program.rules:
            return
        for rows, table in windows.tables(events["unmapped"], program.fields):
            yield from ((int(rows[place]), rule) for place, rule in program.hits(table))

    def _ocsf(self, events: pl.DataFrame) -> Iterator[Hit]:
        for kind, view in ocsf.present(events).items():
            program = self._program(Key(kind))
            if not program.rules:
                continue
            rows, table = views.table(events, Key(kind), view)
            yield from ((int(rows[place]), rule) for place, rule in program.hits(table))


def is_for_windows(rule: Rule) -> bool:
    return any(not key.kind.startswith(VIEW) for key in rule.keys)


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
