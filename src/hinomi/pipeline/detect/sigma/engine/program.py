"""Rules over tables of events: literals that a rule cannot do without choose the rows that it is asked about.

Compiled code judges these (:mod:`.judgement`); where it doubts, and in processes too short for it, generated Python.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.distinct import distinct
from hinomi.pipeline.detect.sigma import necessity
from hinomi.pipeline.detect.sigma.engine.circuit import Circuit, circuit
from hinomi.pipeline.detect.sigma.engine.frequencies import GAP, Frequencies, Pace, Schedule
from hinomi.pipeline.detect.sigma.engine.judgement import ACCEPTED, DOUBTED, judged
from hinomi.pipeline.detect.sigma.engine.predicate import Accepts, Compiled, compiled
from hinomi.pipeline.detect.sigma.engine.scan import Groups, count, worth_compiling
from hinomi.pipeline.detect.sigma.engine.search import Chosen, Search, spoken
from hinomi.pipeline.detect.sigma.engine.table import Table, Values
from hinomi.pipeline.detect.sigma.kept import Kept
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE, Literal
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.taxonomy.logsource import ANY_CHANNEL, VIEW, Key

SAMPLE = 1000
"""Events of a kind that are measured at a time."""
RENEWED = 4
"""Witnesses are chosen anew when so many times the events are measured."""
LOOKS = 50
"""Looks for a needle that take plain Python as long as asking a rule about an event."""

Candidates = NDArray[np.int64]
"""Pairs of a rule's number and a row of a table, as rule times height plus row; ordered and each once."""


@dataclass(frozen=True)
class Learned:
    """What the data taught a program."""

    frequencies: Frequencies
    measured: int
    schedules: dict[Key, Schedule]
    chosen: Chosen


