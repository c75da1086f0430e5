"""Devices that only write mail: what they were answered for is in the lake, whatever happens to hinomi meanwhile."""

import io
import json
import signal
import smtplib
import zipfile
from email.message import EmailMessage

import pytest


def alert(number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "gate@factory.example", "500+gate@hinomi.example"
    message["Subject"], message["Message-ID"] = "ウイルスを検知しました", f"<{number}@factory.example>"
    message.set_content(f"検知名: EICAR-{number}\n端末名: PC-{number}\n処理: 遮断\n")
    return message


def report() -> EmailMessage:
    message = alert(99)
    message.replace_header("To", "500+reports@hinomi.example")
    message.replace_header("Subject", "月次レポート")
    message.set_content("添付のとおりです。\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("202301.csv", "年月,項目,件数\n2023/01,ウイルス,3\n2023/01,お天気,1\n".encode("cp932"))
    message.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="月次.zip")
    return message


def test_mail_that_was_taken_survives_a_power_cut_and_strangers_are_refused(tower) -> None:
    tower.register(
        ("500", "gate", "alert_mail"), ("500", "reports", "utm_monthly_report"), ("600", "gate", "alert_mail")
    )
    port = tower.mail
    tower.start("--smtp", f"127.0.0.1:{port}")
    tower.until(lambda: tower.connects(port), "mail is taken")

    with smtplib.SMTP("127.0.0.1", port, timeout=30) as device:
        for number in range(5):
            device.send_message(alert(number))
        device.send_message(report())
        stranger = alert(7)
        stranger.replace_header("To", "700+gate@hinomi.example")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            device.send_message(stranger)
    tower.stop(signal.SIGKILL)
    tower.start("--smtp", f"127.0.0.1:{port}")

    tower.until(lambda: len(tower.events("500")) == 7, "five alerts, a report's mail and one of its counts")
    events = [json.loads(line) for line in tower.events("500")]
    assert sorted(e["finding_info"]["title"] for e in events if e["is_alert"]) == [f"EICAR-{n}" for n in range(5)]
    assert tower.events("600") == []
    (counted,) = [event for event in events if event.get("count") == 3]
    assert (counted["is_alert"], counted["metadata"]["labels"]) == (False, ["evidence:report"])
