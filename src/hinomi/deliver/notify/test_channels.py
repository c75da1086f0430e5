"""Chats and programs are told over a real receiver; what they are reached by is shown to nobody."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from hinomi.deliver.notify import contacts, sending
from hinomi.deliver.notify.conftest import NOW, Tell
from hinomi.deliver.notify.contacts import NowhereToSend
from hinomi.deliver.notify.models import About, Channel, Contact, Notification, State
from hinomi.deliver.notify.operations import attach, enqueue, queue_message, send_due
from hinomi.net.conftest import MailServer, Receiver, receiver
from hinomi.tenants.models import AuditEntry, Tenant, User
from hinomi.tenants.problems import BadValue, NotAllowed

__all__ = ["receiver"]

KEY = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQ="
MINUTE = timedelta(minutes=1)


@pytest.fixture
def inside(server: MailServer, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True


def room(people: dict[str, User], url: str, channel: Channel = Channel.WEBHOOK, **values: Any) -> Contact:
    """suzuki says that his company's room is told too."""
    tenant = Tenant.objects.get(pk="101")
    return contacts.add(people["suzuki"], tenant, channel, url, NOW, name="連絡室", **values)


def everything_written() -> str:
    """All that pages, lists and the audit trail can show of it."""
    rows = [str(list(model.objects.values())) for model in (Notification, AuditEntry)]
    return "".join([*rows, *map(str, Contact.objects.all()), *(one.shown for one in Contact.objects.all())])


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("channel", [Channel.SLACK, Channel.TEAMS, Channel.LINEWORKS, Channel.WEBHOOK])
def test_a_room_is_told_once_under_its_key(
    people: dict[str, User], tell: Tell, receiver: Receiver, channel: Channel
) -> None:
    room(people, receiver.url, channel, secret=KEY if channel is Channel.WEBHOOK else "")
    tell()

    assert [enqueue(NOW), enqueue(NOW)] == [3, 0]
    assert [send_due(NOW).sent, send_due(NOW + 5 * MINUTE).sent] == [3, 0]

    (posted,) = receiver.posted
    row = Notification.objects.get(channel=channel)
    assert posted.headers["idempotency-key"] == row.key
    assert "遠隔操作ソフトの起動" in json.dumps(json.loads(posted.body), ensure_ascii=False)
    assert (row.state, row.address) == (State.SENT, "https://127.0.0.1/…")
    for secret in ("SECRET", KEY):
        assert secret not in everything_written()


@pytest.mark.usefixtures("inside")
def test_what_apprise_knows_is_told(people: dict[str, User], tell: Tell, receiver: Receiver) -> None:
    room(people, receiver.url.replace("http://", "json://"), Channel.APPRISE)
    tell()
    enqueue(NOW)

    assert send_due(NOW).sent == 3
    assert "至急" in json.loads(receiver.posted[0].body)["title"]
    assert Notification.objects.get(channel=Channel.APPRISE).address == "json://…"


@pytest.mark.usefixtures("inside")
def test_a_receiver_that_is_away_is_waited_for_and_keeps_no_mail_waiting(
    people: dict[str, User], tell: Tell, receiver: Receiver
) -> None:
    room(people, receiver.url)
    receiver.status = 503
    tell()
    enqueue(NOW)

    done = send_due(NOW)
    assert done.sent == 2
    assert "503" in done.refused[0]
    receiver.status = 200
    assert (send_due(NOW + MINUTE).sent, send_due(NOW + 2 * MINUTE).sent) == (0, 1)
    first, second = receiver.posted
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


