"""Contacts, choices, the outbox, the telephone and the page behind the link, as people use them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.deliver.notify import acknowledging
from hinomi.deliver.notify.models import Channel, Contact, Notification, Preferences, State
from hinomi.incidents.models import Incident, Note
from hinomi.library import catalog
from hinomi.tenants.models import AuditEntry

HOOK = "https://8.8.8.8/hooks/SECRET"


def message(town: Town, **values: Any) -> Notification:
    """Something the member was told of the incident of company 701, with a link that acknowledges."""
    given = {
        "tenant": town.aoba,
        "incident_id": town.incidents["701"],
        "recipient": town.people["member"],
        "severity_id": 5,
        "occasion": "new",
        "subject": "【火の見】至急: PC-701",
        "address": "soumu@c701.example.jp",
        "key": "k1",
        "message_id": "k1@localhost",
        "nonce": "n1",
        "state": State.SENT,
        "next_attempt": datetime.now(UTC),
        "created": datetime.now(UTC),
        "sent_at": datetime.now(UTC),
    } | values
    row = Notification.objects.create(**given)
    acknowledging.url(row)
    return row


def ack(row: Notification) -> str:
    return reverse("acknowledge", args=(acknowledging.token(row.nonce),))


def test_only_the_button_acknowledges(town: Town) -> None:
    row = message(town)
    page = Client().get(ack(row))
    assert "確認しました" in page.content.decode()
    row.refresh_from_db()
    assert row.acknowledged_at is None, "a program that looks at the links of a mail did nothing"

    done = Client().post(ack(row)).content.decode()

    row.refresh_from_db()
    assert row.acknowledged_at is not None
    assert "監視センターに伝わりました" in done
    first = row.acknowledged_at
    assert "に確認済みです" in Client().post(ack(row)).content.decode()
    row.refresh_from_db()
    assert row.acknowledged_at == first


def test_the_page_behind_the_link_tells_no_more_than_it_must(town: Town) -> None:
    answer = Client().get(ack(message(town)))

    shown = answer.content.decode()
    for secret in ("青葉精密", "PC-701", "suzuki-701", "invoice-701", "192.168.1.23"):
        assert secret not in shown
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_behind_the_link_has_the_title_of_the_operators_own_card(
    town: Town, settings: Any, tmp_path: Path
) -> None:
    shelf = (catalog.SHELVES / "advice" / "ransomware.yaml").read_text(encoding="utf-8")
    title = catalog.cards()["ransomware"].title["ja"]
    settings.DATA_DIR = tmp_path
    (tmp_path / "advice").mkdir()
    (tmp_path / "advice" / "ransomware.yaml").write_text(
        shelf.replace(title, "図面が開かなくなります"), encoding="utf-8"
    )

    assert "図面が開かなくなります" in Client().get(ack(message(town))).content.decode()


def test_what_is_wrong_with_an_address_is_said_beside_it_and_in_words(town: Town) -> None:
    form = {"name": "x", "target": "javascript:alert(1)", "rank": 1, "hours": "any"}
    answer = town.client("member").post(reverse("notifications-new", args=("701", "webhook")), form)

    (said,) = answer.context["form"].errors["target"]
    assert said.startswith("送れません (cannot be sent): https://")


def test_a_wrong_link_says_what_to_do_and_many_are_stopped(town: Town) -> None:
    row, client = message(town), Client()
    wrong = reverse("acknowledge", args=("x" * 43,))

    statuses = [client.get(wrong).status_code for _ in range(21)]

    assert statuses == [404] * 20 + [429]
    assert client.get(ack(row)).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.9").get(ack(row)).status_code == 200
    assert "監視センターへ" in Client(REMOTE_ADDR="192.0.2.10").get(wrong).content.decode()


def test_a_mail_programs_browser_without_cookies_may_acknowledge(town: Town) -> None:
    row = message(town)

    assert Client(enforce_csrf_checks=True).post(ack(row), headers={"origin": "null"}).status_code == 200

    row.refresh_from_db()
    assert row.acknowledged_at is not None


def test_a_member_adds_a_room_and_its_address_is_never_shown_again(town: Town) -> None:
    client = town.client("member")
    form = {"name": "連絡室", "target": HOOK, "phone": "", "rank": "2", "hours": "any", "reports": "on"}

    answer = client.post(reverse("notifications-new", args=("701", "slack")), form, follow=True)

    contact = Contact.objects.get()
    assert (contact.tenant_id, contact.rank, contact.target) == ("701", 2, HOOK)
    shown = answer.content.decode()
    assert "連絡室" in shown
    pages = [shown, client.get(reverse("notifications-contact", args=("701", f"c{contact.pk}"))).content.decode()]
    assert all("SECRET" not in page for page in pages)
    assert "SECRET" not in str(list(AuditEntry.objects.values()))


def test_what_is_nowhere_is_said_at_its_field(town: Town) -> None:
    form = {"name": "連絡室", "target": "https://192.168.0.1/SECRET", "rank": "1", "hours": "any"}

    answer = town.client("member").post(reverse("notifications-new", args=("701", "teams")), form)

    assert answer.status_code == 422
    assert "HINOMI_ALLOW_PRIVATE_WEBHOOKS" in answer.content.decode()
    assert not Contact.objects.exists()


def test_a_member_says_how_a_colleague_is_told(town: Town) -> None:
    member = town.people["member"]
    url = reverse("notifications-contact", args=("701", f"u{member.pk}"))
    form = {"do": "save", "phone": "022-000-0000", "rank": "2", "hours": "work", "encoding": "iso-2022-jp"}

    town.client("member").post(url, form)

    contact = Contact.objects.get(user=member)
    assert (contact.rank, contact.hours, contact.encoding, contact.phone, contact.reports) == (
        2,
        "work",
        "iso-2022-jp",
        "022-000-0000",
        False,
    )
    town.client("member").post(url, {"do": "remove"})
    assert not Contact.objects.filter(removed=None).exists()


def test_a_company_chooses_its_hours(town: Town) -> None:
    url = reverse("notifications-preferences", args=("701",))
    form = {
        "opens": "08:30",
        "closes": "17:15",
        "night": "wait",
        "quiet_from": "21:00",
        "quiet_until": "06:00",
        "report": "linked",
        "report_day": "5",
    }
    client = town.client("member")
    client.post(url, form)
    chosen = Preferences.objects.get(tenant="701")
    assert (str(chosen.opens), chosen.night, chosen.report, chosen.report_day, chosen.digest) == (
        "08:30:00",
        "wait",
        "linked",
        5,
        False,
    )

    answer = client.post(url, form | {"closes": "07:00"}, follow=True)

    shown = answer.content.decode()
    assert "終わりは始まりより後に" in shown, shown.partition('id="messages"')[2][:900]
    chosen.refresh_from_db()
    assert str(chosen.closes) == "17:15:00"


def test_an_operator_gives_the_centre_a_room_an_analyst_may_not(town: Town) -> None:
    form = {"name": "当番", "target": "room@watch.example.jp", "rank": "1", "hours": "any", "encoding": "utf-8"}
    url = reverse("notifications-new", args=("-", "mail"))

    assert town.client("analyst").post(url, form).status_code == 403
    assert town.client("member").post(url, form).status_code == 403
    assert town.client("operator").post(url, form).status_code == 302
    assert Contact.objects.get().tenant is None


def test_staff_see_what_waits_and_why_and_send_it_again(town: Town) -> None:
    row = message(town, state=State.REFUSED, last_error="550 no such user", sent_at=None)
    client = town.client("analyst")
    shown = client.get(reverse("notifications-outbox"), {"state": "refused"}).content.decode()
    assert "550 no such user" in shown
    assert "受け取り拒否 (1)" in shown

    client.post(reverse("notifications-retry", args=(row.pk,)))

    row.refresh_from_db()
    assert row.state == State.PENDING
    assert "もう一度送ります" in client.get(reverse("notifications-outbox")).content.decode()


def test_a_call_is_told_in_the_cards_words_and_becomes_a_note(town: Town) -> None:
    Contact.objects.create(
        tenant=town.aoba,
        name="社長",
        channel=Channel.MAIL,
        target="chief@c701.example.jp",
        phone="090-0000-0000",
        rank=2,
        created=datetime.now(UTC),
    )
    client, uid = town.client("analyst"), town.incidents["701"]
    url = reverse("notifications-call", args=(uid,))
    page = client.get(url).content.decode()
    for said in (
        "火の見の監視センターの分析 花子です",
        "青葉精密様",
        "090-0000-0000",
        "PC-701-3",
        "総務 一郎",
        "60秒で言うこと",
    ):
        assert said in page

    client.post(url, {"reached": "reached", "who": "総務 一郎", "unplugged": "はい", "next": "15時に折り返す"})

    note = Note.objects.get(incident=uid)
    assert note.text == "電話: 本人と話した\n話した相手: 総務 一郎\n切り離し: はい\n約束: 15時に折り返す"
    assert note.author == town.people["analyst"]


def test_an_incidents_page_says_who_was_told_and_who_answered(town: Town) -> None:
    row = message(town)
    message(town, key="k2", message_id="k2@x", nonce="", staff=True, recipient=town.people["analyst"], rung=0)
    acknowledging.acknowledge(row, row.created + timedelta(minutes=1), address="192.0.2.7")
    incident = Incident.objects.get(pk=town.incidents["701"])

    page = town.client("analyst").get(reverse("incidents-detail", args=(incident.pk,))).content.decode()

    told = page.partition('id="told-heading"')[2].partition("</section>")[0]
    assert "総務 一郎" in told
    assert "分析 花子" in told
    assert "✓ 確認" in told


def test_a_company_sees_who_of_its_own_was_told(town: Town) -> None:
    message(town)
    message(town, key="k2", message_id="k2@x", nonce="", staff=True, recipient=town.people["analyst"], rung=0)

    page = town.client("member").get(reverse("incidents-detail", args=(town.incidents["701"],))).content.decode()

    told = page.partition('id="told"')[2].partition("</details>")[0]
    assert "総務 一郎" in told
    assert "分析 花子" not in told
