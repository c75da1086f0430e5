"""How many companies had which sensor (survey report, section 6.1)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.library.contracts import Kind
from hinomi.study.ledger import DataCut, Text, data_cut
from hinomi.study.population import DEVICES, Enrolment, Study, windows
from hinomi.study.sheet import Sheet
from hinomi.study.tally import Tally, tally

EXISTING = "既設UTM検知レポート活用"
COMBINATIONS = (
    "UTM導入、EDR導入",
    "UTM未導入、EDR導入",
    "UTM導入、EDR未導入",
    "UTM未導入、EDR未導入、WAFかクラウドメールセキュリティ導入",
    "全て未導入",
)
TOTAL = "合計"
DEFINITION: Text = {
    "ja": "その月に参加しているセンサーがある企業の数。UTMは本事業で導入したものと既設のものを分ける。"
    "組み合わせは全期間のもので、既設UTMは導入に数えない。",
    "en": "Companies with an enrolled sensor in the month. New UTMs and those the company had before are told apart; "
    "combinations are over all months and do not count a UTM the company had before.",
}


@dataclass(frozen=True)
class Installed:
    """Companies of a month with a device, and how many of them were heard."""

    device: str
    month: str
    companies: int
    observed: int


@dataclass(frozen=True)
class SensorTable:
    """``combinations`` maps (combination, sector) to companies; both go up to ``合計``."""

    tally: Tally
    cut: DataCut
    installed: tuple[Installed, ...]
    combinations: dict[tuple[str, str], int]
    sectors: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": [
                {"device": row.device, "month": row.month, "companies": row.companies, "observed": row.observed}
                for row in self.installed
            ],
            "combinations": [
                {"combination": combination, "sector": sector, "companies": self.combinations[combination, sector]}
                for combination in (*COMBINATIONS, TOTAL)
                for sector in (TOTAL, *self.sectors)
            ],
            "not_seen": self.tally.not_seen(),
            "definition": {"companies": DEFINITION},
        }

    def sheets(self) -> tuple[Sheet, ...]:
        months = self.tally.study.months
        cells = {(row.device, row.month): row for row in self.installed}
        note = self.cut.note(self.tally.study.code_version)
        installed = Sheet(
            title="セキュリティ機器の導入者数 ()内は記録が届いた者数",
            headings=("機器名", *(month.ja for month in months)),
            rows=tuple(
                (device, *(f"{c.companies}者\n({c.observed})" for m in months for c in (cells[device, str(m)],)))
                for device in (*DEVICES.values(), EXISTING)
            ),
            notes=(note,),
        )
        combined = Sheet(
            title="組み合わせ別及び分野別の導入状況",
            headings=("", TOTAL, *self.sectors),
            rows=tuple(
                (combination, *(f"{self.combinations[combination, sector]}者" for sector in (TOTAL, *self.sectors)))
                for combination in (*COMBINATIONS, TOTAL)
            ),
            notes=("既設UTMは導入に数えない。",),
        )
        return installed, combined


def sensors(lake: Lake, study: Study) -> SensorTable:
    answers = tally(lake, study)
    sectors = tuple(dict.fromkeys(sector for _, sector in sorted(study.participants.items())))
    return SensorTable(answers, data_cut(lake), tuple(installed(answers)), combinations(study), sectors)


def installed(answers: Tally) -> Iterable[Installed]:
    existing = {(e.tenant, e.sensor) for e in answers.study.enrolments if e.existing}
    companies: dict[tuple[str, str], set[str]] = {}
    observed: dict[tuple[str, str], set[str]] = {}
    for hearing in answers.hearings:
        window = hearing.window
        device = EXISTING if (window.tenant, window.sensor) in existing else window.device
        companies.setdefault((device, window.month), set()).add(window.tenant)
        if hearing.records:
            observed.setdefault((device, window.month), set()).add(window.tenant)
    for device in (*DEVICES.values(), EXISTING):
        for month in map(str, answers.study.months):
            cell = (device, month)
            yield Installed(device, month, len(companies.get(cell, ())), len(observed.get(cell, ())))


def combinations(study: Study) -> dict[tuple[str, str], int]:
    """Participants by combination and sector, with totals; a company without any sensor is counted too."""
    taking_part = {(window.tenant, window.sensor) for window in windows(study)}
    enrolled = [e for e in study.enrolments if (e.tenant, e.sensor) in taking_part and not e.existing]
    counts: Counter[tuple[str, str]] = Counter()
    for tenant, sector in study.participants.items():
        name = combination([enrolment for enrolment in enrolled if enrolment.tenant == tenant])
        counts.update([(name, sector), (name, TOTAL), (TOTAL, sector), (TOTAL, TOTAL)])
    return counts


def combination(enrolments: list[Enrolment]) -> str:
    kinds = {enrolment.kind for enrolment in enrolments}
    utm, edr = Kind.UTM in kinds, Kind.EDR in kinds
    if utm or edr:
        return COMBINATIONS[0 if utm and edr else 1 if edr else 2]
    return COMBINATIONS[3 if kinds else 4]
