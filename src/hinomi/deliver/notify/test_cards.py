"""A pressing mail to a company ends with what may be forwarded; an operator's own card is what it says."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from hinomi.deliver.notify.conftest import NOW, Tell
from hinomi.deliver.notify.operations import enqueue, send_due
from hinomi.library import catalog
from hinomi.net.conftest import MailServer

pytestmark = pytest.mark.django_db
SUZUKI, SATO = "suzuki@c101.example.jp", "sato@watch.example.jp"


def mails(server: MailServer) -> dict[str, str]:
    """Texts by recipient of all that is told and sent now."""
    enqueue(NOW)
    send_due(NOW)
    return {letter["to"]: letter.get_content().replace("\r\n", "\n") for letter in server.letters}


def test_the_company_gets_the_text_for_its_vendor_and_staff_do_not(server: MailServer, tell: Tell) -> None:
    tell()

    told = mails(server)

    assert "■ 業者へ渡す文" in told[SUZUKI]
    assert "【調査と対処のお願い】青空半導体" in told[SUZUKI]
    assert "2026-05-12 09:30:00 +09:00 (2026-05-12 00:30:00 UTC)" in told[SUZUKI]
    assert "■ 社長へ" in told[SUZUKI]
    assert "■ 使っている人に聞くこと\n1. 画面に出た番号に電話をかけましたか。" in told[SUZUKI]
    assert "業者へ渡す文" not in told[SATO]
    assert "社長へ" not in told[SATO]


def test_an_operators_own_card_is_what_the_mail_says(
    server: MailServer, tell: Tell, settings: Settings, tmp_path: Path
) -> None:
    shelf = (catalog.SHELVES / "advice" / "support_scam.yaml").read_text(encoding="utf-8")
    settings.DATA_DIR = tmp_path
    (tmp_path / "advice").mkdir()
    (tmp_path / "advice" / "support_scam.yaml").write_text(
        shelf.replace("監視センター。お金の被害", "総務課。お金の被害"), encoding="utf-8"
    )
    tell()

    assert "総務課。お金の被害があれば警察の相談電話 #9110" in mails(server)[SUZUKI]
