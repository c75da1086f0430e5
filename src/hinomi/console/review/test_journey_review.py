"""An analyst with a browser: opens the queue, decides once for several companies, and is not asked again next month."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, Town, enter
from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record
from hinomi.incidents.review.models import Decision, Effort
from hinomi.incidents.review.recognising import recognise
from hinomi.ocsf.incident import Entry, Nature, Story

TELEPHONE = {"width": 375, "height": 800}
pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]
AGENT = Nature("rule-inventory", ("c:\\program files\\asset\\agent.exe",), ("inventory.example",))


def inventory(tenant: str, number: int, at: datetime, nature: Nature = AGENT) -> Story:
    """A program that lists what is installed looks like somebody who looks around."""
    time = at.astimezone(UTC).replace(tzinfo=None)
    host = f"PC-{number:02}"
    line = Entry(
        time,
        f"{tenant}-inventory-{number}",
        "pc",
        "edr",
        "PCの構成を調べるコマンドの実行",
        "コマンド: systeminfo / 起動元: agent.exe / 通信先: 198.51.100.20",
        4,
        nature=nature,
    )
    return Story(
        uid=f"{tenant}-inventory-{number}",
        tenant=tenant,
        title=f"{host}: 不審なコマンドの実行(PCの構成を調べるコマンドの実行)",
        kind="suspicious_command",
        severity_id=4,
        host=host,
        address=f"192.168.1.{number}",
        user="yamada",
        first_seen=time,
        last_seen=time,
        timeline=(line,),
        links=(),
        members=frozenset({line.finding}),
    )


def told(*stories: Story, now: datetime) -> None:
    record(stories, now)
    recognise(now)


def test_a_cluster_is_decided_once_for_several_companies_and_next_month_asks_nobody(
    town: Town, live_server: object, page: Page, complaints: list[str]
) -> None:
    now = datetime.now(UTC)
    Incident.objects.filter(tenant="702", kind="ransomware").delete()
    told(*(inventory(tenant, number, now) for tenant in ("701", "702") for number in (1, 2, 3)), now=now)
    enter(page, live_server.url, town, "analyst")

    page.get_by_role("link", name="確認待ち", exact=True).click()
    rows = page.locator("[data-rows] tr")
    expect(rows).to_have_count(2)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_contain_text("不審なコマンドの実行")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="不審なコマンドの実行")).to_be_visible()
    expect(page.get_by_text("2社のインシデント 6件")).to_be_visible()
    expect(page.get_by_text("inventory[.]example")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_label("この企業では問題なし")).to_be_checked()
    expect(page.locator("#preview")).to_contain_text("2社のインシデント 6件を完了にします")
    page.keyboard.press("r")
    page.keyboard.type("資産管理ソフトが毎月行う点検")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#messages")).to_contain_text("6件のインシデント(2社)")
    assert set(Incident.objects.filter(kind="suspicious_command").values_list("status", "reason")) == {
        ("closed", "benign")
    }
    assert Effort.objects.get(decision=Decision.objects.get()).seconds > 0
    page.get_by_role("link", name="確認待ち", exact=True).first.click()
    expect(rows).to_have_count(1)

    month = now + timedelta(days=30)
    told(*(inventory(tenant, number, month) for tenant in ("701", "702") for number in (7, 8)), now=month)
    page.reload()
    expect(rows).to_have_count(1)

    page.goto(live_server.url + reverse("company", args=("701",)))
    expect(page.get_by_text("PCの構成を調べるコマンド")).to_have_count(0)
    page.goto(f"{live_server.url}/review/decisions/")
    expect(page.locator("tbody tr")).to_contain_text("自動で 4件")
    assert complaints == []


def test_what_changed_says_why_and_fits_a_telephone(
    town: Town, live_server: object, page: Page, complaints: list[str]
) -> None:
    now = datetime.now(UTC)
    told(inventory("701", 1, now), now=now)
    enter(page, live_server.url, town, "analyst")
    page.goto(f"{live_server.url}/review/")
    page.get_by_role("link", name="不審なコマンドの実行").click()
    page.get_by_label("この企業では問題なし").check()
    page.get_by_label("理由").fill("資産管理ソフトの点検")
    page.get_by_role("button", name="決める").click()
    expect(page.locator("#messages")).to_contain_text("1件のインシデント(1社)")

    told(inventory("701", 9, now, replace(AGENT, ends=("203.0.113.9",))), now=now + timedelta(hours=1))
    page.set_viewport_size(TELEPHONE)
    page.goto(f"{live_server.url}/review/")
    expect(page.get_by_text("新しい通信先: 203[.]0[.]113[.]9")).to_be_visible()
    page.get_by_role("link", name="不審なコマンドの実行").click()
    expect(page.get_by_text("もう一度確認する理由")).to_be_visible()
    expect(page.get_by_text("資産管理ソフトの点検")).to_be_visible()
    for path in ("review/", "review/decisions/", "review/effort/", page.url.removeprefix(f"{live_server.url}/")):
        page.goto(f"{live_server.url}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], path
    assert complaints == []


def test_a_page_in_use_says_so_and_one_that_is_left_alone_does_not(
    town: Town, live_server: object, page: Page, complaints: list[str]
) -> None:
    now = datetime.now(UTC)
    told(inventory("701", 1, now), now=now)
    enter(page, live_server.url, town, "analyst")
    page.clock.install()
    page.goto(f"{live_server.url}/review/")
    page.get_by_role("link", name="不審なコマンドの実行").click()
    expect(page.get_by_role("heading", name="判断")).to_be_visible()

    for _ in range(3):
        with page.expect_response("**/beat/") as answer:
            page.clock.run_for(15_000)
        assert answer.value.status == 204
    counted = Effort.objects.get().seconds
    assert counted > 0

    beats: list[str] = []
    page.on("request", lambda asked: beats.append(asked.url) if asked.url.endswith("/beat/") else None)
    page.clock.run_for(600_000)
    assert beats == [], "nobody touched it for a minute"
    assert Effort.objects.get().seconds == counted
    assert complaints == []
