"""From events to findings: the sensors' own verdicts, and what our rules see in ordinary events."""

from hinomi.pipeline.detect.lookout import Lookout
from hinomi.pipeline.detect.sigma import RuleSet, load

__all__ = ["Lookout", "RuleSet", "load"]
