"""Sigma rules over batches of OCSF events: pySigma parses, an evaluator of our own runs."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hinomi.pipeline.detect.sigma.looking import Seen
    from hinomi.pipeline.detect.sigma.rule import Rule
    from hinomi.pipeline.detect.sigma.rulefiles import load
    from hinomi.pipeline.detect.sigma.ruleset import Refused, RuleSet

__all__ = ["Refused", "Rule", "RuleSet", "Seen", "load"]
MODULES = {"Rule": "rule", "Seen": "looking", "load": "rulefiles"}


def __getattr__(name: str) -> Any:
    """Loads what is asked for: a set that is kept on disk runs without pySigma, which takes long to load."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{MODULES.get(name, 'ruleset')}"), name)