class Program:
    """``rules`` in the order of their ids; immutable but for what it learns of the data, which changes no result."""

    def __init__(self, rules: Iterable[Rule], frequencies: Frequencies | None = None) -> None:
        self.rules: Sequence[Rule] = tuple(sorted(rules, key=lambda rule: rule.id))
        self.frequencies = frequencies or Frequencies()
        self._chosen: Chosen | None = None
        self._measured = 0
        self.has_learned = True
        """Whether it knows more than it resumed from."""
        self._schedules: dict[Key, Schedule] = defaultdict(Schedule)
        self._pace = Pace()
        self._asked: dict[Key, NDArray[np.bool_]] = {}
        self._needed: dict[Key, NDArray[np.bool_]] = {}
        self._compiled: dict[tuple[int, frozenset[str]], Compiled] = {}
        self._functions: dict[tuple[int, frozenset[str]], Accepts] = {}
        self._fields = [rule_fields(rule) for rule in self.rules]

    @cached_property
    def fields(self) -> frozenset[str]:
        """Names of the fields that columns must be found for."""
        return frozenset(chain.from_iterable(self._fields))

    @cached_property
    def _by_key(self) -> dict[Key, list[int]]:
        found: dict[Key, list[int]] = defaultdict(list)
        for number, rule in enumerate(self.rules):
            for key in rule.keys:
                found[key].append(number)
        return found

    def asked(self, key: Key) -> NDArray[np.bool_]:
        """Of each rule whether it is for events of a key."""
        if key not in self._asked:
            found = np.zeros(len(self.rules), dtype=np.bool_)
            for one in wider(key):
                found[self._by_key.get(one, [])] = True
            self._asked[key] = found
        return self._asked[key]

    def hits(self, events: Table) -> Iterator[tuple[int, Rule]]:
        """Rows and the rules that accept them, in any order."""
        if not self.rules or not events.height:
            return
        asked = np.array([self.asked(key) for key in events.keys]).reshape(len(events.keys), len(self.rules))
        worth = np.append(asked.any(axis=1), values=False)
        groups = np.where(worth[events.groups], events.groups, np.int32(-1))
        self._learn(events, groups)
        yield from self._accepted(events, self._candidates(events, groups, asked))

    def _candidates(self, events: Table, groups: Groups, asked: NDArray[np.bool_]) -> Candidates:
        chosen, looked = self._choice(), np.flatnonzero(groups >= 0)
        always = asked[:, chosen.always]
        some = looked[np.logical_or.reduce(always, axis=1)[groups[looked]]]
        places, which = np.nonzero(always[groups[some]])
        found = [chosen.always[which] * events.height + some[places]]
        needed = np.ascontiguousarray(np.array([self._needs(chosen, key) for key in events.keys]).T)
        for search, fields in chosen.fields():
            if needed[fields].any():
                rules, rows = search.pairs(search.met(events, groups, needed[fields]))
                meant = asked[groups[rows], rules]
                found.append(rules[meant] * events.height + rows[meant])
        return distinct(np.concatenate(found))

    def _needs(self, chosen: Chosen, key: Key) -> NDArray[np.bool_]:
        """Of each field of each search whether a rule that is for events of a key is looked for there."""
        if key not in self._needed:
            self._needed[key] = np.concatenate([search.needs(self.asked(key)) for search in chosen.searches])
        return self._needed[key]

    def _accepted(self, events: Table, candidates: Candidates) -> Iterator[tuple[int, Rule]]:
        """Of candidates, ordered by rule, those that the rule accepts."""
        if worth_compiling(len(candidates) * LOOKS):
            verdicts = judged(self._circuit, events, candidates)
            yield from self._told(events, candidates[verdicts == ACCEPTED])
            candidates = candidates[verdicts == DOUBTED]
        if len(candidates):
            yield from self._asked_one_by_one(events, *np.divmod(candidates, events.height))

    def _told(self, events: Table, accepted: Candidates) -> Iterator[tuple[int, Rule]]:
        rules, rows = np.divmod(accepted, events.height)
        return zip(rows.tolist(), map(self.rules.__getitem__, rules.tolist()), strict=True)

    def _asked_one_by_one(
        self, events: Table, rules: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> Iterator[tuple[int, Rule]]:
        bounds = np.flatnonzero(np.diff(rules, prepend=-1)).tolist()
        for rule, begin, end in zip(rules[bounds].tolist(), bounds, [*bounds[1:], len(rules)], strict=True):
            mine = rows[begin:end]
            accepted = self._predicate(rule, events)(Values(events, mine), range(len(mine)))
            yield from ((int(mine[place]), self.rules[rule]) for place in accepted)

    @cached_property
    def _circuit(self) -> Circuit:
        return circuit([rule.condition for rule in self.rules])

    def _predicate(self, number: int, events: Table) -> Accepts:
        several = self._fields[number] & events.several(self.fields)
        if (number, several) not in self._functions:
            self._functions[number, several] = self._code(number, several).function()
        return self._functions[number, several]

    def _code(self, number: int, several: frozenset[str]) -> Compiled:
        if (number, several) not in self._compiled:
            self._compiled[number, several] = compiled(self.rules[number].condition, several)
        return self._compiled[number, several]

    def prepare(self) -> None:
        """Do beforehand what would be done when it is first needed."""
        self._choice()
        _ = self._every, self._circuit
        for number in range(len(self.rules)):
            self._code(number, frozenset())

    @property
    def learned(self) -> Learned:
        return Learned(self.frequencies, self._measured, dict(self._schedules), self._choice())

    def resume(self, learned: Learned) -> None:
        """Go on from what was learned of the same rules before, which will do for a while."""
        self._needed = {}
        self.frequencies, self._measured, self._chosen = learned.frequencies, learned.measured, learned.chosen
        self._schedules.update(learned.schedules)
        self._pace, self.has_learned = Pace(next=GAP), False

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_functions": {}, "_asked": {}, "_needed": {}}

    def _choice(self) -> Chosen:
        if self._chosen is None or self.frequencies.events > RENEWED * self._measured:
            self._measured = self.frequencies.events
            self._needed = {}
            cost = self.frequencies.cost()
            witnesses = [necessity.witnesses(rule.condition, cost) for rule in self.rules]
            self._chosen = Chosen.of(witnesses, self.frequencies.grams)
        return self._chosen

    def _learn(self, events: Table, groups: NDArray[np.int32]) -> None:
        """Measure how often the rules' literals are in events of kinds that are due."""
        counts = np.bincount(groups[groups >= 0], minlength=len(events.keys)).tolist()
        due = [number for number, key in enumerate(events.keys) if counts[number] and self._due(key, counts[number])]
        if not self._pace.due(sum(counts), len(due)):
            return
        self.has_learned = True
        for number in due:
            self._schedules[events.keys[number]].measured()
        sampled = np.full(len(groups), -1, dtype=np.int32)
        for number in due:
            rows = np.flatnonzero(groups == number)
            sampled[rows[:: max(1, len(rows) // SAMPLE)]] = number
        found: Counter[Literal] = Counter()
        for search, literals in self._every.searches:
            count(*events.cells(search.fields), sampled, self.frequencies.grams)
            met = search.met(events, sampled, np.ones((len(search.fields), len(events.keys)), dtype=np.bool_))
            times = np.bincount(met[:, 0], minlength=len(literals))
            found.update({literals[needle]: int(times[needle]) for needle in np.flatnonzero(times).tolist()})
        self.frequencies.add(int((sampled >= 0).sum()), found)

    def _due(self, key: Key, events: int) -> bool:
        return self._schedules[key].due(events)

    @cached_property
    def _every(self) -> "Every":
        by_field = spoken(
            (number, one) for number, rule in enumerate(self.rules) for one in necessity.literals(rule.condition)
        )
        anywhere = {ANYWHERE: by_field.pop(ANYWHERE)} if ANYWHERE in by_field else {}
        return Every(
            [
                (
                    Search.of(one),
                    [Literal(name, text) for name, texts in one.items() for text in texts],
                )
                for one in (by_field, anywhere)
            ]
        )


@dataclass(frozen=True)
class Every(Kept):
    """Searches for all literals that a witness may be chosen from: in fields, and in whole documents."""

    LATE: ClassVar[tuple[str, ...]] = ("searches",)

    searches: list[tuple[Search, list[Literal]]]


def rule_fields(rule: Rule) -> frozenset[str]:
    """Fields whose columns a rule reads, to find candidates or to judge them."""
    read = necessity.fields(rule.condition)
    return read if read is not None else frozenset(name for name, _ in necessity.literals(rule.condition))


def wider(key: Key) -> frozenset[Key]:
    """The keys of rules that are for events of a key."""
    if key.kind.startswith(VIEW):
        return frozenset([key])
    return frozenset([key, Key(key.kind), Key(ANY_CHANNEL), Key(ANY_CHANNEL, key.event_id)])
