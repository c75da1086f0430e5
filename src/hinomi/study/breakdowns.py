"""What a device detected most, by the sensor's own classification (survey report, section 6.2 (2) to (4))."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.library.contracts import Kind
from hinomi.study.ledger import NO_AVERAGE, DataCut, Number, Text, data_cut, exclusion_dicts
from hinomi.study.population import DEVICES, Study
from hinomi.study.sheet import Sheet
from hinomi.study.tally import Tally, tally

TOP = 5
UNNAMED = "(分類なし)"


@dataclass(frozen=True)
class Breakdown:
    """A breakdown the study prints: of which device, and what the report calls its items."""

    name: str
    device: str
    title: str
    heading: str


BREAKDOWNS = {
    breakdown.name: breakdown
    for breakdown in (
        Breakdown("edr-kinds", DEVICES[Kind.EDR], "EDR 検知分類別の累計検知件数", "検知分類名"),
        Breakdown("waf-purposes", DEVICES[Kind.WAF], "WAF 攻撃目的別の累計検知件数", "攻撃目的名"),
        Breakdown("mail-items", DEVICES[Kind.MAIL], "クラウドメールセキュリティ 項目別の検知件数", "項目名"),
    )
}
DEFINITION: Text = {
    "ja": "参加企業のセンサー自身の検知を、センサーが付けた分類(複数あれば最初のもの)ごとに全期間で数えた件数。",
    "en": "Verdicts of enrolled sensors over all months, by the sensor's own classification (the first if several).",
}


@dataclass(frozen=True)
class Item:
    item: str
    count: int
    companies: int
    """Companies in which it was detected."""


@dataclass(frozen=True)
class BreakdownTable:
    """The most frequent items, and how much is not among them; ``rest`` counts detections."""

    breakdown: Breakdown
    tally: Tally
    cut: DataCut
    items: tuple[Item, ...]
    rest: int

    @property
    def total(self) -> int:
        """Of the items shown, as the report prints it."""
        return sum(item.count for item in self.items)

    def as_dict(self) -> dict[str, Any]:
        study = self.tally.study
        return {
            "rows": [
                {
                    "device": self.breakdown.device,
                    "item": item.item,
                    "count": item.count,
                    "companies": item.companies,
                }
                for item in self.items
            ],
            "total": self.total,
            "rest": self.rest,
            "exclusions": exclusion_dicts(self._excluded(), set_aside=not study.include_exclusions),
            "definition": {"count": DEFINITION},
            "ledger": [self._number(item).as_dict() for item in self.items],
        }

    def _excluded(self) -> Any:
        return self.tally.excluded(lambda verdict: verdict.device == self.breakdown.device)

    def _number(self, item: Item) -> Number:
        study = self.tally.study
        return Number(
            key=f"{self.breakdown.name}/{item.item}",
            value=Fraction(item.count),
            definition=DEFINITION,
            numerator=item.count,
            denominator=None,
            averaging=NO_AVERAGE,
            exclusions=self.tally.excluded(
                lambda v: v.device == self.breakdown.device and (v.item or UNNAMED) == item.item
            ),
            included=study.include_exclusions,
            cut=self.cut,
            code_version=study.code_version,
        )

    def sheets(self) -> tuple[Sheet, ...]:
        lines = [(item.item, f"{item.count:,}", f"{item.companies}者") for item in self.items]
        sheet = Sheet(
            title=f"{self.breakdown.title} (上位{TOP}位まで)",
            headings=(self.breakdown.heading, "検知件数 [件]", "該当企業数"),
            rows=(*lines, None, ("総計", f"{self.total:,}", "")),
            notes=(f"このほかの分類: {self.rest:,}件", self.cut.note(self.tally.study.code_version)),
        )
        return (sheet,)


def breakdown(lake: Lake, study: Study, name: str) -> BreakdownTable:
    """The five most frequent classifications; equal counts by name. ``name`` is a key of ``BREAKDOWNS``."""
    asked, answers = BREAKDOWNS[name], tally(lake, study)
    counts: Counter[str] = Counter()
    companies: defaultdict[str, set[str]] = defaultdict(set)
    for verdict in answers.counted():
        if verdict.device == asked.device:
            counts[verdict.item or UNNAMED] += verdict.hits
            companies[verdict.item or UNNAMED].add(verdict.tenant)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    items = tuple(Item(item, count, len(companies[item])) for item, count in ranked[:TOP])
    return BreakdownTable(asked, answers, data_cut(lake), items, sum(count for _, count in ranked[TOP:]))