@pytest.mark.usefixtures("inside")
def test_a_slow_or_absent_room_holds_up_nothing_else(
    people: dict[str, User], tell: Tell, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(people, receiver.url)
    tell("f1")
    tell("f2", host="PC-08")
    enqueue(NOW)
    receiver.status = 503

    assert send_due(NOW).sent == 4, "all mails"
    assert len(receiver.posted) == 1, "what did not take one message is not asked to take the next"

    receiver.status = 200
    monkeypatch.setattr(sending, "PATIENCE", 0.0)
    assert send_due(NOW + 2 * MINUTE).sent == 0
    monkeypatch.setattr(sending, "PATIENCE", 10.0)
    assert send_due(NOW + 2 * MINUTE).sent == 2


@pytest.mark.usefixtures("inside")
def test_a_hook_that_was_deleted_is_not_tried_again_until_somebody_says_so(
    people: dict[str, User], tell: Tell, receiver: Receiver
) -> None:
    room(people, receiver.url)
    receiver.status = 410
    tell()
    enqueue(NOW)
    send_due(NOW)
    row = Notification.objects.get(channel=Channel.WEBHOOK)
    assert (row.state, send_due(NOW + 60 * MINUTE).tried) == (State.REFUSED, False)

    receiver.status = 200
    with pytest.raises(NotAllowed):
        contacts.retry(people["suzuki"], row, NOW + 60 * MINUTE)
    assert contacts.retry(people["sato"], row, NOW + 60 * MINUTE)
    assert send_due(NOW + 60 * MINUTE).sent == 1
    assert not contacts.retry(people["sato"], row, NOW + 61 * MINUTE), "it was sent"


def test_nothing_goes_inside_unless_the_operator_says_so(
    people: dict[str, User], server: MailServer, tell: Tell, receiver: Receiver, settings: Settings
) -> None:
    with pytest.raises(BadValue, match="HINOMI_ALLOW_PRIVATE_WEBHOOKS") as refused:
        room(people, receiver.url.replace("http://", "https://"))
    assert "SECRET" not in str(refused.value)
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    room(people, receiver.url)
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    tell()
    enqueue(NOW)

    send_due(NOW)

    assert receiver.posted == []
    assert Notification.objects.get(channel=Channel.WEBHOOK).state == State.REFUSED


@pytest.mark.parametrize(
    ("channel", "target", "secret"),
    [
        (Channel.MAIL, "suzuki", ""),
        (Channel.SLACK, "hooks.slack.com/x", ""),
        (Channel.TEAMS, "http://8.8.8.8/x", ""),
        (Channel.CHATWORK, "rid123", "0123456789abcdef"),
        (Channel.CHATWORK, "123", ""),
        (Channel.APPRISE, "not a url", ""),
        (Channel.WEBHOOK, "https://user:pass@8.8.8.8/", ""),
    ],
)
def test_what_is_nowhere_is_not_kept(
    people: dict[str, User], server: MailServer, channel: Channel, target: str, secret: str
) -> None:
    with pytest.raises(BadValue):
        room(people, target, channel, secret=secret)

    assert not Contact.objects.exists()


@pytest.mark.usefixtures("server")
def test_a_person_says_it_for_their_own_company_staff_for_any(people: dict[str, User]) -> None:
    other = Tenant.objects.get(pk="201")
    with pytest.raises(NotAllowed):
        contacts.add(people["suzuki"], other, Channel.MAIL, "a@c201.example.jp", NOW, name="x")
    with pytest.raises(NotAllowed):
        contacts.add(people["sato"], None, Channel.MAIL, "a@watch.example.jp", NOW, name="x")
    with pytest.raises(NotAllowed):
        contacts.add(people["office"], other, Channel.MAIL, "a@c201.example.jp", NOW, name="x")

    contacts.add(people["sato"], other, Channel.MAIL, "a@c201.example.jp", NOW, name="工場", rank=2)
    contacts.add(people["kato"], None, Channel.MAIL, "room@watch.example.jp", NOW, name="当番")

    lines = AuditEntry.objects.filter(action="contact.added").order_by("id")
    assert [(line.tenant, line.detail["to"]) for line in lines] == [
        ("201", "a@c201.example.jp"),
        ("", "room@watch.example.jp"),
    ]


def test_the_centres_room_hears_of_every_company(people: dict[str, User], server: MailServer, tell: Tell) -> None:
    contacts.add(people["kato"], None, Channel.MAIL, "room@watch.example.jp", NOW, name="当番")
    tell("g1", tenant="201")
    enqueue(NOW)
    send_due(NOW)

    assert "room@watch.example.jp" in server.to


@pytest.mark.usefixtures("inside")
def test_a_contact_that_was_removed_gets_nothing_and_its_secret_is_gone(
    people: dict[str, User], tell: Tell, receiver: Receiver
) -> None:
    one = room(people, receiver.url, secret=KEY)
    tell()
    enqueue(NOW)
    contacts.remove(people["suzuki"], one, NOW)

    send_due(NOW)

    assert receiver.posted == []
    assert Notification.objects.get(channel=Channel.WEBHOOK).state == State.WITHDRAWN
    assert Contact.objects.filter(pk=one.pk, target="", secret="").exists()


@pytest.mark.usefixtures("inside")
def test_a_test_message_arrives(people: dict[str, User], server: MailServer, receiver: Receiver) -> None:
    one = room(people, receiver.url)
    contacts.send_test(people["suzuki"], one, one.tenant, NOW)
    contacts.send_test(people["suzuki"], people["suzuki"], one.tenant, NOW)
    with pytest.raises(NowhereToSend):
        contacts.send_test(people["kato"], people["kato"], None, NOW)

    assert send_due(NOW).sent == 2
    assert json.loads(receiver.posted[0].body)["data"]["title"] == "【火の見】テスト"
    assert server.to == ["suzuki@c101.example.jp"]


def test_anybody_may_have_something_told_once(people: dict[str, User], server: MailServer) -> None:
    file = attach("answer.txt", "text/plain", "回答".encode(), NOW)
    told = [
        queue_message(
            people["suzuki"],
            key=("answer", 7),
            about=About.ANSWER,
            subject="相談への回答",
            text="回答しました。\n",
            tenant=Tenant.objects.get(pk="101"),
            now=NOW,
            not_before=NOW + MINUTE,
            attachments=[file],
        )
        for _ in range(2)
    ]

    assert told == [True, False]
    assert [send_due(NOW).sent, send_due(NOW + MINUTE).sent, send_due(NOW + 9 * MINUTE).sent] == [0, 1, 0]
    text, attached = server.letters[0].iter_parts()
    assert text.get_content().strip() == "回答しました。"
    assert attached.get_filename() == "answer.txt"


def test_what_is_about_a_company_is_for_its_people_alone(people: dict[str, User], server: MailServer) -> None:
    queue_message(
        people["tanaka"],
        key=("answer", 8),
        about=About.ANSWER,
        subject="相談への回答",
        text="回答しました。",
        tenant=Tenant.objects.get(pk="101"),
        now=NOW,
    )

    assert send_due(NOW).sent == 0
    assert Notification.objects.get().state == State.WITHDRAWN


def test_without_a_mail_server_rooms_are_told(
    people: dict[str, User], server: MailServer, tell: Tell, receiver: Receiver, settings: Settings
) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS, settings.SMTP_SECRET_URL = True, ""
    room(people, receiver.url)
    tell()

    assert enqueue(NOW) == 1
    assert send_due(NOW).sent == 1
