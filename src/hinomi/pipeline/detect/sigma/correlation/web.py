"""Correlations and the rules that they depend on: how far a hit reaches, and what is worked on at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hinomi.pipeline.detect.sigma.correlation.definition import Correlation

AT_ONCE = 200_000
"""New hits that are worked on at a time."""
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """Hits of a rule of a tenant (times inclusive, naive UTC), or windows of a correlation that begin then."""

    tenant: str
    rule: str
    first: datetime
    last: datetime
    number: int = 0


class Web:
    """Correlations, and the rules that they depend on in the end."""

    def __init__(self, correlations: Iterable[Correlation]) -> None:
        self.by_id = {one.id: one for one in correlations}
        self.rules: dict[str, frozenset[str]] = {}
        self.reach: dict[str, timedelta] = {}
        self.waits: dict[str, bool] = {}
        for one in self.by_id.values():
            nested = [self.by_id[rule] for rule in one.rules if rule in self.by_id]
            plain = frozenset(rule for rule in one.rules if rule not in self.by_id)
            self.rules[one.id] = plain.union(*(self.rules[other.id] for other in nested))
            self.reach[one.id] = one.reach + 2 * max((self.reach[other.id] for other in nested), default=timedelta(0))
            self.waits[one.id] = one.waits or any(self.waits[other.id] for other in nested)

    @property
    def told(self) -> list[Correlation]:
        return [one for one in self.by_id.values() if one.finds]

    def disturbed(self, hits: Iterable[Span]) -> Iterator[Span]:
        """Windows of which something may have changed because these hits came or went."""
        hits = list(hits)
        for one in self.told:
            by_tenant: dict[str, list[Span]] = {}
            for span in hits:
                if span.rule in self.rules[one.id]:
                    by_tenant.setdefault(span.tenant, []).append(span)
            for tenant, spans in by_tenant.items():
                yield spanning(tenant, one.id, spans, self.reach[one.id])

    def needed(self, windows: Iterable[Span]) -> list[Span]:
        """Hits by which these windows are judged."""
        needed: dict[tuple[str, str], list[Span]] = {}
        for span in windows:
            for rule in self.rules[span.rule]:
                wider = spanning(span.tenant, rule, [span], self.reach[span.rule])
                needed.setdefault((span.tenant, rule), []).append(wider)
        return [spanning(tenant, rule, spans, timedelta(0)) for (tenant, rule), spans in needed.items()]


def spanning(tenant: str, rule: str, spans: Sequence[Span], more: timedelta) -> Span:
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    return Span(tenant, rule, first - more, last + more, sum(span.number for span in spans))


def pieces(windows: Sequence[Span]) -> Iterator[list[Span]]:
    """What is worked on at a time, by the number of new hits; what is judged depends on nothing far away."""
    piece: list[Span] = []
    for span in windows:
        parts = -(-span.number // AT_ONCE) or 1
        length = (span.last - span.first) / parts
        for part in range(parts):
            if piece and sum(one.number for one in piece) + span.number / parts > AT_ONCE:
                yield piece
                piece = []
            first = span.first + part * length
            last = span.last if part == parts - 1 else first + length - MOMENT
            piece.append(Span(span.tenant, span.rule, first, last, span.number // parts))
    if piece:
        yield piece
