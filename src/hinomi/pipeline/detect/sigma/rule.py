"""A Sigma rule that can run."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.detect.sigma import necessity
from hinomi.pipeline.detect.sigma.kept import Kept
from hinomi.pipeline.detect.sigma.necessity import Literal
from hinomi.pipeline.detect.sigma.taxonomy.logsource import Key
from hinomi.pipeline.detect.sigma.tree import Node

SEVERITIES = {
    "informational": SeverityId.INFORMATIONAL,
    "low": SeverityId.LOW,
    "medium": SeverityId.MEDIUM,
    "high": SeverityId.HIGH,
    "critical": SeverityId.CRITICAL,
}


@dataclass(frozen=True)
class Rule(Kept):
    """``keys``: the events it is for; ``condition``: what it asks of them."""

    LATE: ClassVar[tuple[str, ...]] = ("condition", "description")

    id: str
    title: str
    description: str
    severity: SeverityId
    techniques: tuple[str, ...]
    """ATT&CK technique ids (``T1059.001``)."""
    advice: str | None
    """Key of the advice card: our own field ``hinomi: {advice: …}``."""
    path: str
    keys: frozenset[Key]
    condition: Node
    finds: bool = True
    """Whether a finding of its own is made of each hit; not where a correlation that counts it speaks for it."""
    keeps: tuple[str, ...] | None = None
    """Canonical names of the fields that correlations group by or count; None: no correlation refers to the rule."""

    @cached_property
    def witnesses(self) -> frozenset[Literal] | None:
        return necessity.witnesses(self.condition)

    @cached_property
    def fields(self) -> frozenset[str] | None:
        """Names that are read, of an event and of a hit; None: all of them."""
        read = necessity.fields(self.condition)
        return None if read is None else read.union(self.keeps or ())
