"""All that is looked for in single events."""

from dataclasses import dataclass

import polars as pl

from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import RuleSet, Seen
from hinomi.pipeline.detect.verdict import verdicts


@dataclass(frozen=True)
class Lookout:
    """The detection stage of the river: OCSF events in, OCSF Detection Findings out."""

    rules: RuleSet

    def look(self, events: pl.DataFrame) -> Seen:
        """Findings: one row for every verdict of a sensor and for every rule that fires on an event.

        ``events`` are normalised rows of one batch that carry ``metadata.uid``; tenants may be mixed.
        The ids of the findings follow from those of the events, so a replay finds the same.
        """
        events = conform(events)
        seen = self.rules.look(events)
        return Seen(pl.concat([verdicts(events), seen.findings]), seen.hits)
