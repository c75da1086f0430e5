"""All that is looked for in single events."""

from dataclasses import dataclass

import polars as pl

from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import RuleSet
from hinomi.pipeline.detect.verdict import verdicts


@dataclass(frozen=True)
class Lookout:
    """The detection stage of the river: OCSF events in, OCSF Detection Findings out."""

    rules: RuleSet

    def findings(self, events: pl.DataFrame) -> pl.DataFrame:
        """One row for every verdict of a sensor and for every rule that fires on an event, in the lake's schema.

        ``events`` are normalised rows of one batch that carry ``metadata.uid``; tenants may be mixed.
        The ids of the findings follow from those of the events, so a replay finds the same.
        """
        events = conform(events)
        return pl.concat([verdicts(events), self.rules.match(events)])
