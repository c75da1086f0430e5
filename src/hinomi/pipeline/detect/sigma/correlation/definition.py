"""A correlation rule that can run.

Source: the Sigma correlation rules specification 2.1. What it leaves open is decided in ``decisions/0013``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from operator import eq, ge, gt, le, lt, ne

from hinomi.ocsf.classes import SeverityId

DAY = timedelta(days=1)


class Kind(StrEnum):
    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    VALUE_SUM = "value_sum"
    VALUE_AVG = "value_avg"
    VALUE_PERCENTILE = "value_percentile"
    VALUE_MEDIAN = "value_median"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"


TEMPORAL = frozenset({Kind.TEMPORAL, Kind.TEMPORAL_ORDERED})
GROWING = frozenset({Kind.EVENT_COUNT, Kind.VALUE_COUNT, Kind.VALUE_SUM}) | TEMPORAL
"""Kinds whose number only grows while a window fills."""
Number = int | Fraction
"""Exact: the order in which hits come changes no sum."""
OPERATORS: Mapping[str, Callable[[Number, Number], bool]] = {
    "lt": lt,
    "lte": le,
    "gt": gt,
    "gte": ge,
    "eq": eq,
    "neq": ne,
}


@dataclass(frozen=True)
class Threshold:
    """``number`` is compared with what was measured; of a temporal correlation with how many rules occurred."""

    operator: str
    number: Number

    def holds(self, measured: Number) -> bool:
        return OPERATORS[self.operator](measured, self.number)


@dataclass(frozen=True)
class Occurs:
    """Some event of this rule, by id, lies in the window."""

    rule: str


@dataclass(frozen=True)
class Both:
    """All of them; in order where the correlation is ordered."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Absent:
    part: "Expression"


Expression = Occurs | Both | Either | Absent


def negates(expression: "Threshold | Expression") -> bool:
    match expression:
        case Absent():
            return True
        case Both(parts) | Either(parts):
            return any(map(negates, parts))
        case _:
            return False


@dataclass(frozen=True)
class Correlation:
    """``rules``: ids of the rules it counts, in order, which may be correlations; ``titles`` are theirs.

    ``groups`` and ``values`` say for each of them in which canonical fields its hits hold what is grouped by and
    what is counted: a tuple as long as ``group_by`` and ``fields``, which are the names as written.
    """

    id: str
    title: str
    description: str
    severity: SeverityId
    techniques: tuple[str, ...]
    advice: str | None
    path: str
    kind: Kind
    rules: tuple[str, ...]
    titles: Mapping[str, str]
    timespan: timedelta
    condition: Threshold | Expression
    group_by: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = None  # type: ignore[assignment]
    fields: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = None  # type: ignore[assignment]
    percentile: int = 50
    finds: bool = True
    """Whether it tells findings; not where another correlation that refers to it speaks for it."""

    @cached_property
    def negates(self) -> bool:
        return negates(self.condition)

    @cached_property
    def slides(self) -> bool:
        """Whether its windows begin at every hit; otherwise they are cut from the clock, one timespan after the other.

        Only what grows can be looked for at every hit: an average or "fewer than" would hold at the rim of any burst.
        """
        grows = not isinstance(self.condition, Threshold) or self.condition.operator in ("gt", "gte")
        return grows and self.kind in GROWING

    @cached_property
    def waits(self) -> bool:
        """Whether a window can be judged only when it is over."""
        return self.negates or not self.slides

    @cached_property
    def quiet(self) -> timedelta:
        """What goes on is told again when the next such period (from 1970, UTC) begins."""
        return max(DAY, self.timespan)

    @cached_property
    def reach(self) -> timedelta:
        """So far before and after it a hit may change which of this correlation's own windows are told."""
        return self.timespan * (2 if self.negates else 1)

    def needs(self, rule: str) -> tuple[str, ...]:
        """Canonical names of the fields that hits of a rule must hold."""
        return tuple(dict.fromkeys((*self.groups[rule], *self.values[rule])))
