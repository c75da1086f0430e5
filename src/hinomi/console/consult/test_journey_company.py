"""A company with a telephone: acknowledges, reads, says what it did, asks with a photo, reads the answer."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, NOW, Town, enter
from hinomi.console.notifications.test_notifications import ack, message
from hinomi.incidents.consult.inquiring import inquire
from hinomi.incidents.consult.models import Attachment, DoneStep, Inquiry
from hinomi.incidents.models import Incident, Status

TELEPHONE = {"width": 375, "height": 800}
SMALL = """
() => [...document.querySelectorAll("main .button, main summary, main .tap, main .card, main input:not([type=hidden])")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map(one => one.outerHTML.slice(0, 120))
"""
"""Targets that a thumb misses."""
TINY = """
() => [...document.querySelectorAll("main *")]
    .filter(one => one.checkVisibility() && [...one.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .filter(one => parseFloat(getComputedStyle(one).fontSize) < 15.9)
    .map(one => one.outerHTML.slice(0, 120))
"""
"""Text that nobody reads beside a machine."""
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(9)

pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]


def fits(page: Page) -> None:
    """On a telephone: nothing sideways, nothing too small to read or to touch."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], page.url
    assert page.evaluate(SMALL) == [], page.url
    assert page.evaluate(TINY) == [], page.url


def test_a_company_acknowledges_reads_marks_a_step_asks_and_reads_the_answer(
    town: Town, live_server: Any, page: Page, browser: Browser, complaints: list[str], settings: Any, tmp_path: Path
) -> None:
    for name in ("landing", "lake"):
        (tmp_path / name).symlink_to(settings.DATA_DIR / name)
    settings.DATA_DIR = tmp_path
    page.set_viewport_size(TELEPHONE)
    told = message(town)
    page.goto(live_server.url + ack(told))
    page.get_by_role("button", name="確認しました").click()
    expect(page.get_by_text("監視センターに伝わりました")).to_be_visible()
    told.refresh_from_db()
    assert told.acknowledged_at is not None

    enter(page, live_server.url, town, "member")
    expect(page.get_by_role("heading", name="青葉精密", level=1)).to_be_visible()
    fits(page)

    page.get_by_role("link", name="PC-701-3 でランサムウェアの疑い").click()
    expect(page.get_by_text("してはいけないこと")).to_be_visible()
    expect(page.get_by_text("監視センターが受け付けました")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="手順1を終えた").click()
    expect(page.get_by_text("手順1 済み")).to_be_visible()
    assert DoneStep.objects.get().who == town.people["member"]

    page.get_by_role("link", name="このことを質問する").click()
    fits(page)
    page.get_by_label("聞きたいこと").fill("ケーブルを抜きました。\n電源は切りますか。")
    page.get_by_label("写真やPDFを付ける").set_input_files({"name": "画面.png", "mimeType": "image/png", "buffer": PNG})
    page.get_by_role("button", name="送る").click()
    expect(page.get_by_text("質問を送りました")).to_be_visible()
    expect(page.get_by_text("監視センターの回答を待っています")).to_be_visible()
    fits(page)
    asked = page.url

    desk = browser.new_context(locale="ja-JP").new_page()
    enter(desk, live_server.url, town, "analyst")
    expect(desk.get_by_role("link", name="回答を待つ質問")).to_be_visible()
    desk.get_by_role("link", name="回答を待つ質問").click()
    desk.get_by_role("link", name="「PC-701-3 でランサムウェアの疑い」について").click()
    with desk.expect_download() as saved:
        desk.get_by_role("link", name="ファイルを保存").click()
    assert saved.value.suggested_filename == "画面.png"
    assert (
        Path(saved.value.path()).read_bytes()
        == PNG
        == (tmp_path / "attachments" / Attachment.objects.get().key).read_bytes()
    )
    desk.get_by_text("監視センターの中だけのメモを残す").click()
    desk.get_by_label("メモ").fill("電源を切られると証拠が消える")
    desk.get_by_role("button", name="メモを残す").click()
    desk.get_by_label("企業への回答").fill("切らないでください。こちらから電話します。")
    desk.get_by_role("button", name="回答を送る").click()
    expect(desk.get_by_text("送りました。")).to_be_visible()

    desk.goto(live_server.url + reverse("incidents-detail", args=(town.incidents["701"],)))
    expect(desk.get_by_role("heading", name="企業が終えた手順")).to_be_visible()
    desk.get_by_label("企業に聞く").fill("画面の番号に電話しましたか。")
    desk.get_by_role("button", name="はい・いいえで聞く").click()
    expect(desk.locator("#status-mark")).to_contain_text("回答待ち")

    page.goto(live_server.url)
    fits(page)
    expect(page.get_by_role("heading", name="画面の番号に電話しましたか。")).to_be_visible()
    page.get_by_role("button", name="いいえ").click()
    expect(page.get_by_text("答えを送りました")).to_be_visible()
    assert Inquiry.objects.get().reply == "no"
    assert Incident.objects.get(pk=town.incidents["701"]).status == Status.WORKING
    page.get_by_role("link", name="「PC-701-3 でランサムウェアの疑い」について").click()
    assert page.url == asked
    expect(page.get_by_text("切らないでください。こちらから電話します。")).to_be_visible()
    expect(page.get_by_text("証拠が消える")).to_have_count(0)
    page.get_by_role("button", name="解決したので終わりにする").click()
    expect(page.get_by_text("この相談を終わりにしました")).to_be_visible()
    fits(page)
    desk.context.close()
    assert complaints == []


def test_without_a_script_a_company_answers_and_asks_all_the_same(
    town: Town, live_server: Any, browser: Browser
) -> None:
    inquire(town.people["analyst"], Incident.objects.get(pk=town.incidents["701"]), "電話しましたか。", NOW)
    context = browser.new_context(java_script_enabled=False, viewport=TELEPHONE, locale="ja-JP")
    page = context.new_page()
    enter(page, live_server.url, town, "member")

    page.get_by_label("書き足すこと").fill("10時ごろ")
    page.get_by_role("button", name="はい").click()
    expect(page.get_by_text("答えを送りました")).to_be_visible()
    page.get_by_role("navigation", name="メニュー").get_by_role("link", name="相談").click()
    page.get_by_role("link", name="質問する").click()
    page.get_by_label("聞きたいこと").fill("次は何をしますか")
    page.get_by_role("button", name="送る").click()

    expect(page.get_by_role("heading", name="次は何をしますか")).to_be_visible()
    assert (Inquiry.objects.get().reply, Inquiry.objects.get().words) == ("yes", "10時ごろ")
    context.close()
