"""Reports and digests go out by the calendar, once, also late, also when nothing happened; over real servers."""

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hinomi.deliver.notify.models import Attachment, Contact, Delivery, Notification, Preferences, Report, State
from hinomi.deliver.notify.operations import send_due
from hinomi.deliver.schedule import delivery
from hinomi.deliver.schedule.conftest import BEGAN
from hinomi.deliver.schedule.periods import month_period, months, weeks
from hinomi.lake.lake import Lake
from hinomi.net.conftest import MailServer, Receiver
from hinomi.study.months import Month
from hinomi.tenants.models import Tenant
from hinomi.tenants.operations import create_user, register_sensor, register_tenant
from hinomi.tenants.roles import Role

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """A moment of 2026 in Tokyo."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=TOKYO)


def goes_out(lake: Lake, now: datetime, server: MailServer) -> list[str]:
    """Subjects of the mails that go out then, without the product's name."""
    server.letters.clear()
    delivery.deliver(lake, now)
    while send_due(now).sent:
        pass
    return [letter["subject"].removeprefix("【火の見】") for letter in server.letters]


@pytest.mark.parametrize(
    ("month", "working_day", "due"),
    [
        (Month(2026, 3), 1, "04-01"),
        (Month(2026, 3), 3, "04-03"),
        (Month(2026, 4), 3, "05-11"),  # after Golden Week, whose last day is the 6th: 7, 8, 11
        (Month(2025, 12), 1, "01-05"),
    ],
)
def test_a_report_is_due_on_a_working_day(month: Month, working_day: int, due: str) -> None:
    assert month_period(month, TOKYO, working_day, time(9)).due == at(f"{due}T09:00")


def test_what_is_due_comes_latest_first() -> None:
    assert [period.name for period in islice(months(at("05-11T08:59"), TOKYO, 3, time(9)), 2)] == ["2026-03", "2026-02"]
    assert next(months(at("05-11T09:00"), TOKYO, 3, time(9))).name == "2026-04"
    assert next(weeks(at("04-13T08:59"), TOKYO)).name == "2026-03-30"
    week = next(weeks(at("04-13T09:00"), TOKYO))
    assert (week.name, week.last) == ("2026-04-06", date(2026, 4, 12))


def test_nothing_of_the_past_goes_out_when_it_begins(company: Tenant, lake: Lake, mail_server: MailServer) -> None:
    assert goes_out(lake, BEGAN, mail_server) == []
    assert goes_out(lake, at("03-23T08:59"), mail_server) == []


@pytest.mark.usefixtures("heard")
def test_a_digest_says_what_was_watched_and_what_could_not_be_seen(
    company: Tenant, lake: Lake, mail_server: MailServer, receiver: Receiver
) -> None:
    delivery.deliver(lake, at("04-07T12:00"))

    assert goes_out(lake, at("04-13T09:00"), mail_server) == ["週のまとめ 4月6日〜4月12日: 対応の要るものはありません"]
    said = mail_server.letters[0].get_content()
    for line in (
        "新しく起きたこと: 0件",
        "届いた記録: 3件",
        "機器の記録があった時間: 2時間 / 336時間(1%)",
        "・本社のUTM(UTM): 2/168時間",
        "PCのEDR — 今週の記録が1件も届いていません",
        "暗号化された通信(https)の中身",
    ):
        assert line in said
    assert json.loads(receiver.posted[0].body)["data"]["title"].startswith("【火の見】週のまとめ")


@pytest.fixture
def no_digest(company: Tenant) -> None:
    Preferences.objects.create(tenant=company, digest=False)


@pytest.mark.usefixtures("heard", "no_digest")
def test_a_report_goes_out_with_its_paper(company: Tenant, lake: Lake, mail_server: MailServer) -> None:
    delivery.deliver(lake, at("05-07T12:00"))

    assert goes_out(lake, at("05-11T09:00"), mail_server) == ["2026年4月のレポート: △ 確認してください"]
    text, paper = mail_server.letters[0].iter_parts()
    assert "見えなかったこと" in text.get_content()
    assert "https://watch.example.jp/reports/101/2026-04.pdf" in text.get_content()
    assert paper.get_filename() == "hinomi-101-2026-04.pdf"
    assert paper.get_content().startswith(b"%PDF")


def test_looking_at_what_is_due_changes_nothing(company: Tenant) -> None:
    delivery.due(BEGAN)
    delivery.due(at("05-11T09:00"))

    assert not Delivery.objects.exists()


