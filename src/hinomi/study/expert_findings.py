"""The study's table of expert findings: companies by kind and month, cumulative over months (survey report, 6.3)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.ocsf.expert import Decided, Proposal
from hinomi.study.detections import TOTAL
from hinomi.study.expert_kinds import BY_KEY, KINDS, ExpertKind
from hinomi.study.expert_proposals import proposals
from hinomi.study.ledger import NO_AVERAGE, DataCut, Number, Text, data_cut
from hinomi.study.population import Study, windows
from hinomi.study.sheet import Sheet
from hinomi.study.tally import Tally, tally

CONFIRMED: Text = {
    "ja": "参加企業の検知から火の見が挙げ、専門家が確かめて企業に指摘した事項を、種類と月ごとに企業数で数える。"
    "同じ企業の同じ種類は、1か月に何件あっても1者。合計は各月の企業数を足したのべ者数。月は現地時刻の暦月。",
    "en": "Companies to which an expert pointed out a thing of this kind that enrolled sensors had detected. "
    "A company counts once a kind and month; a total adds the months up, so one company may count several times.",
}
PROPOSED: Text = {
    "ja": "参加企業の検知から火の見が挙げた事項を、専門家が確かめる前に、種類と月ごとに企業数で数える。"
    "同じ企業の同じ種類は、1か月に何件あっても1者。合計は各月の企業数を足したのべ者数。",
    "en": "Companies for which detections of enrolled sensors propose a thing of this kind, before any expert looked. "
    "A company counts once a kind and month; a total adds the months up.",
}
OBSERVED: Text = {
    "ja": "その月にその機器から1件以上の記録が届いた参加企業の数。",
    "en": "Enrolled companies of which that device sent at least one record in the month.",
}
Cell = tuple[str, str]
"""Kind and month."""


@dataclass(frozen=True)
class Row:
    """``companies`` are those counted, ``undecided`` those proposed and not looked at; ``observed`` None: total."""

    kind: ExpertKind
    month: str
    companies: int
    undecided: int
    observed: int | None

    @property
    def key(self) -> str:
        return f"expert-findings/{self.kind.key}/{self.month}"


@dataclass(frozen=True)
class ExpertTable:
    """Rows by kind and month, each kind's total last."""

    tally: Tally
    cut: DataCut
    rows: tuple[Row, ...]

    @property
    def definition(self) -> Text:
        return PROPOSED if self.tally.study.proposed else CONFIRMED

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": [
                {
                    "number": row.kind.number,
                    "kind": row.kind.key,
                    "device": row.kind.device,
                    "seen": row.kind.seen["ja"],
                    "risk": row.kind.risk["ja"],
                    "month": row.month,
                    "companies": row.companies,
                    "undecided": row.undecided,
                    "observed": row.observed,
                }
                for row in self.rows
            ],
            "proposed": self.tally.study.proposed,
            "exclusions": [],
            "not_seen": self.tally.not_seen(),
            "definition": {"companies": self.definition, "observed": OBSERVED},
            "ledger": [number.as_dict() for number in self.numbers()],
        }

    def numbers(self) -> Iterator[Number]:
        study = self.tally.study
        for row in self.rows:
            total = row.month == TOTAL
            yield Number(
                key=row.key,
                value=Fraction(row.companies),
                definition=self.definition,
                numerator=row.companies,
                denominator=None,
                averaging=NO_AVERAGE,
                exclusions=(),
                included=study.include_exclusions,
                cut=self.cut,
                code_version=study.code_version,
                parts=tuple(f"expert-findings/{row.kind.key}/{month}" for month in study.months) if total else (),
            )

    def sheets(self) -> tuple[Sheet, ...]:
        """As section 6.3 prints it: what was seen, in how many companies, and the risk."""
        study = self.tally.study
        cells = {(row.kind.key, row.month): row for row in self.rows}
        lines = []
        for kind in KINDS:
            months = [f"{cells[kind.key, str(month)].companies}者" for month in study.months]
            named = f"{kind.number} {kind.device}: {kind.seen['ja']}\n  想定されるリスク: {kind.risk['ja']}"
            lines.append((named, *months, f"{cells[kind.key, TOTAL].companies}者"))
        what = "火の見が挙げたもの" if study.proposed else "専門家が確かめたもの"
        return (
            Sheet(
                title=f"検知内容から想定されるリスク ({what})",
                headings=("検知内容", *(month.ja for month in study.months), "のべ者数"),
                rows=tuple(lines),
                notes=self.notes(),
            ),
        )

    def notes(self) -> tuple[str, ...]:
        waiting = sum(row.undecided for row in self.rows if row.month == TOTAL)
        said = f"まだ誰も確かめていないもの: のべ{waiting}者" if waiting else ""
        return (*filter(None, (said,)), self.cut.note(self.tally.study.code_version))


def expert_findings(lake: Lake, study: Study) -> ExpertTable:
    """Confirmed ones, or with ``study.proposed`` all that is proposed. 0 where nothing was, or nobody was observed."""
    answers = tally(lake, study)
    found = proposals(lake, study)
    decided = {(one.tenant, one.month, one.kind): one for one in counted(study)}
    waiting = [one for one in found if (one.tenant, one.month, one.kind) not in decided]
    confirmed = [one for one in decided.values() if one.confirmed]
    rows = of_kinds(answers, cells(found if study.proposed else confirmed), cells(waiting))
    return ExpertTable(answers, data_cut(lake), tuple(rows))


def counted(study: Study) -> Iterator[Decided]:
    """Decisions about what a sensor of the study saw while it took part."""
    there = {(window.tenant, window.sensor, window.month) for window in windows(study)}
    for one in study.decided:
        if one.kind in BY_KEY and any((one.tenant, sensor, one.month) in there for sensor in one.sensors):
            yield one


def cells(found: Iterable[Proposal | Decided]) -> dict[Cell, set[str]]:
    companies: defaultdict[Cell, set[str]] = defaultdict(set)
    for one in found:
        companies[one.kind, one.month].add(one.tenant)
    return companies


def of_kinds(answers: Tally, companies: dict[Cell, set[str]], waiting: dict[Cell, set[str]]) -> Iterator[Row]:
    for kind in KINDS:
        group = [
            Row(
                kind,
                month,
                len(companies.get((kind.key, month), ())),
                len(waiting.get((kind.key, month), ())),
                len(answers.companies(kind.device, month)),
            )
            for month in map(str, answers.study.months)
        ]
        yield from group
        yield Row(kind, TOTAL, sum(row.companies for row in group), sum(row.undecided for row in group), None)
