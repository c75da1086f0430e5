"""A silent sensor is noticed: staff and company see it with what to do, and that it is heard again."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, Town, enter
from hinomi.console.shell import store
from hinomi.incidents import ending
from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record as work_on
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.health import Watched, examine
from hinomi.pipeline.watch import Company, record
from hinomi.tenants.models import Sensor
from hinomi.tenants.operations import hear

pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]

TITLE = "本社UTM: 記録が届いていない"


@pytest.fixture
def silent(town: Town, settings: Any, tmp_path: Path) -> Incident:
    """Company 701's UTM, which sends by itself, fell silent two days ago; in a data folder of this test's own."""
    shutil.copytree(settings.DATA_DIR, tmp_path / "data")
    settings.DATA_DIR = tmp_path / "data"
    now = datetime.now(UTC)
    since = now - timedelta(days=2)
    mine = Sensor.objects.filter(tenant="701", name="utm")
    mine.update(last_seen=since, listener_port=6514, title="本社UTM")
    watched = Watched("utm", "本社UTM", "fortinet_fortigate", "utm", since.replace(tzinfo=None))
    found = examine(store.lake(), Company("701", town.aoba.zone), [watched], now.replace(tzinfo=None))
    work_on(stories(record(store.lake(), found)), now)
    return Incident.objects.get(tenant="701", kind="sensor_silent")


def test_a_silent_sensor_is_noticed_and_heard_again(
    town: Town, silent: Incident, live_server: Any, page: Page, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    enter(page, live_server.url, town, "analyst")
    page.get_by_role("link", name="センサー", exact=True).click()
    expect(page.get_by_role("row", name="本社UTM")).to_contain_text("沈黙")
    page.goto(live_server.url + reverse("incidents-detail", args=(silent.pk,)))
    expect(page.locator("#main")).to_contain_text(TITLE)

    page.context.clear_cookies()
    page.set_viewport_size({"width": 375, "height": 800})
    enter(page, live_server.url, town, "member")
    expect(page.locator("#main")).to_contain_text("見張りの機器から記録が届いていません")
    page.goto(live_server.url + reverse("incidents-detail", args=(silent.pk,)))
    expect(page.locator("#main")).to_contain_text("記録が届いていません(最後の記録から48時間たちました)")
    expect(page.locator("#main")).to_contain_text("機器の電源とLANケーブルを見てください。")

    now = datetime.now(UTC)
    hear("701", "utm", now)
    assert ending.heard_again("701", {"utm": Sensor.objects.get(tenant="701", name="utm")}, now)

    page.reload()
    expect(page.locator("#main")).to_contain_text("「本社UTM」から、記録が再び届いています")
    page.goto(live_server.url + reverse("company", args=("701",)))
    expect(page.locator("#main")).not_to_contain_text("見張りの機器から記録が届いていません")
    page.context.clear_cookies()
    page.set_viewport_size({"width": 1280, "height": 900})
    enter(page, live_server.url, town, "analyst")
    page.goto(live_server.url + reverse("sensors") + "?tenant=701")
    expect(page.get_by_role("row", name="本社UTM")).to_contain_text("受信中")
    page.goto(live_server.url + reverse("incidents-detail", args=(silent.pk,)))
    expect(page.locator("#main")).to_contain_text("記録が再び届き始めました。")
    assert complaints == []
