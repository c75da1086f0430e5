"""What was told already: a finding of an indicator, a machine and a day is told once, by whoever sees it first.

The lake knows what was told before, and this what was told since and is not committed yet. A block that is worked on
again, after a crash or because it is read again, tells again what it told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hinomi.lake.lake import Lake
from hinomi.pipeline.intelligence.findings import Sighted

KNOWN = 'SELECT "metadata.uid" AS uid, raw_ref FROM findings WHERE "metadata.uid" IN (SELECT unnest(?::VARCHAR[]))'
REMEMBERED = 50_000
DAY = timedelta(days=1)


class Told:
    """Remembers by a finding's uid the block that told it."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.blocks: dict[str, str] = {}

    def news(self, seen: Sequence[tuple[Sighted, str, str]]) -> list[Sighted]:
        """Those of the sightings, each with its tenant and its event's ``raw_ref``, that nobody told yet."""
        if len(self.blocks) > REMEMBERED:
            self.blocks = {}
        asked = [(one, tenant) for one, tenant, _ in seen if one.uid not in self.blocks]
        self.blocks |= self.told(asked)
        fresh = []
        for one, _, reference in seen:
            block = reference.partition(":")[0]
            if self.blocks.setdefault(one.uid, block) == block:
                fresh.append(one)
        return fresh

    def told(self, asked: Sequence[tuple[Sighted, str]]) -> dict[str, str]:
        """Blocks of findings that the lake holds."""
        if not asked:
            return {}
        days: list[datetime] = [one.day for one, _ in asked]
        rows = self.lake.ask_companies(
            sorted({tenant for _, tenant in asked}),
            KNOWN,
            [[one.uid for one, _ in asked]],
            since=min(days),
            until=max(days) + DAY,
        ).rows()
        return {row["uid"]: (row["raw_ref"] or "").partition(":")[0] for row in rows}
