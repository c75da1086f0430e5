"""In a browser: the link of a mail on a telephone; a member says who is told; an analyst calls."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, Town, enter
from hinomi.console.notifications.test_notifications import ack, message
from hinomi.deliver.notify.models import Contact, State

TELEPHONE, SCREEN = {"width": 375, "height": 800}, {"width": 1280, "height": 900}
PICTURES = os.environ.get("HINOMI_PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""

pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def fits(page: Page) -> bool:
    """It does not scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_who_reads_a_mail_on_a_telephone_says_so_without_signing_in(
    town: Town, live_server: Any, page: Page, complaints: list[str]
) -> None:
    row = message(town)
    page.set_viewport_size(TELEPHONE)
    page.goto(live_server.url + ack(row))
    expect(page.get_by_role("heading", name="お知らせの確認")).to_be_visible()
    picture(page, "ack-before")
    assert fits(page)

    page.get_by_role("button", name="確認しました").click()

    expect(page.get_by_text("監視センターに伝わりました")).to_be_visible()
    picture(page, "ack-after")
    page.goto(live_server.url + ack(row))
    expect(page.get_by_text("に確認済みです")).to_be_visible()
    row.refresh_from_db()
    assert row.acknowledged_at is not None
    assert complaints == []


@pytest.mark.parametrize("size", [SCREEN, TELEPHONE], ids=["screen", "telephone"])
def test_a_member_says_who_is_told_and_when(
    town: Town, live_server: Any, page: Page, complaints: list[str], size: Any
) -> None:
    name = "wide" if size is SCREEN else "narrow"
    enter(page, live_server.url, town, "member")
    page.set_viewport_size(size)
    page.goto(live_server.url + reverse("notifications"))
    picture(page, f"settings-{name}")
    assert fits(page)

    page.get_by_text("連絡先を加える").click()
    page.get_by_role("link", name="メール", exact=True).click()
    page.get_by_label("名前").fill("社長")
    page.get_by_label("メールアドレス").fill("chief@c701.example.jp")
    page.get_by_label("知らせる順番").select_option("2")
    picture(page, f"new-{name}")
    page.get_by_role("button", name="加える").click()
    expect(page.get_by_text("連絡先を加えました")).to_be_visible()
    page.get_by_label("今すぐ対応が要る知らせ").select_option("wait")
    page.get_by_role("button", name="決める").click()
    expect(page.get_by_text("知らせ方を変えました")).to_be_visible()
    picture(page, f"settings-after-{name}")

    assert Contact.objects.get().rank == 2
    assert fits(page)
    assert complaints == []


@pytest.mark.parametrize("size", [SCREEN, TELEPHONE], ids=["screen", "telephone"])
def test_an_analyst_looks_at_the_outbox_and_calls(
    town: Town, live_server: Any, page: Page, complaints: list[str], size: Any
) -> None:
    name = "wide" if size is SCREEN else "narrow"
    message(town)
    message(
        town, key="k2", message_id="k2@x", nonce="", state=State.REFUSED, sent_at=None, last_error="550 no such user"
    )
    enter(page, live_server.url, town, "analyst")
    page.set_viewport_size(size)
    page.goto(live_server.url + reverse("notifications-outbox"))
    expect(page.get_by_text("550 no such user")).to_be_visible()
    picture(page, f"outbox-{name}")
    assert fits(page)

    page.goto(live_server.url + reverse("incidents-detail", args=(town.incidents["701"],)))
    picture(page, f"incident-{name}")
    page.get_by_role("link", name="電話で伝える").click()
    picture(page, f"call-{name}")
    assert fits(page)
    page.get_by_label("話した相手").fill("総務 一郎")
    page.get_by_role("button", name="メモに残す").click()
    expect(page.get_by_text("電話の内容をメモに残しました")).to_be_visible()
    assert complaints == []
