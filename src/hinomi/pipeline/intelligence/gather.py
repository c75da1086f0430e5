"""From what a feed says to the rows that are kept: in one form, allowed, with defaults; the rest refused, with why."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

import polars as pl

from hinomi.pipeline.intelligence.allow import AllowList
from hinomi.pipeline.intelligence.indicator import COLUMNS, Indicator, Kind, Purpose, Tlp
from hinomi.pipeline.intelligence.writing import Unusable, normalised

MOST = 3_000_000
"""Indicators of one feed; more are refused."""
SHOWN = 1_000
"""Refusals that are told one by one; all are counted."""
CHUNK = 50_000
TEXT = 500
"""Characters kept of a description or reference."""


@dataclass(frozen=True)
class Claim:
    """What a feed says, as it says it; ``line`` is where in the file, 1-based, or the object's number."""

    value: str
    kind: Kind | None = None
    """None where the feed does not say; then it is guessed."""
    line: int = 0
    confidence: int | None = None
    valid_until: datetime | None = None
    first_seen: datetime | None = None
    tlp: Tlp | None = None
    purpose: Purpose = Purpose.UNKNOWN
    description: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Refusal:
    """Something that became no indicator, and why."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True)
class Defaults:
    """What holds where a feed does not say. Without ``expires`` an indicator holds until the feed drops it."""

    confidence: int | None = None
    expires: timedelta | None = None
    purpose: Purpose = Purpose.UNKNOWN
    tlp: Tlp | None = None


@dataclass
class Gathered:
    """The rows of a feed, and what was refused."""

    rows: pl.DataFrame
    reasons: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return sum(self.reasons.values())


def gather(said: Iterable[Claim | Refusal], defaults: Defaults, allowed: AllowList, now: datetime) -> Gathered:
    """``now`` is naive UTC: since when these are known, and from when they hold their time."""
    gathered = Gathered(pl.DataFrame(schema=COLUMNS))
    parts = [
        pl.DataFrame([asdict(one) | {"added": now} for one in chunk], schema=COLUMNS)
        for chunk in chunks(indicators(said, defaults, allowed, now, gathered))
    ]
    gathered.rows = pl.concat([gathered.rows, *parts])
    return gathered


def chunks(found: Iterable[Indicator]) -> Iterator[list[Indicator]]:
    chunk: list[Indicator] = []
    for one in found:
        chunk.append(one)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def indicators(
    said: Iterable[Claim | Refusal], defaults: Defaults, allowed: AllowList, now: datetime, gathered: Gathered
) -> Iterator[Indicator]:
    """Usable claims; the others are counted in ``gathered``."""
    count = 0
    for one in said:
        made = one if isinstance(one, Refusal) else indicator(one, defaults, allowed, now)
        if isinstance(made, Indicator) and count == MOST:
            made = Refusal(one.line, one.value, f"{MOST:,} 件を超えました (too many)")
        if isinstance(made, Indicator):
            count += 1
            yield made
            continue
        gathered.reasons[made.reason] += 1
        if len(gathered.refusals) < SHOWN:
            gathered.refusals.append(replace(made, value=plain(made.value)[:100]))


def indicator(claim: Claim, defaults: Defaults, allowed: AllowList, now: datetime) -> Indicator | Refusal:
    try:
        kind, value = normalised(claim.value, claim.kind)
    except Unusable as problem:
        return Refusal(claim.line, claim.value, str(problem))
    if reason := allowed.reason(kind, value):
        return Refusal(claim.line, claim.value, reason)
    until = claim.valid_until or (now + defaults.expires if defaults.expires else None)
    return Indicator(
        kind,
        value,
        defaults.confidence if claim.confidence is None else min(max(claim.confidence, 0), 100),
        until,
        claim.first_seen,
        claim.tlp or defaults.tlp,
        defaults.purpose if claim.purpose is Purpose.UNKNOWN else claim.purpose,
        plain(claim.description),
        plain(claim.reference),
    )


def plain(text: str) -> str:
    """A stranger's text on one line, without control characters, and not too long."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text[: 4 * TEXT])
    return " ".join(shown.split())[:TEXT]
