"""The report as a spreadsheet."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from hinomi.deliver.report.cells import Cell, sheets
from hinomi.deliver.report.monthly import MonthlyReport

WIDEST = 60


def monthly_xlsx(report: MonthlyReport) -> bytes:
    """The report as XLSX: 概要, 検知件数, 日別, 上位, 見えていた時間, インシデント, 専門家の指摘, 除外, 数え方.

    What a sender wrote is a text cell and never a formula or a link, whatever it begins with.
    """
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": f"{report.tenant.name} {report.month.ja}", "created": report.made})
        for name, headings, rows in sheets(report):
            write(book, name, headings, rows)
    return buffer.getvalue()


def write(book: Any, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 2, "font_name": "Yu Gothic"})
    text = book.add_format({"text_wrap": True, "valign": "top", "font_name": "Yu Gothic"})
    number = book.add_format({"num_format": "#,##0.######", "valign": "top", "font_name": "Yu Gothic"})
    widths = [width(heading) for heading in headings]
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, column, cell, text)
            elif cell is not None:
                sheet.write_number(line, column, cell, number)
            widths[column] = max(widths[column], width(str(cell or "")))
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, min(wide, WIDEST) + 2)
    sheet.freeze_panes(1, 0)


def width(text: str) -> int:
    """Columns a text takes: a Japanese character takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
