"""Monthly reports are made when somebody asks for them."""

import io

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from hinomi.console.conftest import Town

pytestmark = pytest.mark.django_db


def test_a_member_finds_the_months_of_their_company(town: Town) -> None:
    shelves = town.client("member").get(reverse("reports")).context["shelves"]

    assert [(shelf.tenant.uid, [str(month) for month in shelf.months]) for shelf in shelves] == [("701", ["2022-12"])]


def test_the_report_is_a_pdf_about_that_company_and_month(town: Town) -> None:
    answer = town.client("member").get(reverse("reports-pdf", args=("701", "2022-12")))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="hinomi-701-2022-12.pdf"'
    first = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "青葉精密" in first


def test_the_report_is_a_workbook_too(town: Town) -> None:
    answer = town.client("member").get(reverse("reports-xlsx", args=("701", "2022-12")))

    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames


@pytest.mark.parametrize("month", ["2022-13", "december", "2022-12-01"])
def test_what_is_no_month_is_not_found(town: Town, month: str) -> None:
    assert town.client("member").get(f"/reports/701/{month}.pdf").status_code == 404
