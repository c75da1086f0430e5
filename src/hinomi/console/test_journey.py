"""A person with a browser: in by the one-time link, an incident dealt with, an event found; then on a telephone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, Town, enter
from hinomi.console.incidents.test_assessed import tell
from hinomi.incidents.models import Incident, Status

TELEPHONE = {"width": 375, "height": 800}
UNLABELLED = """
() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter(element => !element.labels.length).map(element => element.name)
"""

pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]


def test_an_analyst_deals_with_an_incident_and_finds_an_event(
    town: Town, live_server: object, page: Page, complaints: list[str]
) -> None:
    enter(page, live_server.url, town, "analyst")
    expect(page.get_by_role("heading", name="全体")).to_be_visible()
    expect(page.locator(".chart svg").first).to_be_visible()

    page.get_by_role("link", name="インシデント", exact=True).click()
    page.get_by_role("link", name="PC-701-3 でランサムウェアの疑い").click()
    page.evaluate("window.sameVisit = true")
    page.get_by_label("状態").select_option("working")
    page.get_by_role("button", name="状態を変える").click()
    expect(page.locator("#status-mark")).to_contain_text("対応中")
    expect(page.get_by_text("新規 → 対応中")).to_be_visible()
    assert Incident.objects.get(pk=town.incidents["701"]).status == Status.WORKING

    page.get_by_label("状態", exact=True).select_option("closed")
    page.get_by_role("button", name="状態を変える").click()
    expect(page.locator("#messages")).to_contain_text("理由を選んでください")

    page.get_by_role("link", name="行を見る (3)").click()
    expect(page.locator("#evidence")).to_contain_text("W32/Sample.23")
    assert page.evaluate("window.sameVisit"), "only parts of the page were replaced"

    page.get_by_text("調べる", exact=True).click()
    page.get_by_role("link", name="イベント検索").click()
    page.get_by_role("button", name="この企業を調べる").click()
    page.get_by_label("IPアドレス").fill("203.0.113.66")
    page.get_by_role("button", name="探す").click()
    expect(page.locator("#results")).to_contain_text("6 件のうち 1–6 件目")
    assert "ip=203.0.113.66" in page.url
    page.locator("#results tbody a").first.click()
    expect(page.get_by_role("heading", name="受け取ったままの行")).to_be_visible()
    assert complaints == []


def test_a_session_that_ended_leads_to_the_sign_in_page_and_not_into_a_table(
    town: Town, live_server: object, page: Page
) -> None:
    enter(page, live_server.url, town, "analyst")
    page.get_by_role("link", name="インシデント", exact=True).click()
    page.context.clear_cookies()
    page.get_by_label("状態").select_option("all")

    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()


@pytest.mark.parametrize("who", ["analyst", "member", "programme"])
def test_on_a_telephone_no_page_scrolls_sideways_and_every_field_has_its_name(
    town: Town, live_server: object, page: Page, who: str, complaints: list[str]
) -> None:
    tell(town)
    enter(page, live_server.url, town, who)
    page.set_viewport_size(TELEPHONE)
    page.get_by_role("button", name="メニュー").click()
    links = page.locator("#places a").evaluate_all("found => found.map(link => link.pathname)")
    inside = [
        reverse("company", args=("701",)),
        reverse("incidents-detail", args=(town.incidents["701"],)),
        reverse("events") + "?tenant=701",
        reverse("events-detail", args=("701", town.events["701"][0])),
    ]
    assert len(links) > 2

    for path in (*links, *(inside if who != "programme" else ())):
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], path
        assert page.locator("h1").count() == 1, path
        assert page.evaluate(UNLABELLED) == [], path
    assert complaints == []


def test_who_uses_the_keyboard_reaches_the_content_first(town: Town, live_server: object, page: Page) -> None:
    enter(page, live_server.url, town, "member")
    page.wait_for_load_state("networkidle")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()
