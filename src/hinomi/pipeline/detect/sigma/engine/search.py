"""What is looked for in the fields of events, so that each rule is asked only about those that it may accept."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from hinomi.pipeline.detect.sigma import necessity
from hinomi.pipeline.detect.sigma.engine import needles
from hinomi.pipeline.detect.sigma.engine.cells import MISSING, SEVERAL, Cells
from hinomi.pipeline.detect.sigma.engine.needles import Counts, Needles, far, table
from hinomi.pipeline.detect.sigma.engine.scan import Groups, Pairs, scan
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE, Literal

ESCAPED = [f"\\u00{digit}" for digit in range(2, 8)]
"""Letters of ASCII as JSON need not, but may write them: where they are, nothing is known of a document's words."""

Spoken = Mapping[str, Mapping[str, set[int]]]
"""By field and literal the rules that it speaks for."""
Tabled = Callable[[Sequence[Sequence[bytes]], Counts | None], Needles]


@dataclass(frozen=True)
class Search:
    """Needles, each part of which is looked for in a field, and the rules that each of them speaks for."""

    fields: tuple[str, ...]
    needles: Needles
    starts: NDArray[np.int64]
    rules: NDArray[np.int64]
    """Needle i speaks for ``rules[starts[i] : starts[i + 1]]``."""
    serves: NDArray[np.int64]
    """(n, 2): number of a field, and of a rule for which something is looked for there."""

    @classmethod
    def of(cls, spoken: Spoken, seen: Counts | None = None, tabled: Tabled = table) -> "Search":
        """``seen`` is how often grams are seen."""
        told = [sorted(one) for literals in spoken.values() for one in literals.values()]
        starts = np.concatenate(([0], np.cumsum([len(one) for one in told]))).astype(np.int64)
        serves = [
            (number, rule)
            for number, literals in enumerate(spoken.values())
            for rule in sorted(set(chain.from_iterable(literals.values())))
        ]
        found = tabled([[octets(text) for text in literals] for literals in spoken.values()], seen)
        rules = np.array(list(chain.from_iterable(told)), dtype=np.int64)
        return cls(tuple(spoken), found, starts, rules, np.array(serves, dtype=np.int64).reshape(-1, 2))

    def needs(self, asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Of each field whether something is looked for there for a rule that is asked."""
        found = np.zeros(len(self.fields), dtype=np.bool_)
        found[self.serves[asked[self.serves[:, 1]], 0]] = True
        return found

    def met(self, events: Table, groups: Groups, needed: NDArray[np.bool_]) -> Pairs:
        """Pairs of needle and row; ``needed`` (field, group) says which fields of which rows are looked at."""
        cells, columns = events.cells(self.fields)
        found = [scan(self.needles, cells, columns, groups, needed)]
        for number in np.flatnonzero(columns == SEVERAL).tolist():
            texts = events.texts(self.fields[number])
            if texts is not None and texts.owners is not None:
                alone = np.where(np.arange(len(columns)) == number, np.int32(0), np.int32(MISSING))
                pairs = scan(self.needles, Cells.of([texts], len(texts)), alone, groups[texts.owners], needed)
                pairs[:, 1] = texts.owners[pairs[:, 1]]
                found.append(pairs)
        return np.concatenate(found)

    def pairs(self, met: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rules and rows of pairs of needle and row."""
        numbers, rows = met[:, 0], met[:, 1]
        counts = self.starts[numbers + 1] - self.starts[numbers]
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        return self.rules[np.repeat(self.starts[numbers], counts) + places], np.repeat(rows, counts)


@dataclass(frozen=True)
class Chosen:
    """``searches`` for the witnesses of rules; ``always`` are the rules that no literal speaks for."""

    searches: tuple[Search, ...]
    always: NDArray[np.int64]

    def fields(self) -> Iterator[tuple[Search, slice]]:
        """Each search, and which its fields are among those of all."""
        ends = np.cumsum([len(search.fields) for search in self.searches]).tolist()
        for search, end in zip(self.searches, ends, strict=True):
            yield search, slice(end - len(search.fields), end)

    @classmethod
    def of(cls, witnesses: Sequence[frozenset[Literal] | None], seen: Counts) -> "Chosen":
        """``witnesses`` of each rule; ``seen`` is how often grams are seen.

        One search for all fields; for whole documents one for each rule, as few rules are for many documents.
        """
        by_field = spoken((number, one) for number, literals in enumerate(witnesses) for one in literals or ())
        anywhere = by_field.pop(ANYWHERE, {})
        found = [Search.of(by_field, seen)]
        for rule in sorted(set(chain.from_iterable(anywhere.values()))):
            texts = [*(text for text, speaking in anywhere.items() if rule in speaking), *ESCAPED]
            found.append(Search.of({ANYWHERE: {text: {rule} for text in texts}}, seen, far))
        always = [number for number, literals in enumerate(witnesses) if literals is None]
        return cls(tuple(found), np.array(always, dtype=np.int64))


def spoken(literals: Iterable[tuple[int, Literal]]) -> dict[str, dict[str, set[int]]]:
    """Literals that speak for rules, by their fields, which are in order."""
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for rule, (name, text) in literals:
        found[name][text].add(rule)
    return dict(sorted(found.items()))


def octets(text: str) -> bytes:
    """A literal as UTF-8; EDGE, which no text has, as the one octet that UTF-8 has not."""
    edge = bytes([needles.EDGE])
    return edge.join(part.encode() for part in text.split(necessity.EDGE))
