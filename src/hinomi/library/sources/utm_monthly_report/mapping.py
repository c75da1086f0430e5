"""A UTM's monthly report to counted findings of a lower grade of evidence.

The survey had to count three companies' UTMs from the reports of their vendors (survey report, sections 4.5 and
6.1). A report says how many, never which: each count becomes one OCSF Detection Finding that is no alert, with
``count``, the month in ``start_time`` and ``end_time``, and the label ``evidence:report``.

Tables may be long (month, category, count) or wide (categories down and months across, or the other way round); a
month may also stand in a title above the table. Rows and columns of totals are left out.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context, Normalized, Reason, Reject, UtmCategory
from hinomi.library.formats import times
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Collector, Row
from hinomi.library.formats.table_grid import KEPT, Unreadable
from hinomi.library.formats.table_rows import rows
from hinomi.library.formats.table_values import key_of
from hinomi.library.formats.utm_words import category
from hinomi.ocsf.classes import EVIDENCE_REPORT, RANSOMWARE, ClassUid

MONTH = re.compile(r"(20\d\d)\s*[-/年.]\s*(1[0-2]|0?[1-9])(?:\s*月度?|\s*[-/.]\s*(?:3[01]|[12]\d|0?[1-9]))?(?!\d)")
ERA_MONTH = re.compile(r"令和\s*(\d{1,2}|元)\s*年\s*(1[0-2]|0?[1-9])\s*月")
COUNT = re.compile(r"([\d,]+)(?:\.0+)?\s*件?")
TOTAL = ("合計", "総計", "小計", "計", "total", "sum", "平均", "average", "前月比", "前月")
DETECTED = tuple(
    map(key_of, ("検知件数", "検知数", "検出件数", "検出数", "件数", "detections", "count", "hits", "events", "回数"))
)
"""Headings of counts, the best first."""
LABELS = (
    "年月",
    "月",
    "期間",
    "対象月",
    "項目",
    "検知項目",
    "種別",
    "分類",
    "カテゴリ",
    "機能",
    "ブロック数",
    "遮断数",
    "month",
    "period",
    "category",
    "item",
    "type",
    "blocked",
)
NAMES = frozenset((*DETECTED, *map(key_of, LABELS)))
"""Words that a row of headings holds."""
DETAIL = "この行には読める件数がありません。項目名を確かめてください (no category, month or count that can be read): {}"


@dataclass(frozen=True)
class Month:
    year: int
    month: int

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """First and last second of the month as naive UTC."""
        following = datetime(self.year + self.month // 12, self.month % 12 + 1, 1)
        first = datetime(self.year, self.month, 1)
        return times.utc(first, zone), times.utc(following, zone) - timedelta(seconds=1)


def normalize(payload: bytes, context: Context) -> Normalized:
    """A record a count; a row in which none can be read is one reject. Months are in ``context.timezone``."""
    collector = Collector()
    try:
        table = rows(payload)
    except Unreadable as unreadable:
        collector.add(unreadable.reject.line, unreadable.reject)
        return collector.normalized()
    for record, found in enumerate(counts(table), start=1):
        if isinstance(found, Reject):
            collector.add(record, Reject(record, found.reason, found.detail, found.raw))
        else:
            collector.add(record, event(*found, context.timezone))
    return collector.normalized()


Count = tuple[Month, str, UtmCategory, int]


def counts(table: list[tuple[int, list[str]]]) -> Iterator[Count | Reject]:
    """Every count of a table, row by row; a row under the headings that has none is a reject."""
    titled: Month | None = None
    heads: list[str] = []
    for line, cells in table:
        numbers = [number(cell) for cell in cells]
        if is_heading(cells):
            heads = cells
            continue
        if not heads and not any(value is not None for value in numbers):
            titled = next((found for cell in cells if (found := month(cell))), titled)
            continue
        if any(key_of(cell) in TOTAL for cell in cells):
            continue
        here = list(in_row(cells, heads, titled))
        yield from here
        if not here:
            raw = "\t".join(cells)
            yield Reject(line, Reason.UNKNOWN_TYPE, f"{line} 行目: {DETAIL.format(raw[:200])}", raw.encode()[:KEPT])


def is_heading(cells: list[str]) -> bool:
    """Names of columns: a word for one, or several months or categories across; no cell that is a plain number."""
    if any(number(cell) is not None for cell in cells):
        return False
    if len(cells) >= 2 and any(key_of(cell) in NAMES for cell in cells):
        return True
    return sum(month(cell) is not None for cell in cells) >= 2 or sum(category(cell) is not None for cell in cells) >= 2


def in_row(cells: list[str], heads: list[str], titled: Month | None) -> Iterator[Count]:
    """The counts of one row: its own month or category, and those of its columns.

    Of several columns of counts for the same month and category (detected, blocked) one counts: the first that is
    called detections, else the first.
    """
    own_month = next((found for cell in cells if (found := month(cell)) is not None), titled)
    named = next((cell for cell in cells if number(cell) is None and not month(cell) and category(cell)), None)
    best: dict[tuple[Month, UtmCategory, str], tuple[int, Count]] = {}
    for place, cell in enumerate(cells):
        value = number(cell)
        head = heads[place] if place < len(heads) else ""
        if value is None or key_of(head) in TOTAL:
            continue
        when, name = month(head) or own_month, named or head
        meant = category(name)
        if when and meant:
            rank = DETECTED.index(key_of(head)) if key_of(head) in DETECTED else len(DETECTED)
            known = best.get((when, meant, name))
            if known is None or rank < known[0]:
                best[when, meant, name] = (rank, (when, name, meant, value))
    yield from (count for _, count in best.values())


def month(text: str) -> Month | None:
    """``2022年11月``, ``2022/11``, ``2022-11-01``, ``令和4年11月``."""
    plain = unicodedata.normalize("NFKC", text)
    if era := ERA_MONTH.search(plain):
        return Month(2018 + (1 if era[1] == "元" else int(era[1])), int(era[2]))
    found = MONTH.search(plain)
    return Month(int(found[1]), int(found[2])) if found else None


def number(text: str) -> int | None:
    """A count as reports write it: ``1,234``, ``12件``, ``１２``; None for anything else."""
    found = COUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    digits = found[1].replace(",", "") if found else ""
    return int(digits) if digits and len(digits) < 16 else None


def event(when: Month, name: str, found: UtmCategory, value: int, zone: ZoneInfo) -> Row:
    first, last = when.span(zone)
    row = activity(ClassUid.DETECTION_FINDING, 1)
    row |= {
        "time": last,
        "start_time": first,
        "end_time": last,
        "count": value,
        "utm_category": str(found),
        "finding_info.title": f"{name} ({when.year}-{when.month:02})",
        "finding_info.types": [name],
        "message": f"{when.year}年{when.month}月 {name}: {value:,}件 (月次レポートの件数)",
        "metadata.log_name": "monthly_report",
        "metadata.original_time": f"{when.year}-{when.month:02}",
        "metadata.labels": [EVIDENCE_REPORT],
    }
    if found is UtmCategory.RANSOMWARE:
        row["malware.classification_ids"] = [RANSOMWARE]
    return row
