"""Rules over tables of events: literals that a rule cannot do without choose the rows that it is asked about.

Compiled code judges these (:mod:`.judgement`); where it doubts, and in processes too short for it, generated Python.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hinomi.pipeline.detect.sigma import necessity
from hinomi.pipeline.detect.sigma.engine import needles
from hinomi.pipeline.detect.sigma.engine.circuit import Circuit, circuit
from hinomi.pipeline.detect.sigma.engine.frequencies import Frequencies, Pace, Schedule
from hinomi.pipeline.detect.sigma.engine.judgement import ACCEPTED, DOUBTED, judged
from hinomi.pipeline.detect.sigma.engine.needles import Counts, Needles, far, table
from hinomi.pipeline.detect.sigma.engine.predicate import Accepts, Compiled, compiled
from hinomi.pipeline.detect.sigma.engine.scan import Pairs, count, scan, worth_compiling
from hinomi.pipeline.detect.sigma.engine.table import Table, Values
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE, Literal
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.taxonomy.logsource import ANY_CHANNEL, VIEW, Key

ESCAPED = [f"\\u00{digit}" for digit in range(2, 8)]
"""Letters of ASCII as JSON need not, but may write them: where they are, nothing is known of a document's words."""
SAMPLE = 1000
"""Events of a kind that are measured at a time."""
RENEWED = 4
"""Witnesses are chosen anew when so many times the events are measured."""
LOOKS = 50
"""Looks for a needle that take plain Python as long as asking a rule about an event."""


Tabled = Callable[[Sequence[bytes], Counts | None], Needles]


