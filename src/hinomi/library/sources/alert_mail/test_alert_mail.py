"""Devices that only write mail."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context, Reason, UtmCategory
from hinomi.library.sources.alert_mail.mapping import normalize
from hinomi.ocsf.classes import EVIDENCE_MAIL, DispositionId

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 18, 4))


def mail(subject: str, text: str = "") -> bytes:
    return f"From: gate@factory.example\nSubject: {subject}\n\n{text}\n".encode("cp932")


@pytest.mark.parametrize(
    ("subject", "text", "category"),
    [
        ("ウイルス検知のお知らせ", "", UtmCategory.MALWARE),
        ("[ALERT] Botnet communication blocked", "", UtmCategory.CNC_CALLBACK),
        ("通知", "検知名: Ransom.Test\n種別: ウイルス", UtmCategory.RANSOMWARE),
        ("侵入検知", "攻撃元: 203.0.113.9", UtmCategory.IPS),
    ],
)
def test_a_mail_that_tells_of_a_detection_is_one(subject: str, text: str, category: UtmCategory) -> None:
    (row,) = normalize(mail(subject, text), CONTEXT).events.to_dicts()

    assert (row["is_alert"], row["utm_category"]) == (True, category)
    assert EVIDENCE_MAIL in row["metadata.labels"]


@pytest.mark.parametrize(
    "subject", ["ウイルス定義の更新", "検知件数 月次レポート", "Weekly report: blocked threats", "テスト"]
)
def test_reports_and_notices_are_no_detection(subject: str) -> None:
    (row,) = normalize(mail(subject), CONTEXT).events.to_dicts()

    assert (row["is_alert"], row["email.subject"]) == (False, subject)


def test_machine_peer_user_and_action_are_read_from_the_text() -> None:
    text = (
        "■端末名：EIGYO-PC\n・ユーザー名： FACTORY\\sato\n送信元IP\t192.168.1.9\n接続先: 203.0.113.5:443\n対処： 隔離"
    )
    (row,) = normalize(mail("マルウェア検知", text), CONTEXT).events.to_dicts()

    assert (row["src_endpoint.hostname"], row["user.name"], row["user.domain"]) == ("EIGYO-PC", "sato", "FACTORY")
    assert (row["src_endpoint.ip"], row["dst_endpoint.ip"], row["dst_endpoint.port"]) == (
        "192.168.1.9",
        "203.0.113.5",
        443,
    )
    assert row["disposition_id"] == DispositionId.QUARANTINED


def test_what_is_no_mail_is_a_reject() -> None:
    assert [reject.reason for reject in normalize(b"hello\n", CONTEXT).rejects] == [Reason.NOT_THIS_FORMAT]
