"""A company's administrator fetches the month's report and can open it."""

from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, Town, enter

pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [375, 1280])
def test_a_member_downloads_the_months_report_as_pdf_and_as_a_workbook(
    town: Town, live_server: Any, page: Page, complaints: list[str], tmp_path: Path, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    enter(page, live_server.url, town, "member")
    if width < 768:
        page.get_by_role("button", name="メニュー").click()
    page.get_by_role("navigation", name="メニュー").get_by_role("link", name="報告書").click()
    expect(page.get_by_role("heading", name="2022年12月")).to_be_visible()

    with page.expect_download() as paper:
        page.get_by_role("link", name="PDF 2022年12月").click()
    assert paper.value.suggested_filename == "hinomi-701-2022-12.pdf"
    paper.value.save_as(tmp_path / "report.pdf")
    pages = pypdf.PdfReader(tmp_path / "report.pdf").pages
    assert "青葉精密" in pages[0].extract_text()
    assert "港南製作所" not in "".join(each.extract_text() for each in pages)

    with page.expect_download() as sheets:
        page.get_by_role("link", name="Excel 2022年12月").click()
    sheets.value.save_as(tmp_path / "report.xlsx")
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames
    assert complaints == []
