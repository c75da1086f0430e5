"""The number ledger: what stands behind a printed number, so that it can be defended and counted again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.ocsf.incident import Exclusion

Text = dict[str, str]
"""A sentence in ``ja`` and in ``en``."""

NO_AVERAGE: Text = {"ja": "平均しない", "en": "not averaged"}
PER_COMPANY: Text = {
    "ja": "件数を、その月に観測できた企業の数で割る",
    "en": "count divided by the companies observed in that month",
}
MEAN_OF_MONTHS: Text = {
    "ja": "各月の1者あたり件数を足し、月の数で割る",
    "en": "mean of the monthly averages",
}


@dataclass(frozen=True)
class DataCut:
    """Which data a number was counted from: the lake's last epoch and its latest event (naive UTC)."""

    epoch: int
    latest_event: datetime | None

    def as_dict(self) -> dict[str, Any]:
        latest = self.latest_event.isoformat() + "Z" if self.latest_event else None
        return {"epoch": self.epoch, "latest_event": latest}

    def note(self, code_version: str) -> str:
        latest = f"{self.latest_event:%Y-%m-%d %H:%M} UTC" if self.latest_event else "なし"
        return f"データの区切り: エポック {self.epoch}、最後の記録 {latest}。版: {code_version}"


@dataclass(frozen=True)
class Number:
    """One number and its account.

    ``value`` is exact; None where nobody was observed. ``parts`` are the keys of the numbers it was averaged
    from. ``exclusions`` are those that touch this number, each with the count it takes away here.
    """

    key: str
    value: Fraction | None
    definition: Text
    numerator: int | None
    denominator: int | None
    averaging: Text
    exclusions: tuple[Exclusion, ...]
    included: bool
    """Whether the exclusions were counted in after all."""
    cut: DataCut
    code_version: str
    parts: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "value": plain(self.value),
            "definition": self.definition,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "averaging": self.averaging,
            "parts": list(self.parts),
            "exclusions": exclusion_dicts(self.exclusions, set_aside=not self.included),
            "data_cut": self.cut.as_dict(),
            "code_version": self.code_version,
        }


def plain(value: Fraction | None) -> int | float | None:
    """An exact number as JSON takes it, unrounded."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def half_up(value: Fraction | float, digits: int = 1) -> str:
    """Rounded half up and with thousands separated, as the survey report prints: 1,292.3.

    A float is taken as the decimal it prints as.
    """
    exact = value if isinstance(value, Fraction) else Fraction(str(value))
    scaled = math.floor(exact * 10**digits + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**digits)
    return f"{whole:,}.{rest:0{digits}}" if digits else f"{whole:,}"


def data_cut(lake: Lake) -> DataCut:
    latest = lake.ask_population("SELECT max(time) AS latest FROM events").rows()
    return DataCut(lake.last_epoch(), latest[0]["latest"])


def exclusion_dicts(exclusions: Sequence[Exclusion], *, set_aside: bool) -> list[dict[str, Any]]:
    """Exclusions for JSON; ``set_aside`` says whether the numbers beside them leave them out."""
    return [
        {
            "tenant": exclusion.tenant,
            "reason": exclusion.reason,
            "count": exclusion.count,
            "sensor": exclusion.sensor,
            "rule": exclusion.rule,
            "signature": exclusion.signature,
            "since": exclusion.since.isoformat() + "Z",
            "until": exclusion.until.isoformat() + "Z",
            "set_aside": set_aside,
        }
        for exclusion in exclusions
    ]
