"""The rules a deployment looks for: the shelf's own, and those the operator put into ``DATA/rules``."""

from pathlib import Path

from hinomi.library import catalog
from hinomi.pipeline.detect.sigma import RuleSet, load


def rule_set(data_dir: Path) -> RuleSet:
    """Rules of the shelf and of the operator's folder; those refused are listed by the set with reasons."""
    own = sorted((data_dir / "rules").rglob("*.y*ml"))
    return load([*catalog.sigma_rules(), *own])
