"""Counts that are known from a vendor's report alone, kept apart from those of logs.

The survey counted three companies' UTMs from their reports (sections 4.5 and 6.1). Such a count is weaker evidence: it
joins a table only where the study says so, and never beside the logs of the same sensor and month.
"""

from dataclasses import asdict, dataclass
from typing import Any

from hinomi.ocsf.classes import EVIDENCE_REPORT

IS_REPORT = f"""coalesce(list_contains(f."metadata.labels", '{EVIDENCE_REPORT}'), false)"""


@dataclass(frozen=True)
class Reported:
    """A report's count of one sensor, month and category; ``logged`` where the sensor's logs came as well."""

    tenant: str
    sensor: str
    device: str
    month: str
    category: str | None
    item: str | None
    count: int
    logged: bool

    def as_dict(self, *, included: bool) -> dict[str, Any]:
        """For JSON; ``counted`` says whether the numbers beside it hold this count."""
        return asdict(self) | {"counted": included and not self.logged}


def note(reported: tuple[Reported, ...], *, included: bool) -> str | None:
    """One sentence for under a table; None where there are no reports."""
    if not reported:
        return None
    used = sum(one.count for one in reported if included and not one.logged)
    twice = sum(one.count for one in reported if one.logged)
    left = sum(one.count for one in reported) - used - twice
    parts = [
        *([f"うち{used:,}件は機器の月次レポートの件数(ログより弱い証拠)"] if used else []),
        *([f"月次レポートの{left:,}件は含めていない(--include-reports で加わる)"] if left else []),
        *([f"同じ月のログがあるため、月次レポートの{twice:,}件は加えない"] if twice else []),
    ]
    return "、".join(parts) if parts else None
