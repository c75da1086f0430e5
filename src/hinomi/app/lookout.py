"""What a deployment looks for: the shelf's own rules, and those the operator put into ``DATA/rules``."""

from pathlib import Path

from hinomi.library import catalog
from hinomi.pipeline.detect import Lookout
from hinomi.pipeline.detect.sigma import RuleSet, load


def rule_set(data_dir: Path) -> RuleSet:
    """Rules of the shelf and of the operator's folder; those refused are listed by the set with reasons."""
    own = sorted((data_dir / "rules").rglob("*.y*ml"))
    return load([*catalog.sigma_rules(), *own])


def lookout(data_dir: Path) -> Lookout:
    """All that is looked for in single events, as the data folder says now."""
    return Lookout(rule_set(data_dir))
