"""The consulting desk as pages: who sees what of it, and who is told."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hinomi.console.conftest import Town
from hinomi.console.consult import telling
from hinomi.console.consult.wording import patience, subject, waited
from hinomi.deliver.notify.models import Notification
from hinomi.incidents.consult.models import DoneStep, Inquiry, Post, State, Thread
from hinomi.incidents.models import Incident, Status
from hinomi.library import catalog
from hinomi.tenants.models import Membership, User
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(9)
QUESTION = "電源を入れたままでよいですか。"


@pytest.fixture(autouse=True)
def folder(town: Town, settings: Any, tmp_path: Path) -> None:
    """Files go into a folder of the test; the lake is read where it is."""
    for name in ("landing", "lake"):
        (tmp_path / name).symlink_to(settings.DATA_DIR / name)
    settings.DATA_DIR = tmp_path


@pytest.fixture
def post_office(town: Town, settings: Any) -> None:
    settings.SMTP_SECRET_URL = "smtp://127.0.0.1:1"
    for name in ("member", "neighbour", "analyst", "operator", "programme"):
        User.objects.filter(username=name).update(email=f"{name}@example.jp")


def asked(town: Town, **fields: Any) -> Thread:
    sent = {"incident": town.incidents["701"], "text": QUESTION} | fields
    answer = town.client("member").post(reverse("consult-new"), sent)
    assert answer.status_code == 302
    return Thread.objects.get()


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_question_reaches_the_desk_and_its_answer_the_company(town: Town) -> None:
    thread = asked(town)

    assert QUESTION in page(town.client("analyst"), "consult")
    assert "回答を待っています" in page(town.client("member"), "consult-thread", thread.pk)
    town.client("analyst").post(reverse("consult-thread", args=(thread.pk,)), {"text": "はい、切らないでください。"})

    assert "はい、切らないでください。" in page(town.client("member"), "consult-thread", thread.pk)
    assert "回答が届いています" in page(town.client("member"), "company", "701")
    assert QUESTION not in page(town.client("analyst"), "consult")


def test_staff_see_from_the_first_page_and_from_the_incident_that_somebody_waits(town: Town) -> None:
    thread = asked(town)
    analyst = town.client("analyst")

    assert analyst.get(reverse("overview")).context["questions"] == 1
    assert reverse("consult-thread", args=(thread.pk,)) in page(analyst, "incidents-detail", town.incidents["701"])
    assert reverse("consult-thread", args=(thread.pk,)) in page(analyst, "company", "701")


def test_the_desks_notes_never_reach_the_company(town: Town) -> None:
    thread = asked(town)
    town.client("analyst").post(reverse("consult-note", args=(thread.pk,)), {"text": "社長に話すこと"})

    assert "社長に話すこと" in page(town.client("operator"), "consult-thread", thread.pk)
    member = town.client("member")
    for name, args in (
        ("consult-thread", (thread.pk,)),
        ("consult", ()),
        ("company", ("701",)),
        ("incidents-detail", (town.incidents["701"],)),
    ):
        assert "社長に話すこと" not in page(member, name, *args)
    assert member.post(reverse("consult-note", args=(thread.pk,)), {"text": "x"}).status_code == 403


def test_what_was_written_is_not_lost_when_it_cannot_be_sent(town: Town) -> None:
    wrong = SimpleUploadedFile("a.exe", b"MZ", content_type="image/png")
    answer = town.client("member").post(reverse("consult-new"), {"text": QUESTION, "file": wrong})

    assert answer.status_code == 422
    assert QUESTION in answer.content.decode()
    assert "写真 (JPEG・PNG) か PDF" in answer.content.decode()
    assert not Thread.objects.exists()


def test_a_photo_is_handed_out_to_be_saved_and_nothing_else(town: Town) -> None:
    thread = asked(town, file=SimpleUploadedFile("画面<1>.svg", PNG, content_type="image/svg+xml"))
    address = reverse("consult-attachment", args=(thread.posts.get().attachment.pk,))

    for who in ("member", "analyst"):
        answer = town.client(who).get(address)
        assert answer.content == PNG
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert town.client("neighbour").get(address).status_code == 404
    assert town.client("programme").get(address).status_code == 403


def test_an_earlier_answer_is_a_beginning_without_names(town: Town) -> None:
    first = asked(town)
    town.client("analyst").post(
        reverse("consult-thread", args=(first.pk,)), {"text": "青葉精密の総務様、PC-701-3は切らずにお待ちください。"}
    )
    town.client("neighbour").post(reverse("consult-new"), {"incident": town.incidents["702"], "text": "どうすれば"})
    second = Thread.objects.get(tenant="702")
    given = first.posts.get(from_desk=True)

    answer = town.client("analyst").get(reverse("consult-thread", args=(second.pk,)), {"from": str(given.pk)})

    assert answer.context["text"] == "〇〇の〇〇様、〇〇は切らずにお待ちください。"
    assert "PC-701" not in answer.content.decode()
    assert "切らずにお待ちください" not in page(town.client("neighbour"), "consult-thread", second.pk)


def test_the_desk_asks_and_the_company_answers_with_one_button(town: Town) -> None:
    uid = town.incidents["701"]
    town.client("analyst").post(
        reverse("consult-inquire", args=(uid,)), {"text": "電話しましたか。", "form": "choices"}
    )
    member = town.client("member")

    assert Incident.objects.get(pk=uid).status == Status.WAITING
    shown = page(member, "company", "701")
    assert shown.index("電話しましたか。") < shown.index("いまやること")
    inquiry = Inquiry.objects.get()
    answer = member.post(reverse("consult-reply", args=(inquiry.pk,)), {"reply": "yes", "back": "company"})

    assert answer.headers["Location"] == reverse("company", args=("701",))
    assert Incident.objects.get(pk=uid).status == Status.WORKING
    assert "答え: はい" in page(town.client("analyst"), "incidents-detail", uid)


def test_the_desk_is_offered_what_the_card_would_ask_with_its_names(town: Town) -> None:
    Incident.objects.filter(pk=town.incidents["701"]).update(kind="support_scam")

    answer = town.client("analyst").get(reverse("incidents-detail", args=(town.incidents["701"],)))

    offered = answer.context["suggested"]
    assert any("電話" in text for text in offered)
    assert not any("{" in text for text in offered)


def test_who_is_of_two_companies_says_of_which_they_ask(town: Town) -> None:
    Membership.objects.create(user=town.people["member"], role=Role.MEMBER, tenant=town.konan)
    member = town.client("member")

    assert 'name="tenant" required' in page(member, "consult-new")
    member.post(reverse("consult-new"), {"text": QUESTION, "tenant": "702"})
    assert Thread.objects.get().tenant == town.konan
    assert member.post(reverse("consult-new"), {"text": QUESTION}).status_code == 404


def test_a_question_is_about_the_page_it_was_asked_from(town: Town) -> None:
    member = town.client("member")
    for asked_from in ({"month": "2022-12"}, {"card": "spam"}, {"incident": town.incidents["701"]}, {"month": "x"}):
        member.post(reverse("consult-new"), {"text": QUESTION} | asked_from)

    assert [row.subject for row in Thread.objects.order_by("id")] == [
        "「2022年12月の報告書」について",
        "「" + catalog.cards()["spam"].title["ja"] + "」について",
        "「PC-701-3 でランサムウェアの疑い」について",
        QUESTION,
    ]
    assert member.get(reverse("consult-new"), {"incident": town.incidents["702"]}).status_code == 404
    assert member.get(reverse("consult-new"), {"tenant": "702"}).status_code == 404


def test_a_step_that_was_done_is_seen_by_the_desk(town: Town) -> None:
    uid, member = town.incidents["701"], town.client("member")
    member.post(reverse("consult-step", args=(uid,)), {"step": "1"})

    done = DoneStep.objects.get()
    assert done.words in page(town.client("analyst"), "incidents-detail", uid)
    assert "手順1 済み" in page(member, "company", "701")
    for wrong in ("0", "99", "x", "²"):
        assert member.post(reverse("consult-step", args=(uid,)), {"step": wrong}).status_code == 404

    member.post(reverse("consult-step", args=(uid,)), {"step": "1", "undo": "1"})
    assert not DoneStep.objects.exists()


def test_who_only_looks_is_offered_no_button(town: Town) -> None:
    thread = asked(town)
    Membership.objects.filter(user=town.people["member"]).update(role=Role.VIEWER)
    viewer = town.client("member")

    assert reverse("consult-new") not in page(viewer, "company", "701")
    assert "<textarea" not in page(viewer, "consult-thread", thread.pk)
    assert viewer.post(reverse("consult-thread", args=(thread.pk,)), {"text": "x"}).status_code == 422
    assert Post.objects.count() == 1


@pytest.mark.usefixtures("post_office")
def test_the_desk_is_told_of_a_question_and_its_writer_of_the_answer(town: Town) -> None:
    thread = asked(town)
    told = Notification.objects.filter(tenant="701")
    assert sorted(told.values_list("recipient__username", flat=True)) == ["analyst", "operator"]

    town.client("analyst").post(reverse("consult-thread", args=(thread.pk,)), {"text": "www.bad.example は開かないで"})
    town.client("analyst").post(reverse("consult-note", args=(thread.pk,)), {"text": "内緒"})

    answer = told.get(recipient__username="member")
    assert answer.subject.startswith("【火の見】回答があります")
    assert "www[.]bad[.]example は開かないで" in answer.text
    assert reverse("consult-thread", args=(thread.pk,)) in answer.text
    assert not told.filter(text__contains="内緒").exists()


@pytest.mark.usefixtures("post_office")
def test_the_company_is_told_of_a_question_back_and_the_analyst_of_the_reply(town: Town) -> None:
    town.client("analyst").post(
        reverse("consult-inquire", args=(town.incidents["701"],)), {"text": "電話しましたか。", "form": "choices"}
    )
    inquiry = Inquiry.objects.get()
    town.client("member").post(reverse("consult-reply", args=(inquiry.pk,)), {"reply": "no"})

    rows = Notification.objects.order_by("id").values_list("recipient__username", "subject")
    assert list(rows) == [
        ("member", "【火の見】教えてください: 電話しましたか。"),
        ("analyst", "【火の見】答え: いいえ (青葉精密)"),
    ]


@pytest.mark.usefixtures("post_office")
def test_a_question_nobody_can_be_told_of_is_not_half_asked(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> bool:
        raise OSError("no space left on device")

    monkeypatch.setattr(telling, "queue_message", fail)
    with pytest.raises(OSError, match="no space"):
        asked(town)

    assert not Thread.objects.exists()
    assert not Notification.objects.exists()


def test_how_long_a_question_waits_is_said_and_judged() -> None:
    times = [timedelta(minutes=7), timedelta(hours=3, minutes=5), timedelta(days=2, hours=1)]

    assert [waited(time) for time in times] == ["7分", "3時間5分", "2日"]
    assert [patience(time) for time in times] == ["good", "warn", "bad"]


def test_a_question_is_called_by_its_first_line() -> None:
    assert subject("\n  画面が消えない \nどうすれば") == "画面が消えない"
    assert len(subject("あ" * 100)) == 40


def test_who_waits_longest_stands_first_and_a_filter_finds_the_rest(town: Town) -> None:
    thread = asked(town)
    Thread.objects.filter(pk=thread.pk).update(waiting_since=timezone.now() - timedelta(hours=5))
    town.client("neighbour").post(reverse("consult-new"), {"text": "もしもし"})
    analyst = town.client("analyst")

    rows = analyst.get(reverse("consult")).context["rows"]
    assert [(row.thread.tenant_id, row.waits.words, row.waits.patience) for row in rows] == [
        ("701", "5時間0分", "bad"),
        ("702", "0分", "good"),
    ]
    analyst.post(reverse("consult-close", args=(thread.pk,)))
    found = analyst.get(reverse("consult"), {"state": State.CLOSED, "tenant": "701", "page": "x"}).context["rows"]
    assert [row.thread for row in found] == [thread]
