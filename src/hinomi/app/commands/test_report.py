"""``hinomi report`` as an operator uses it."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from hinomi.app.commands.conftest import NOW, Ask
from hinomi.deliver.notify.models import Delivery, Notification
from hinomi.tenants.operations import create_user
from hinomi.tenants.queries import tenant
from hinomi.tenants.roles import Role


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


def test_what_the_calendar_would_send_is_shown_before_it_is_queued(programme: Ask, settings: Settings) -> None:
    settings.SMTP_SECRET_URL = "smtp://127.0.0.1:1?from=soc@watch.example.jp"
    create_user("suzuki", Role.MEMBER, now=NOW, tenant=tenant("101"), email="suzuki@c101.example.jp")
    long_ago = datetime(2022, 1, 3, tzinfo=UTC)
    Delivery.objects.create(
        tenant_id="101", about="digest", period="2022-01-03", due=long_ago, queued=long_ago, recipients=0
    )

    looked = programme("report", "deliver", "--dry-run")
    assert "queued" not in looked.stderr
    shown = [json.loads(line) for line in looked.stdout.splitlines()]

    assert {(row["tenant"], row["about"], *row["recipients"]) for row in shown} == {
        ("101", "digest", "suzuki@c101.example.jp")
    }
    assert not Notification.objects.exists()
    assert "通を送信待ちに" in programme("report", "deliver").stderr
    assert Notification.objects.filter(about="digest", recipient__username="suzuki").count() == len(shown)
    assert programme("report", "deliver").stdout == ""
