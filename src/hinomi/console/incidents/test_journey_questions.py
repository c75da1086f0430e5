"""On a telephone, without scripts: three answers lead to what to do; with them, the vendor's text is copied."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, NOW, Town, enter
from hinomi.incidents.models import Incident

TELEPHONE = {"width": 375, "height": 800}
pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]


def scam(town: Town) -> Incident:
    moments = dict.fromkeys(("first_seen", "last_seen", "created", "updated"), NOW)
    about: dict[str, Any] = {"kind": "support_scam", "host": "PC-701-9", "user_name": "suzuki-701", "severity_id": 4}
    return Incident.objects.create(uid="scam", tenant=town.aoba, title="偽の警告", **about, **moments)


def test_three_answers_lead_to_the_steps_on_a_telephone_without_scripts(
    town: Town, live_server: Any, browser: Browser
) -> None:
    incident = scam(town)
    context = browser.new_context(locale="ja-JP", java_script_enabled=False, viewport=TELEPHONE)
    page = context.new_page()
    enter(page, live_server.url, town, "member")

    page.goto(live_server.url + reverse("incidents-detail", args=(incident.pk,)))
    page.get_by_role("link", name="質問に答えて、やることを確かめる").click()
    expect(page.get_by_role("heading", name="画面に出た番号に電話をかけましたか。")).to_be_visible()
    page.get_by_role("link", name="はい", exact=True).click()
    expect(page.get_by_text("まず、これをしてください。")).to_be_visible()
    page.get_by_role("link", name="いいえ", exact=True).click()
    page.get_by_role("link", name="はい", exact=True).click()

    expect(page.get_by_role("heading", name="支払いを止めます")).to_be_visible()
    expect(page.get_by_text("#9110 に電話してください")).to_be_visible()
    assert page.url.endswith("?answers=yny")

    page.get_by_role("link", name="答え直す").first.click()
    assert page.url.endswith("?answers=")
    context.close()


def test_the_vendors_text_is_copied_as_it_stands(
    town: Town, live_server: Any, page: Page, complaints: list[str]
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(page, live_server.url, town, "member")
    page.goto(live_server.url + reverse("incidents-detail", args=(town.incidents["701"],)))

    page.get_by_role("button", name="文をコピーする").click()

    expect(page.get_by_role("status").filter(has_text="写しました")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("送る文").input_value()
    assert copied.startswith("【調査と対処のお願い】青葉精密")
    assert complaints == []
