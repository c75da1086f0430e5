"""From events to findings: the sensors' own verdicts, and what our rules see in ordinary events."""

from hinomi.pipeline.detect.sigma import RuleSet, load
from hinomi.pipeline.detect.stage import findings

__all__ = ["RuleSet", "findings", "load"]
