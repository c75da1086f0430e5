"""From events to findings: the sensors' own verdicts, and what our rules see in ordinary events."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hinomi.pipeline.detect.lookout import Lookout
    from hinomi.pipeline.detect.sigma import RuleSet, load

__all__ = ["Lookout", "RuleSet", "load"]


def __getattr__(name: str) -> Any:
    """Loads what is asked for: ``hinomi match`` needs the rules, not the lake that intelligence looks into."""
    if name not in __all__:
        raise AttributeError(name)
    module = "lookout" if name == "Lookout" else "sigma"
    return getattr(import_module(f"{__name__}.{module}"), name)
