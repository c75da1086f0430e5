"""What a rule's document says of itself."""

from collections.abc import Iterable

from sigma.rule.attributes import SigmaLevel, SigmaRuleTag

from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.detect.sigma.documents import Document
from hinomi.pipeline.detect.sigma.rule import SEVERITIES


def name_of(document: Document) -> str:
    """The rule's id; without one its name or its file's, which at least stay the same from run to run."""
    return str(document.value.get("id") or document.value.get("name") or document.path.stem)


def severity(level: object) -> SeverityId:
    return SEVERITIES[level.name.lower()] if isinstance(level, SigmaLevel) else SeverityId.UNKNOWN


def techniques(tags: Iterable[SigmaRuleTag]) -> tuple[str, ...]:
    """ATT&CK technique ids (``T1059.001``)."""
    names = (tag.name.upper() for tag in tags if tag.namespace == "attack")
    return tuple(name for name in names if name[:1] == "T" and name[1:5].isdecimal())


def advice(document: Document) -> str | None:
    """Key of the advice card: our own field ``hinomi: {advice: …}``."""
    own = document.value.get("hinomi")
    key = own.get("advice") if isinstance(own, dict) else None
    return str(key) if key else None
