"""A person makes a token at a browser, a program uses it, and it is taken away; also on a telephone."""

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, Town, enter

pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]
TELEPHONE = {"width": 375, "height": 800}


def ask(address: str, secret: str) -> tuple[int, Any]:
    request = urllib.request.Request(f"{address}/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_a_token_is_made_used_and_taken_away(town: Town, live_server: Any, page: Page, complaints: list[str]) -> None:
    enter(page, live_server.url, town, "member")
    page.goto(f"{live_server.url}/tokens/")
    page.get_by_label("何に使うか").fill("月次の集計")
    page.get_by_label("できること").select_option("read")
    page.get_by_label("期限").select_option("30")
    page.get_by_role("button", name="作る").click()
    secret = page.locator("#secret").inner_text().strip()
    assert re.fullmatch(r"hnm_[\w-]{43}", secret)

    status, me = ask(live_server.url, secret)
    assert (status, me["username"], me["tenants"], me["token"]["scope"]) == (200, "member", ["701"], "read")

    page.goto(f"{live_server.url}/tokens/")
    expect(page.locator("#secret")).to_have_count(0)
    page.get_by_role("button", name="取り消す").click()
    expect(page.get_by_text("トークンはありません。")).to_be_visible()
    assert ask(live_server.url, secret)[0] == 401
    assert complaints == []


@pytest.mark.parametrize("path", ["/tokens/", "/api/"])
def test_on_a_telephone_the_pages_do_not_scroll_sideways(
    town: Town, live_server: Any, page: Page, complaints: list[str], path: str
) -> None:
    enter(page, live_server.url, town, "member")
    page.set_viewport_size(TELEPHONE)
    page.goto(live_server.url + path)
    for summary in page.locator("#main section details summary").all()[:3]:
        summary.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    assert complaints == []