@dataclass(frozen=True)
class Search:
    """What is looked for in one field: needles, and the rules that each of them speaks for."""

    needles: Needles
    starts: NDArray[np.int64]
    rules: NDArray[np.int64]
    """Needle i speaks for ``rules[starts[i] : starts[i + 1]]``."""
    served: NDArray[np.int64]
    """All these rules, each once."""

    @classmethod
    def of(cls, found: dict[str, set[int]], seen: Counts | None = None, tabled: Tabled = table) -> "Search":
        spoken = [sorted(rules) for rules in found.values()]
        starts = np.concatenate(([0], np.cumsum([len(rules) for rules in spoken]))).astype(np.int64)
        encoded = [octets(text) for text in found]
        served = np.array(sorted(set(chain.from_iterable(spoken))), dtype=np.int64)
        return cls(tabled(encoded, seen), starts, np.array(list(chain.from_iterable(spoken)), dtype=np.int64), served)

    def pairs(self, found: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rules and rows of pairs of needle and row."""
        met, rows = found[:, 0], found[:, 1]
        counts = self.starts[met + 1] - self.starts[met]
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        return self.rules[np.repeat(self.starts[met], counts) + places], np.repeat(rows, counts)


@dataclass(frozen=True)
class Chosen:
    """``searches`` and their fields; ``always`` are the rules that no literal speaks for."""

    searches: tuple[tuple[str, Search], ...]
    always: NDArray[np.int64]
    serves: NDArray[np.bool_]
    """(search, rule): which searches speak for which rules."""

    @classmethod
    def of(cls, found: tuple[tuple[str, Search], ...], always: list[int], rules: int) -> "Chosen":
        serves = np.zeros((len(found), rules), dtype=np.bool_)
        for number, (_, search) in enumerate(found):
            serves[number, search.served] = True
        return cls(found, np.array(always, dtype=np.int64), serves)


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
        groups = np.where(worth[events.groups], events.groups, -1)
        self._learn(events, groups)
        yield from self._accepted(events, *self._candidates(events, groups, asked))

    def _candidates(
        self, events: Table, groups: NDArray[np.int32], asked: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of a rule and a row, ordered and each once."""
        chosen = self._choice()
        always = chosen.always[asked[:, chosen.always].any(axis=0)].tolist()
        found = [rule * events.height + np.flatnonzero(np.append(asked[:, rule], [False])[groups]) for rule in always]
        needed = np.array([self._needs(chosen, key) for key in events.keys])
        for number, (name, search) in enumerate(chosen.searches):
            mine = needed[:, number]
            texts = events.texts(name) if mine.any() else None
            if texts is None:
                continue
            met = scan(search.needles, texts, np.append(mine, values=False)[groups])
            if len(met):
                rules, rows = search.pairs(met)
                meant = asked[groups[rows], rules]
                found.append(rules[meant] * events.height + rows[meant])
        pairs = ordered(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
        return pairs // events.height, pairs % events.height

    def _needs(self, chosen: Chosen, key: Key) -> NDArray[np.bool_]:
        """Of each search whether it speaks for a rule that is for events of a key."""
        if key not in self._needed:
            needed: NDArray[np.bool_] = np.logical_or.reduce(chosen.serves[:, self.asked(key)], axis=1)
            self._needed[key] = needed
        return self._needed[key]

    def _accepted(self, events: Table, rules: NDArray[np.int64], rows: NDArray[np.int64]) -> Iterator[tuple[int, Rule]]:
        """Of candidates, ordered by rule, those that the rule accepts."""
        if not len(rules):
            return
        if worth_compiling(len(rules) * LOOKS):
            verdicts = judged(self._circuit, events, rules, rows)
            accepted = np.flatnonzero(verdicts == ACCEPTED).tolist()
            yield from ((int(rows[pair]), self.rules[rules[pair]]) for pair in accepted)
            doubted = verdicts == DOUBTED
            rules, rows = rules[doubted], rows[doubted]
        if len(rules):
            yield from self._asked_one_by_one(events, rules, rows)

    def _asked_one_by_one(
        self, events: Table, rules: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> Iterator[tuple[int, Rule]]:
        looked, places = np.unique(rows, return_inverse=True)
        values = Values(events, looked)
        bounds = np.flatnonzero(np.diff(rules, prepend=-1)).tolist()
        at, numbers = places.tolist(), rules[bounds].tolist()
        for rule, begin, end in zip(numbers, bounds, [*bounds[1:], len(at)], strict=True):
            accepted = self._predicate(rule, events)(values, at[begin:end])
            yield from ((int(looked[place]), self.rules[rule]) for place in accepted)

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
        """Go on from what was learned of the same rules before."""
        self._needed = {}
        self.frequencies, self._measured, self._chosen = learned.frequencies, learned.measured, learned.chosen
        self._schedules.update(learned.schedules)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_functions": {}, "_asked": {}, "_needed": {}}

    def _choice(self) -> Chosen:
        if self._chosen is None or self.frequencies.events > RENEWED * self._measured:
            self._measured = self.frequencies.events
            self._needed = {}
            cost = self.frequencies.cost()
            chosen = [necessity.witnesses(rule.condition, cost) for rule in self.rules]
            always = [number for number, witnesses in enumerate(chosen) if witnesses is None]
            spoken = {number: witnesses for number, witnesses in enumerate(chosen) if witnesses is not None}
            self._chosen = Chosen.of(searches(spoken, self.frequencies.grams), always, len(self.rules))
        return self._chosen

    def _learn(self, events: Table, groups: NDArray[np.int32]) -> None:
        """Measure how often the rules' literals are in events of kinds that are due."""
        counts = np.bincount(groups[groups >= 0], minlength=len(events.keys)).tolist()
        due = [number for number, key in enumerate(events.keys) if counts[number] and self._due(key, counts[number])]
        if not self._pace.due(sum(counts), len(due)):
            return
        for number in due:
            self._schedules[events.keys[number]].measured()
        sampled = np.full(len(groups), -1, dtype=np.int32)
        for number in due:
            rows = np.flatnonzero(groups == number)
            sampled[rows[:: max(1, len(rows) // SAMPLE)]] = number
        found: Counter[Literal] = Counter()
        for name, (search, names) in self._every.items():
            texts = events.texts(name)
            if texts is None:
                continue
            count(texts, sampled >= 0, self.frequencies.grams)
            met = scan(search.needles, texts, sampled >= 0)[:, 0]
            times = np.bincount(met, minlength=len(names))
            for needle in np.flatnonzero(times).tolist():
                found[Literal(name, names[needle])] += int(times[needle])
        self.frequencies.add(int((sampled >= 0).sum()), found)

    def _due(self, key: Key, events: int) -> bool:
        return self._schedules[key].due(events)

    @cached_property
    def _every(self) -> dict[str, tuple[Search, list[str]]]:
        """Searches for all literals that a witness may be chosen from."""
        by_field: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for number, rule in enumerate(self.rules):
            for name, text in necessity.literals(rule.condition):
                by_field[name][text].add(number)
        return {name: (Search.of(found), list(found)) for name, found in by_field.items()}


def octets(text: str) -> bytes:
    """A literal as UTF-8; EDGE, which no text has, as the one octet that UTF-8 has not."""
    edge = bytes([needles.EDGE])
    return edge.join(part.encode() for part in text.split(necessity.EDGE))


def searches(witnesses: dict[int, frozenset[Literal]], seen: Counts) -> tuple[tuple[str, Search], ...]:
    """One for each field; for whole documents one for each rule, as few rules are for many documents.

    ``seen`` is how often grams are seen."""
    by_field: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, literals in witnesses.items():
        for name, text in literals:
            by_field[name][text].add(number)
    anywhere = by_field.pop(ANYWHERE, {})
    found = [(name, Search.of(spoken, seen)) for name, spoken in sorted(by_field.items())]
    for rule in sorted(set(chain.from_iterable(anywhere.values()))):
        texts = [*(text for text, rules in anywhere.items() if rule in rules), *ESCAPED]
        found.append((ANYWHERE, Search.of({text: {rule} for text in texts}, seen, far)))
    return tuple(found)


def ordered(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each number once: quicker than numpy's own way, which is by hashes."""
    found = np.sort(numbers)
    return found[np.diff(found, prepend=-1) > 0]


def rule_fields(rule: Rule) -> frozenset[str]:
    """Fields whose columns a rule reads, to find candidates or to judge them."""
    read = necessity.fields(rule.condition)
    return read if read is not None else frozenset(name for name, _ in necessity.literals(rule.condition))


def wider(key: Key) -> frozenset[Key]:
    """The keys of rules that are for events of a key."""
    if key.kind.startswith(VIEW):
        return frozenset([key])
    return frozenset([key, Key(key.kind), Key(ANY_CHANNEL), Key(ANY_CHANNEL, key.event_id)])
