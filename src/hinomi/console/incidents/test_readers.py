"""A card speaks to three readers; a vendor gets the facts, and a few questions lead to the steps that fit."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from hinomi.console.conftest import NOW, Town
from hinomi.incidents.cards import cards
from hinomi.incidents.models import Incident
from hinomi.library import catalog

pytestmark = pytest.mark.django_db


def shown(town: Town, who: str, uid: str, name: str = "incidents-detail", **asked: str) -> str:
    answer = town.client(who).get(reverse(name, args=(uid,)), asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def scam(town: Town) -> Incident:
    moments = dict.fromkeys(("first_seen", "last_seen", "created", "updated"), NOW)
    about: dict[str, Any] = {"kind": "support_scam", "host": "PC-701-9", "user_name": "suzuki-701", "severity_id": 4}
    return Incident.objects.create(uid="scam", tenant=town.aoba, title="偽の警告", **about, **moments)


def test_a_company_reads_its_steps_first_then_the_presidents_part_then_what_to_forward(town: Town):
    card = catalog.cards()["ransomware"]

    page = shown(town, "member", town.incidents["701"])

    places = [page.index(said) for said in (card.avoid["ja"], card.president["ja"], "【調査と対処のお願い】青葉精密")]
    assert places == sorted(places)
    assert '<details class="panel" id="president" open>' in page
    assert '<details class="panel" id="vendor" open>' in page
    assert "青葉通信システム 電話 022-000-0000 へ送れます" in page


def test_to_the_desk_both_are_folded(town: Town):
    page = shown(town, "analyst", town.incidents["701"])

    assert '<details class="panel" id="president">' in page
    assert '<details class="panel" id="vendor">' in page


def test_what_is_forwarded_says_what_the_log_said(town: Town):
    page = shown(town, "member", town.incidents["701"])

    said = page[page.index("【調査と対処のお願い】") : page.index("</textarea>")]
    assert "対象: PC-701-3 / 192.168.1.23 / 利用者 suzuki-701" in said
    assert "utm (Fortinet FortiGate) / 規則 verdict/fortinet_fortigate / 遮断" in said
    assert "192.168.1.23 → 203[.]0[.]113[.]66" in said
    assert "2022-12-19 10:21:00 +09:00 (2022-12-19 01:21:00 UTC)" in said
    assert "http://" not in said
    assert catalog.cards()["ransomware"].vendor["ja"][0] in said


def test_what_is_forwarded_is_the_companys_own(town: Town):
    assert "701" not in shown(town, "neighbour", town.incidents["702"])


def test_an_operators_own_card_is_what_people_read(town: Town, settings: Any, tmp_path: Any):
    shelf = (catalog.SHELVES / "advice" / "support_scam.yaml").read_text(encoding="utf-8")
    (tmp_path / "advice").mkdir()
    (tmp_path / "advice" / "ransomware.yaml").write_text(shelf.replace("偽の警告でだます", "町内の"), encoding="utf-8")
    settings.DATA_DIR = tmp_path

    assert cards()["ransomware"].title["ja"] == "町内の詐欺のおそれがあります"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("", "画面に出た番号に電話をかけましたか。"),
        ("y", "電話を切り、同じ相手から掛かってきても出ないでください。"),
        ("yy", "すぐに「PC-701-9」のLANケーブルを抜き、無線も切ってください。"),
        ("yyy", "監視センターと警察の相談電話 #9110 に電話し"),
        ("nnn", "警告の画面を閉じます"),
    ],
)
def test_each_answer_leads_to_the_next_question_or_to_the_steps(town: Town, scam: Incident, answers: str, said: str):
    assert said in shown(town, "member", scam.pk, "incidents-questions", answers=answers)


def test_the_addresses_of_the_questions_hold_answers_alone(town: Town, scam: Incident):
    page = shown(town, "member", scam.pk, "incidents-questions", answers="y")

    assert 'href="?answers=yy"' in page
    assert 'href="?answers=yn"' in page
    assert 'href="?answers="' in page, "an answer can be taken back"
    assert reverse("incidents-questions", args=(scam.pk,)) in shown(town, "member", scam.pk)


@pytest.mark.parametrize("answers", ["x", "yyyy", "y" * 4000, "<script>"])
def test_answers_that_nobody_was_asked_for_are_no_page(town: Town, scam: Incident, answers: str):
    answer = town.client("member").get(reverse("incidents-questions", args=(scam.pk,)), {"answers": answers})

    assert answer.status_code == 404


def test_where_a_card_asks_nothing_there_is_no_page(town: Town):
    url = reverse("incidents-questions", args=(town.incidents["701"],))

    assert town.client("member").get(url).status_code == 404
    assert url not in shown(town, "member", town.incidents["701"])


def test_in_english_every_reader_reads_english(town: Town, scam: Incident):
    client = town.client("member")
    client.cookies["django_language"] = "en"

    with translation.override("ja"):  # what the request activates ends with it
        page = client.get(reverse("incidents-questions", args=(scam.pk,))).content.decode()

    assert "Did you call the number on the screen?" in page
    assert not any(texts in page for texts in ("はい", "いいえ", "質問"))
