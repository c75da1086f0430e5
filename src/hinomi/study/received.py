"""Mails received against mails detected, by month (survey report, section 6.2 (4))."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.library.contracts import Kind
from hinomi.study.detections import TOTAL, Row, printed, table_rows
from hinomi.study.ledger import NO_AVERAGE, DataCut, Number, Text, data_cut, plain
from hinomi.study.population import DEVICES, Study
from hinomi.study.sheet import Sheet
from hinomi.study.tally import Tally, tally

MAIL = DEVICES[Kind.MAIL]
DEFINITION: Text = {
    "ja": "参加企業のメールセキュリティが検査した受信メールの件数。検知したメールを含む。",
    "en": "Mails that the mail security of enrolled companies examined, the detected ones included.",
}


@dataclass(frozen=True)
class ReceivedTable:
    """For each month and in total: mails received (``received``), and what was detected of them."""

    tally: Tally
    cut: DataCut
    received: tuple[int, ...]
    detected: tuple[Row, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": [
                {
                    "month": row.month,
                    "received": received,
                    "detected": row.count,
                    "companies": row.companies,
                    "per_company_month": plain(row.average),
                }
                for received, row in zip(self.received, self.detected, strict=True)
            ],
            "not_seen": [window for window in self.tally.not_seen() if window["device"] == MAIL],
            "definition": {"received": DEFINITION},
            "ledger": [
                self._number(received, row).as_dict()
                for received, row in zip(self.received, self.detected, strict=True)
            ],
        }

    def _number(self, received: int, row: Row) -> Number:
        return Number(
            key=f"mail-received/{row.month}",
            value=Fraction(received),
            definition=DEFINITION,
            numerator=received,
            denominator=None,
            averaging=NO_AVERAGE,
            exclusions=(),
            included=False,
            cut=self.cut,
            code_version=self.tally.study.code_version,
        )

    def sheets(self) -> tuple[Sheet, ...]:
        months = self.tally.study.months
        sheet = Sheet(
            title="クラウドメールセキュリティの検知件数(月別) ()内は1者1か月あたり",
            headings=("", *(month.ja for month in months), "合計"),
            rows=(
                ("検知対象の受信メール [件]", *(f"{count:,}" for count in self.received)),
                ("うち検知した件数 [件]", *map(printed, self.detected)),
            ),
            notes=(self.cut.note(self.tally.study.code_version),),
        )
        return (sheet,)


def mail_received(lake: Lake, study: Study) -> ReceivedTable:
    answers = tally(lake, study)
    mails = {
        str(month): sum(h.mails for h in answers.hearings if h.window.device == MAIL and h.window.month == str(month))
        for month in study.months
    }
    mails[TOTAL] = sum(mails.values())
    detected = tuple(row for row in table_rows(answers) if row.device == MAIL)
    return ReceivedTable(answers, data_cut(lake), tuple(mails[row.month] for row in detected), detected)