@pytest.mark.usefixtures("no_digest")
def test_what_cannot_be_made_for_one_company_keeps_no_other_waiting(
    company: Tenant, lake: Lake, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = register_tenant("100", "赤城部品", now=BEGAN)
    register_sensor(broken, "utm", source="fortinet_fortigate", kind="utm", since=date(2026, 3, 20))
    create_user("akagi", Role.MEMBER, now=BEGAN, tenant=broken, email="akagi@c100.example.jp")
    Preferences.objects.create(tenant=broken, digest=False)
    delivery.deliver(lake, at("05-07T12:00"))
    made = delivery.monthly
    monkeypatch.setattr(
        delivery,
        "monthly",
        lambda lake, tenant, *rest, **named: (
            made(lake, tenant.fault, *rest, **named) if tenant == broken else made(lake, tenant, *rest, **named)
        ),
    )

    with pytest.raises(AttributeError):
        delivery.deliver(lake, at("05-11T09:00"))

    assert send_due(at("05-11T09:00")).sent == 2, "the other company's person and room"
    monkeypatch.undo()
    assert delivery.deliver(lake, at("05-11T09:05")) == 1


def test_each_goes_out_once(company: Tenant, lake: Lake, mail_server: MailServer) -> None:
    delivery.deliver(lake, at("05-07T12:00"))
    Contact.objects.all().delete()
    due = delivery.due(at("05-11T09:00"))

    first = [delivery.deliver_one(lake, one, at("05-11T09:00")) for one in due]
    again = [delivery.deliver_one(lake, one, at("05-11T09:00")) for one in due]

    assert (first, again) == ([1, 1], [0, 0]), "also where two processes found the same to be due"
    assert delivery.due(at("05-11T10:00")) == []
    assert Notification.objects.count() == 2


def test_after_a_time_in_which_nothing_ran_it_is_late_and_says_so(
    company: Tenant, lake: Lake, mail_server: MailServer
) -> None:
    delivery.deliver(lake, at("04-20T09:00"))

    out = goes_out(lake, at("05-13T12:00"), mail_server)

    assert [subject for subject in out if "レポート" in subject] == [
        "(遅れてのお届け)2026年4月のレポート: - 記録がありません"
    ]
    assert [subject.partition(":")[0] for subject in out if "まとめ" in subject] == [
        "(遅れてのお届け)週のまとめ 4月20日〜4月26日",
        "(遅れてのお届け)週のまとめ 4月27日〜5月3日",
        "(遅れてのお届け)週のまとめ 5月4日〜5月10日",
    ]
    assert "本来は 2026年5月11日 に" in mail_server.letters[-1].get_content()
    assert goes_out(lake, at("05-13T13:00"), mail_server) == []


def test_a_company_chooses(company: Tenant, lake: Lake, mail_server: MailServer) -> None:
    Preferences.objects.create(tenant=company, report=Report.LINKED, report_day=1, digest=False, opens=time(8))
    delivery.deliver(lake, at("05-05T12:00"))

    assert goes_out(lake, at("05-06T08:00"), mail_server) == []
    assert goes_out(lake, at("05-07T08:00"), mail_server) == ["2026年4月のレポート: - 記録がありません"]
    assert not mail_server.letters[0].is_multipart(), "a link alone"
    Preferences.objects.update(report=Report.NONE)
    assert goes_out(lake, at("06-10T08:00"), mail_server) == []
    Preferences.objects.update(report=Report.ATTACHED)
    assert goes_out(lake, at("06-11T08:00"), mail_server) == [], "what nobody wanted is not sent later"


def test_who_left_or_is_not_watched_any_more_gets_nothing(company: Tenant, lake: Lake, mail_server: MailServer) -> None:
    delivery.deliver(lake, at("05-07T12:00"))
    company.sensors.update(until=date(2026, 3, 31))

    assert goes_out(lake, at("05-11T09:00"), mail_server) == []
    assert Delivery.objects.filter(period="2026-04", recipients=0).exists()


@pytest.mark.usefixtures("no_digest")
def test_files_are_kept_until_some_time_after_they_went(company: Tenant, lake: Lake, mail_server: MailServer) -> None:
    delivery.deliver(lake, at("05-07T12:00"))
    delivery.deliver(lake, at("05-11T09:00"))

    assert delivery.forget_files(at("06-20T00:00")) == 0, "somebody still waits for it"
    Notification.objects.update(state=State.SENT)
    assert delivery.forget_files(at("05-20T00:00")) == 0
    assert delivery.forget_files(at("06-20T00:00")) == 1
    assert not Attachment.objects.exists()


@pytest.mark.usefixtures("no_digest")
def test_a_report_that_is_too_large_goes_as_a_link(
    company: Tenant, lake: Lake, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LARGEST", 10)
    delivery.deliver(lake, at("05-07T12:00"))

    goes_out(lake, at("05-11T09:00"), mail_server)

    assert not mail_server.letters[0].is_multipart()
    assert "PDFを添付" not in mail_server.letters[0].get_content()


def test_times_are_of_the_companys_zone(company: Tenant) -> None:
    Tenant.objects.update(timezone="America/Los_Angeles")
    company.refresh_from_db()

    found: Any = next(weeks(datetime(2026, 4, 13, 15, 59, tzinfo=UTC), company.zone))

    assert found.name == "2026-03-30"
    assert next(weeks(datetime(2026, 4, 13, 16, tzinfo=UTC), company.zone)).name == "2026-04-06"
