"""``hinomi report monthly`` as an operator uses it."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from hinomi.app.commands.conftest import Ask


def test_a_month_becomes_a_pdf(programme: Ask, tmp_path: Path) -> None:
    done = programme("report", "monthly", "--tenant", "101", "--month", "2022-11", "--output", tmp_path / "x.pdf")
    assert (done.exit_code, done.stdout) == (0, "")
    front = PdfReader(BytesIO((tmp_path / "x.pdf").read_bytes())).pages[0].extract_text()
    assert "101社御中2022年11月" in "".join(front.split())


def test_or_a_spreadsheet(programme: Ask, tmp_path: Path) -> None:
    done = programme("report", "monthly", "--tenant", "101", "--month", "2022-11", "--output", tmp_path / "x.XLSX")
    assert done.exit_code == 0
    sheet = load_workbook(tmp_path / "x.XLSX")["検知件数"]
    assert [cell.value for cell in sheet[2]][:3] == ["EDR", "検知すべて", 3]


@pytest.mark.parametrize(
    ("tenant", "month", "name", "says"),
    [
        ("999", "2022-11", "x.pdf", "999"),
        ("101", "2022-13", "x.pdf", "2022-13"),
        ("101", "2999-01", "x.pdf", "2999-01"),
        ("101", "2022-11", "x.docx", ".xlsx"),
        ("101", "2022-11", "nowhere/x.pdf", "nowhere"),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_writes_nothing(
    programme: Ask, tmp_path: Path, tenant: str, month: str, name: str, says: str
) -> None:
    done = programme("report", "monthly", "--tenant", tenant, "--month", month, "--output", tmp_path / name)
    assert done.exit_code == 2
    assert says in done.stderr
    assert list(tmp_path.glob("x*")) == []
