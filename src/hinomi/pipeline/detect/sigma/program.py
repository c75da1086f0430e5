"""The rules for events of one key, and a quick look that spares most events most rules."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

import polars as pl

from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.rule import Rule


class Program:
    """Rules are asked in order of their ids, so a batch gives the same findings in the same order."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.always = frozenset(index for index, rule in enumerate(self.rules) if rule.witnesses is None)
        by_literal: dict[str, set[int]] = defaultdict(set)
        for index, rule in enumerate(self.rules):
            for literal in rule.witnesses or ():
                by_literal[literal].add(index)
        self.by_literal = {literal: frozenset(indexes) for literal, indexes in by_literal.items()}
        self.literals = list(self.by_literal)

    @property
    def fields(self) -> frozenset[str] | None:
        """Names of the fields the rules read; None if they read them all."""
        read = [rule.fields for rule in self.rules]
        return None if None in read else frozenset(chain.from_iterable(filter(None, read)))

    def candidates(self, haystacks: pl.Series) -> Iterator[tuple[int, frozenset[int]]]:
        """For events, each given as one folded text: which of them may interest which rules."""
        if not self.literals:
            yield from ((row, self.always) for row in range(len(haystacks)))
            return
        found = haystacks.str.extract_many(self.literals, overlapping=True)
        rows = pl.int_range(len(found), eager=True) if self.always else (found.list.len() > 0).arg_true()
        for row, literals in zip(rows, found.gather(rows).list.unique(), strict=True):
            yield row, self.always.union(*(self.by_literal[literal] for literal in literals))

    def fired(self, event: Event, candidates: frozenset[int]) -> Iterator[Rule]:
        for index in sorted(candidates):
            rule = self.rules[index]
            if rule.matches(event):
                yield rule
