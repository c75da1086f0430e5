"""Mail of devices reaches the landing zone by SMTP, Maildir and IMAP, each with a real server or folder."""

import io
import shutil
import smtplib
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hinomi.lake.landing import Landing
from hinomi.library.formats.letter import read
from hinomi.net import imap
from hinomi.pipeline.collect import mail, mailbox
from hinomi.pipeline.collect.routes import Route
from hinomi.pipeline.collect.smtp import SmtpIntake

NOW = datetime(2023, 1, 18, 4)
GATE = Route("500", "gate", "alert_mail", "Asia/Tokyo")
TABLE = Route("500", "reports", "utm_monthly_report", "Asia/Tokyo")
ROUTES = {("500", "gate"): GATE, ("500", "reports"): TABLE}


def find(address: mail.Address) -> Route | None:
    return ROUTES.get((address.tenant, address.sensor))


def letter(to: str = "500+gate@hinomi.example", number: int = 1) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "gate@factory.example", to, "ウイルス検知"
    message["Message-ID"] = f"<{number}@factory.example>"
    message.set_content(f"検知名: EICAR {number}")
    return message


def letter_text(payload: bytes) -> str:
    return read(payload, ZoneInfo("Asia/Tokyo")).text.strip()


def with_zip() -> EmailMessage:
    message = letter("500+reports@hinomi.example")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("202301.csv", "年月,項目,件数\n2023/01,ウイルス,3\n".encode("cp932"))
        archive.writestr("readme.exe", b"MZ")
    message.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="月次.zip")
    return message


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing")


def intake(landing: Landing, route: Route | None = None) -> mailbox.Intake:
    return mailbox.Intake(landing, lambda: NOW, route, find)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("recipient", "known"),
    [
        ("500+gate@any.example", mail.Address("500", "gate")),
        ("<500+a+b@any.example>", mail.Address("500", "a+b")),
        ("gate@any.example", None),
        ("+gate@any.example", None),
        ("", None),
    ],
)
def test_the_recipient_says_whose_mail_it_is(recipient: str, known: mail.Address | None) -> None:
    assert mail.address(recipient) == known


def test_a_mail_is_kept_as_it_was_and_its_attached_table_goes_to_the_sensors_source(landing: Landing) -> None:
    message = with_zip().as_bytes()

    headers = mail.store(landing, message, TABLE, NOW)

    blocks = {header.source: landing.read(header).payload for header in headers}
    assert blocks["alert_mail"] == message
    assert blocks["utm_monthly_report"].decode("cp932").startswith("年月")
    assert len(headers) == 2, "what is no table is left in the mail"


def test_the_same_mail_twice_is_one(landing: Landing) -> None:
    message = letter().as_bytes()

    assert len(mail.store(landing, message, GATE, NOW)) == 1
    assert mail.store(landing, message, GATE, NOW) == []


def test_a_zip_that_would_unfold_too_far_is_left_in_the_mail(landing: Landing) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", bytes(64 << 20))
    message = letter("500+reports@hinomi.example")
    message.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="bomb.zip")

    assert [header.source for header in mail.store(landing, message.as_bytes(), TABLE, NOW)] == ["alert_mail"]


@pytest.fixture
def server(landing: Landing) -> Iterator[int]:
    port = free_port()
    receiving = SmtpIntake("127.0.0.1", port, landing, find, lambda: NOW)
    receiving.start()
    yield port
    receiving.stop()


def test_a_device_that_sends_mail_is_answered_when_it_is_safe(server: int, landing: Landing) -> None:
    with smtplib.SMTP("127.0.0.1", server, timeout=10) as device:
        device.send_message(letter())

    (header,) = landing.pending()
    assert (header.tenant, header.sensor, header.source) == ("500", "gate", "alert_mail")
    assert letter_text(landing.read(header).payload) == "検知名: EICAR 1"


def test_a_stranger_is_refused(server: int, landing: Landing) -> None:
    with smtplib.SMTP("127.0.0.1", server, timeout=10) as device, pytest.raises(smtplib.SMTPRecipientsRefused):
        device.send_message(letter("501+gate@hinomi.example"))

    assert landing.pending() == []


def test_a_full_disk_is_told_to_the_device_which_tries_again(server: int, landing: Landing) -> None:
    landing.inbox.parent.mkdir(parents=True, exist_ok=True)
    landing.inbox.write_text("in the way")  # nothing can be written below a file
    with smtplib.SMTP("127.0.0.1", server, timeout=10) as device:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            device.send_message(letter())
        assert refusal.value.smtp_code == 452
    landing.inbox.unlink()

    with smtplib.SMTP("127.0.0.1", server, timeout=10) as device:
        device.send_message(letter())

    assert len(landing.pending()) == 1


def test_a_maildir_is_emptied_into_the_landing_zone_and_strangers_stay(tmp_path: Path, landing: Landing) -> None:
    box = tmp_path / "Maildir"
    for folder in ("new", "cur", "tmp"):
        (box / folder).mkdir(parents=True)
    (box / "new" / "1.a").write_bytes(letter().as_bytes())
    (box / "new" / "2.b").write_bytes(letter("who@elsewhere.example", 2).as_bytes())

    pulled = mailbox.pull_maildir(box, intake(landing))
    again = mailbox.pull_maildir(box, intake(landing))

    assert (pulled.messages, len(pulled.headers), len(pulled.left)) == (1, 1, 1)
    assert [path.name for path in (box / "cur").iterdir()] == ["1.a:2,S"]
    assert [path.name for path in (box / "new").iterdir()] == ["2.b"]
    assert again.messages == 0
    with pytest.raises(mailbox.NoMaildir):
        mailbox.pull_maildir(tmp_path, intake(landing))


@pytest.fixture
def imap_server(tmp_path: Path) -> Iterator[int]:
    """A real IMAP server with one account and two unread messages."""
    command = shutil.which("pymap", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("needs pymap (uv pip install pymap)")
    port = free_port()
    options = ["--no-service", "admin", "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    process = subprocess.Popen([command, *options, "dict", "--demo-data"], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(10)


def test_unread_mail_of_an_imap_mailbox_is_taken_once(imap_server: int, landing: Landing) -> None:
    url = imap.parse(f"imap://demouser@127.0.0.1:{imap_server}/INBOX")
    with imap.opened(url, "demopass") as box:
        box.connection.append("INBOX", "", None, letter(number=7).as_bytes())
        unread = len(list(box.unseen()))

        first = mailbox.pull_imap(box, intake(landing, GATE))
        second = mailbox.pull_imap(box, intake(landing, GATE))

    assert first.messages == unread >= 1
    assert second.messages == 0
    assert len(landing.pending()) == len(first.headers) == unread


def test_a_wrong_password_is_said_without_showing_it(imap_server: int) -> None:
    url = imap.parse(f"imap://demouser@127.0.0.1:{imap_server}/INBOX")

    with pytest.raises(imap.MailboxAway) as problem, imap.opened(url, "wrong horse"):
        pass

    assert "127.0.0.1" in str(problem.value)
    assert "wrong horse" not in str(problem.value)


@pytest.mark.parametrize("url", ["http://a@b", "imaps://mail.example", "imaps://a:secret@b/INBOX", "imaps://a@b:x/"])
def test_a_url_that_is_none_is_refused_and_a_password_in_it_too(url: str) -> None:
    with pytest.raises(imap.BadMailboxUrl) as problem:
        imap.parse(url)

    assert "secret" not in str(problem.value)
