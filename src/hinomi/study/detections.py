"""The study's table of detections: device, category and month (survey report, section 6.2)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.study.ledger import (
    MEAN_OF_MONTHS,
    PER_COMPANY,
    DataCut,
    Number,
    Text,
    data_cut,
    exclusion_dicts,
    half_up,
    plain,
)
from hinomi.study.population import COUNTED, DEVICES, Study
from hinomi.study.reported import note
from hinomi.study.sheet import Sheet
from hinomi.study.tally import Tally, Verdict, tally

TOTAL = "total"
UTM, *OTHERS = DEVICES.values()
ITEMS: tuple[tuple[str, str | None], ...] = (*((UTM, name) for name in COUNTED), *((device, None) for device in OTHERS))
"""What the table counts, in its order: device, and UTM category or None."""

DEFINITION: Text = {
    "ja": "参加企業のセンサー自身が検知と判定した記録の件数(まとめて1行で届いたものはその件数)。"
    "UTMは検知項目ごとに数え、探索活動検知(ping/ポートスキャン等)とURLカテゴリフィルタは含まない。月は現地時刻の暦月。",
    "en": "Verdicts of enrolled sensors themselves, aggregated records by the count they carry. UTM by category, "
    "without scans, pings and URL filtering. Months are calendar months in local time.",
}
COMPANIES: Text = {
    "ja": "その月にその機器から1件以上の記録が届いた参加企業の数。参加していても記録が届かなかった企業は数えない。",
    "en": "Enrolled companies of which that device sent at least one record in the month; silent ones do not count.",
}


@dataclass(frozen=True)
class Row:
    """A count and its average per company-month; ``companies`` is None for a total, which has no one denominator."""

    device: str
    category: str | None
    month: str
    count: int
    companies: int | None
    average: Fraction | None

    @property
    def key(self) -> str:
        return "/".join(("detections", self.device, self.category or "-", self.month))

    def holds(self, verdict: Verdict) -> bool:
        """Whether a verdict belongs to this row."""
        here = (verdict.device, verdict.category if self.category else None)
        return here == (self.device, self.category) and self.month in (TOTAL, verdict.month)


@dataclass(frozen=True)
class DetectionTable:
    """Rows by device, category and month, each item's total last; and all that is needed to defend them."""

    tally: Tally
    cut: DataCut
    rows: tuple[Row, ...]

    def as_dict(self) -> dict[str, Any]:
        """The contract of ``hinomi study table detections --json``; ``ledger`` has one account a row, in order."""
        study = self.tally.study
        return {
            "rows": [
                {
                    "device": row.device,
                    "category": row.category,
                    "month": row.month,
                    "count": row.count,
                    "companies": row.companies,
                    "per_company_month": plain(row.average),
                }
                for row in self.rows
            ],
            "exclusions": exclusion_dicts(self.tally.excluded(), set_aside=not study.include_exclusions),
            "reports": [one.as_dict(included=study.include_reports) for one in self.tally.reported],
            "not_seen": self.tally.not_seen(),
            "definition": {"count": DEFINITION, "companies": COMPANIES},
            "ledger": [number.as_dict() for number in self.numbers()],
        }

    def numbers(self) -> Iterator[Number]:
        """The account of each row, in the order of the rows."""
        study = self.tally.study
        for row in self.rows:
            total = row.month == TOTAL
            yield Number(
                key=row.key,
                value=row.average,
                definition=DEFINITION,
                numerator=row.count,
                denominator=row.companies,
                averaging=MEAN_OF_MONTHS if total else PER_COMPANY,
                exclusions=self.tally.excluded(row.holds),
                included=study.include_exclusions,
                cut=self.cut,
                code_version=study.code_version,
                parts=tuple(replace(row, month=str(month)).key for month in study.months) if total else (),
            )

    def sheets(self) -> tuple[Sheet, ...]:
        """The table in the layout of the report: months side by side, the average in brackets."""
        months = self.tally.study.months
        cells = {(row.device, row.category, row.month): row for row in self.rows}
        lines: list[tuple[str, ...] | None] = [(UTM, *("" for _ in (*months, TOTAL)))]
        for device, category in ITEMS:
            group = [cells[device, category, month] for month in (*map(str, months), TOTAL)]
            if category is None:
                lines.append(None)
            mark = "※2" if self.tally.excluded(group[-1].holds) else ""
            lines.append((f"  {category}{mark}" if category else f"{device}{mark}", *map(printed, group)))
        sheet = Sheet(
            title="セキュリティ機器の検知件数 [件] ()内は1者1か月あたりの件数",
            headings=("機器と検知項目", *(month.ja for month in months), "合計※1"),
            rows=tuple(lines),
            notes=self.notes(),
        )
        return (sheet,)

    def notes(self) -> tuple[str, ...]:
        study = self.tally.study
        verb = "含めて" if study.include_exclusions else "除いて"
        aside = [
            f"※2 {exclusion.tenant} の「{exclusion.signature}」{exclusion.count:,}件を{verb}算出。"
            f"理由: {exclusion.reason}"
            for exclusion in self.tally.excluded()
        ]
        observed = "、".join(
            f"{device} {'/'.join(str(len(self.tally.companies(device, str(month)))) for month in study.months)}者"
            for device in DEVICES.values()
        )
        silent = "、".join(f"{window.sensor}({window.month})" for window in self.tally.silent())
        return (
            "※1 合計の()内は、企業を観測できた各月の1者1か月あたりの件数を足し、その月の数で割って算出。",
            *aside,
            f"観測できた企業: {observed}",
            *([told] if (told := note(self.tally.reported, included=study.include_reports)) else []),
            *([f"記録が届かず見えなかったセンサー: {silent}"] if silent else []),
            self.cut.note(study.code_version),
        )


def detections(lake: Lake, study: Study) -> DetectionTable:
    """Count what a population's sensors detected; 0 where a device was observed and detected nothing."""
    answers = tally(lake, study)
    return DetectionTable(answers, data_cut(lake), tuple(table_rows(answers)))


def table_rows(answers: Tally) -> Iterator[Row]:
    counts: Counter[tuple[str, str | None, str]] = Counter()
    for verdict in answers.counted():
        category = verdict.category if verdict.device == UTM else None
        counts[verdict.device, category, verdict.month] += verdict.hits
    for device, category in ITEMS:
        group = [month_row(answers, counts, device, category, str(month)) for month in answers.study.months]
        yield from group
        yield Row(device, category, TOTAL, sum(row.count for row in group), None, mean(group))


def month_row(
    answers: Tally, counts: Counter[tuple[str, str | None, str]], device: str, category: str | None, month: str
) -> Row:
    count, companies = counts[device, category, month], len(answers.companies(device, month))
    return Row(device, category, month, count, companies, Fraction(count, companies) if companies else None)


def mean(group: list[Row]) -> Fraction | None:
    """The mean of the monthly averages, over the months in which anyone was observed."""
    averages = [row.average for row in group if row.average is not None]
    return sum(averages, Fraction(0)) / len(averages) if averages else None


def printed(row: Row) -> str:
    average = "観測なし" if row.average is None else half_up(row.average)
    return f"{row.count:,}\n({average})"
