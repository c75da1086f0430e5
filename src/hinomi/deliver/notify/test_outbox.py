"""Who hears of what, once, and in which words; over a real mail server."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from hinomi.deliver.notify.conftest import NOW, Tell
from hinomi.deliver.notify.models import Notification, State
from hinomi.deliver.notify.notices import link
from hinomi.deliver.notify.operations import enqueue, send_due
from hinomi.deliver.notify.recipients import set_address
from hinomi.incidents.models import Reason, Status
from hinomi.incidents.operations import set_status
from hinomi.net.conftest import MailServer
from hinomi.tenants.models import AuditEntry, User
from hinomi.tenants.operations import close_account
from hinomi.tenants.problems import BadValue, Unchanged

SUZUKI, TANAKA, SATO = "suzuki@c101.example.jp", "tanaka@c201.example.jp", "sato@watch.example.jp"
LATER = NOW + timedelta(hours=1)


def told(server: MailServer) -> list[str]:
    """Envelope recipients of what is sent now; then forgotten."""
    send_due(NOW + timedelta(hours=2))
    heard, server.to = sorted(server.to), []
    return heard


def test_a_grave_incident_is_told_to_its_company_and_to_staff(server: MailServer, tell: Tell) -> None:
    incident = tell()

    assert enqueue(NOW) == 2
    assert send_due(NOW).sent == 2

    mails = {letter["to"]: letter for letter in server.letters}
    assert sorted(mails) == sorted(server.to) == [SATO, SUZUKI]
    assert mails[SUZUKI]["subject"] == "【火の見】至急: 偽の警告でだます詐欺のおそれがあります(PC-07)"
    text = mails[SUZUKI].get_content()
    for said in (
        "青空半導体",
        "鈴木 一郎 様",
        "内容は「遠隔操作ソフトの起動」です。",
        "場所: PC-07(192.168.10.27)",
        "使う人: yamada",
        "2026年5月12日 09:30",
        "「PC-07」のLANケーブルを抜いてください",
        "カード番号を教えず",
        "今すぐ(30分以内)",
        "監視センター 03-0000-0000",
        "青空商事 06-0000-0000",
        f"https://watch.example.jp/incidents/{incident.uid}/",
    ):
        assert said in text
    assert mails[SATO]["subject"].startswith("【火の見】高: 青空半導体(101) PC-07: 遠隔操作ソフト")
    assert "企業の連絡先1件にも知らせています。" in mails[SATO].get_content()


def test_nobody_is_told_twice(server: MailServer, tell: Tell) -> None:
    tell()

    assert [enqueue(NOW), enqueue(NOW)] == [2, 0]
    assert [send_due(NOW).sent, send_due(LATER).sent] == [2, 0]
    tell("f1", "f2", now=LATER)
    assert enqueue(LATER) == 0
    assert len({letter["message-id"] for letter in server.letters}) == len(server.letters) == 2


def test_every_mail_leaves_a_line_in_the_audit_trail(server: MailServer, tell: Tell) -> None:
    incident = tell()
    enqueue(NOW)
    send_due(NOW)

    lines = AuditEntry.objects.filter(action="notification.sent", tenant="101", subject=incident.uid, actor="", at=NOW)
    assert {line.detail["to"] for line in lines} == {"監視センター", SUZUKI}
    assert {f"<{line.detail['message_id']}>" for line in lines} == {mail["message-id"] for mail in server.letters}


def test_a_company_hears_once_it_is_grave_and_staff_hear_again(server: MailServer, tell: Tell) -> None:
    tell(severity_id=3)
    enqueue(NOW)
    assert told(server) == [SATO]
    assert "メールでは知らせていません。" in server.letters[0].get_content()

    tell("f1", "f2", severity_id=4, now=LATER)
    enqueue(LATER)
    assert told(server) == [SATO, SUZUKI]
    mails = {letter["to"]: letter.get_content() for letter in server.letters}
    assert "インシデントが重大になりました。" in mails[SATO]
    assert "前にお知らせした件" not in mails[SUZUKI]

    tell("f1", "f2", "f3", severity_id=5, now=LATER)
    enqueue(LATER)
    assert told(server) == [SATO, SUZUKI]
    mails = {letter["to"]: letter for letter in server.letters}
    assert mails[SUZUKI]["subject"].startswith("【火の見】続報・至急: ")
    assert "前にお知らせした件が、より重大になりました。" in mails[SUZUKI].get_content()


def test_a_faulty_device_is_for_staff_alone(server: MailServer, tell: Tell) -> None:
    tell(kind="device_fault", severity_id=5)
    enqueue(NOW)

    assert told(server) == [SATO]


def test_each_company_hears_of_its_own(server: MailServer, tell: Tell) -> None:
    tell("g1", tenant="201")
    enqueue(NOW)

    assert told(server) == [SATO, TANAKA]


def test_a_replay_of_old_logs_tells_nobody(server: MailServer, tell: Tell) -> None:
    tell(ago=timedelta(days=7, minutes=1))

    assert enqueue(NOW) == 0
    assert enqueue(NOW, news=timedelta(days=8)) == 2


def test_an_old_incident_that_was_told_and_becomes_graver_is_told(server: MailServer, tell: Tell) -> None:
    tell("f1", ago=timedelta(days=6))
    enqueue(NOW)
    after = NOW + timedelta(days=3)
    tell("f1", "f2", ago=-timedelta(days=3), severity_id=5, now=after)

    assert enqueue(after) == 2


def test_without_a_mail_server_nothing_is_queued(server: MailServer, tell: Tell, settings: Settings) -> None:
    settings.SMTP_SECRET_URL = ""
    tell()

    assert enqueue(NOW) == 0
    assert not send_due(NOW).tried
    assert not Notification.objects.exists()


def test_a_hostile_title_makes_no_header_and_no_link(server: MailServer, tell: Tell) -> None:
    attack = "検知\r\nBcc: tanaka@c201.example.jp\r\n\r\nhttps://evil.example/"
    tell(title=attack, host=attack, kind="nothing on the shelf")
    enqueue(NOW)

    assert told(server) == [SATO, SUZUKI]
    for letter in server.letters:
        assert letter["bcc"] is None
        assert "\n" not in letter["subject"]
        assert "https://evil.example" not in letter["subject"] + letter.get_content()


def test_who_left_before_the_mail_went_hears_nothing(server: MailServer, tell: Tell, people: dict[str, User]) -> None:
    tell()
    enqueue(NOW)
    close_account(people["suzuki"], NOW)
    set_address(people["sato"], "", NOW)

    assert told(server) == []
    assert set(Notification.objects.values_list("state", flat=True)) == {State.WITHDRAWN}


def test_a_mail_goes_to_the_address_a_person_has_now(server: MailServer, tell: Tell, people: dict[str, User]) -> None:
    tell()
    enqueue(NOW)
    set_address(people["suzuki"], "ichiro@c101.example.jp", NOW)

    assert told(server) == ["ichiro@c101.example.jp", SATO]
    assert Notification.objects.filter(address="ichiro@c101.example.jp", state=State.SENT).count() == 1


def test_an_incident_that_was_closed_meanwhile_waits_and_expires(
    server: MailServer, tell: Tell, people: dict[str, User]
) -> None:
    incident = tell()
    enqueue(NOW)
    set_status(people["sato"], incident, Status.CLOSED, NOW, reason=Reason.BENIGN)
    assert told(server) == []

    set_status(people["sato"], incident, Status.WORKING, NOW)
    Notification.objects.filter(recipient=people["sato"]).delete()
    assert told(server) == [SUZUKI]

    enqueue(NOW)
    set_status(people["sato"], incident, Status.CLOSED, NOW, reason=Reason.BENIGN)
    send_due(NOW + timedelta(days=5))
    assert Notification.objects.get(recipient=people["sato"]).state == State.EXPIRED


def test_a_graver_word_takes_the_place_of_one_that_waits(server: MailServer, tell: Tell) -> None:
    tell(severity_id=4)
    enqueue(NOW)
    tell("f1", "f2", severity_id=5)
    enqueue(NOW)

    assert told(server) == [SATO, SUZUKI]
    assert "より重大になりました" not in server.letters[0].get_content(), "it is the first they hear"


def test_incidents_that_turn_out_to_be_one_are_not_told_again(server: MailServer, tell: Tell) -> None:
    tell("f1", severity_id=3)
    tell("f9", severity_id=5)
    enqueue(NOW)
    assert told(server) == [SATO, SATO, SUZUKI]

    tell("f1", "f9", severity_id=5, now=LATER)

    assert enqueue(LATER) == 0


def test_the_link_is_where_the_console_shows_the_incident(server: MailServer, tell: Tell) -> None:
    incident = tell()

    assert link(incident) == "https://watch.example.jp" + reverse("incidents-detail", args=(incident.uid,))


@pytest.mark.parametrize("address", ["suzuki", "a@c101.example.jp, b@c101.example.jp", "a@c101.example.jp\nBcc: b"])
def test_an_address_that_is_none_is_not_kept(people: dict[str, User], address: str) -> None:
    with pytest.raises(BadValue):
        set_address(people["suzuki"], address, NOW)


def test_an_address_is_set_once(people: dict[str, User]) -> None:
    set_address(people["kato"], "kato@watch.example.jp", NOW)

    with pytest.raises(Unchanged):
        set_address(people["kato"], "kato@watch.example.jp", NOW)
    assert AuditEntry.objects.get(action="user.email").detail == {"address": "kato@watch.example.jp"}
