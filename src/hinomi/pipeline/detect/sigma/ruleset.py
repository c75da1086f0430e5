"""A set of Sigma rules, built once and asked for every batch of events."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hinomi.pipeline.detect.sigma.engine.program import Program
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.taxonomy.logsource import VIEW, Key

if TYPE_CHECKING:  # a set that only looks at tables of lines runs without polars
    import polars as pl

    from hinomi.pipeline.detect.sigma.correlation.definition import Correlation
    from hinomi.pipeline.detect.sigma.looking import Seen


@dataclass(frozen=True)
class Refused:
    """A rule that cannot run, and why; ``line`` is 1-based where it is known."""

    path: Path
    rule: str
    reason: str
    line: int | None = None


class RuleSet:
    """Rules that run, those that were refused, and the correlations that count the hits of rules."""

    def __init__(
        self,
        rules: Iterable[Rule] = (),
        refused: Iterable[Refused] = (),
        correlations: "Iterable[Correlation]" = (),
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

    def match(self, events: "pl.DataFrame") -> "pl.DataFrame":
        """One finding for every rule that fires on an event, in the lake's schema and the order of the events.

        The event's columns are the evidence; the rule is the analytic, its level the severity, its ATT&CK tags the
        techniques. ``finding_info.types`` holds the key of the rule's advice card. A rule's finding is none of the
        study's UTM categories, so ``utm_category`` is null.
        """
        return self.look(events).findings

    def look(self, events: "pl.DataFrame") -> "Seen":
        """The findings of :meth:`match`, and the hits of the rules that correlations count."""
        from hinomi.pipeline.detect.sigma import looking

        return looking.look(self, events)

    @property
    def windows(self) -> Program:
        """The rules for Windows' own records."""
        return self.program(None)

    def fired(self, table: Table) -> Iterator[Rule]:
        """For every finding that :meth:`match` would make of Windows records in a table: its rule."""
        return (rule for _, rule in self.windows.hits(table) if rule.finds)

    def prepare(self) -> None:
        """Compile for Windows' records, of which there are many rules."""
        self.windows.prepare()

    def program(self, view: Key | None) -> Program:
        """Of the rules for a view, or of those for Windows' own records."""
        if view not in self._programs:
            mine = [rule for rule in self.rules if view in rule.keys or (view is None and is_for_windows(rule))]
            self._programs[view] = Program(mine)
        return self._programs[view]


def is_for_windows(rule: Rule) -> bool:
    return any(not key.kind.startswith(VIEW) for key in rule.keys)
