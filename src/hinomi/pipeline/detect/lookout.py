"""All that is looked for in single events."""

from dataclasses import dataclass

import polars as pl

from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import RuleSet, Seen
from hinomi.pipeline.detect.verdict import verdicts
from hinomi.pipeline.intelligence import findings as intelligence
from hinomi.pipeline.intelligence.index import Index
from hinomi.pipeline.intelligence.told import Told


@dataclass(frozen=True)
class Lookout:
    """The detection stage of the river: OCSF events in, OCSF Detection Findings out."""

    rules: RuleSet
    indicators: Index | None = None
    told: Told | None = None
    """What indicators found before; without it a batch knows nothing of others."""

    def look(self, events: pl.DataFrame) -> Seen:
        """Findings: one row for every verdict of a sensor, for every rule that fires on an event, and for every
        indicator that a machine meets for the first time on a day.

        ``events`` are normalised rows of one batch that carry ``metadata.uid``; tenants may be mixed.
        The ids of the findings follow from those of the events, so a replay finds the same.
        """
        events = conform(events)
        seen = self.rules.look(events)
        return Seen(pl.concat([verdicts(events), seen.findings, self.sighted(events)]), seen.hits)

    def sighted(self, events: pl.DataFrame) -> pl.DataFrame:
        """What indicators find."""
        if self.indicators is None:
            return events.clear()
        found = intelligence.sighted(self.indicators, events)
        if found and self.told:
            whose = events[[one.row for one in found]].select("tenant", "raw_ref").iter_rows()
            found = self.told.news([(one, *about) for one, about in zip(found, whose, strict=True)])
        return intelligence.as_rows(events, found)
