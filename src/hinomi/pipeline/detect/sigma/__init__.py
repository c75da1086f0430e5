"""Sigma rules over batches of OCSF events: pySigma parses, an evaluator of our own runs."""

from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.rulefiles import load
from hinomi.pipeline.detect.sigma.ruleset import Refused, RuleSet, Seen

__all__ = ["Refused", "Rule", "RuleSet", "Seen", "load"]
