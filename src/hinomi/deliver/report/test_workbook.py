from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from hinomi.deliver.report.facts import TenantFacts
from hinomi.deliver.report.monthly import MonthlyReport, Top
from hinomi.deliver.report.workbook import monthly_xlsx


def book(report: MonthlyReport) -> Workbook:
    return load_workbook(BytesIO(monthly_xlsx(report)))


def rows(report: MonthlyReport, sheet: str) -> list[tuple[object, ...]]:
    return list(book(report)[sheet].iter_rows(values_only=True))


def test_the_sheets_are_those_a_reader_expects(busy: MonthlyReport) -> None:
    assert book(busy).sheetnames == [
        *("概要", "検知件数", "日別", "上位", "見えていた時間", "インシデント", "専門家の指摘", "除外", "数え方"),
    ]


def test_numbers_are_numbers_unrounded_and_what_was_not_observed_is_empty(busy: MonthlyReport) -> None:
    _, site, waf = rows(busy, "検知件数")
    assert site == ("UTM", "不正サイト", 1234, 1000, 234, 10.5, 15)
    assert waf == ("WAF", "検知すべて", 0, None, None, None, 4)
    assert rows(busy, "日別")[10] == ("2022-12-10", "UTM", 10, "届いていない")


def test_actions_are_all_there_also_those_page_one_had_no_room_for(busy: MonthlyReport) -> None:
    said = dict(rows(busy, "概要"))
    assert said["していただくこと 4"] == "確認すること4 PC-04(sato さん)"
    assert said["しるし"] == "△ 確認してください"


def test_the_ledger_has_a_line_for_every_account(busy: MonthlyReport) -> None:
    headings, line = rows(busy, "数え方")
    account = dict(zip(headings, line, strict=True))
    assert account["値"] == account["分子"] == 1234
    assert account["除外"] == "101-utm「LAND」40件(機器の不具合)"
    assert (account["エポック"], account["版"]) == (7, "0.1.0+test")


@pytest.mark.parametrize("value", ["=1+1", "+cmd|' /c calc'!A1", "-2", "@SUM(A1)", "{=1}", "https://x.example", "1e5"])
def test_what_a_sender_wrote_is_a_text_and_neither_formula_nor_link(busy: MonthlyReport, value: str) -> None:
    made = book(replace(busy, tops=(Top("検知名", ((value, 1),), 0),), tenant=TenantFacts("101", value)))
    for cell in (made["上位"]["C2"], made["概要"]["B2"]):
        assert value in cell.value
        assert cell.data_type == "s"
        assert cell.hyperlink is None


def test_a_month_before_any_data_makes_a_book_too(blind: MonthlyReport) -> None:
    assert rows(blind, "検知件数")[1:] == []
    assert ("見えなかったもの", "暗号化された通信") in rows(blind, "概要")
