"""A fault that a rule set aside is confirmed or counted again; one that a company confirmed is set aside by hand."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from django.urls import reverse

from hinomi.console.conftest import START, Town
from hinomi.console.shell import store
from hinomi.deliver.excluded import exclusions
from hinomi.incidents.models import ExclusionDecision
from hinomi.lake.tables import TABLES
from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.schema import conform
from hinomi.tenants.models import AuditEntry

pytestmark = pytest.mark.django_db

LAND = "DoS LAND Attack"
BURST = START - timedelta(days=2)


@pytest.fixture
def faulty(town: Town, settings: Any, tmp_path: Path) -> Town:
    """Company 701's UTM told of 20,000 packets that a machine sent to itself; in a lake of this test's own."""
    shutil.copytree(settings.DATA_DIR, tmp_path / "data")
    settings.DATA_DIR = tmp_path / "data"
    rows = [
        {
            "tenant": "701",
            "sensor": "utm",
            "source": "fortinet_fortigate",
            "time": BURST + timedelta(minutes=minute),
            "metadata.uid": f"land:{minute}",
            "finding_info.title": LAND,
            "finding_info.analytic.type_id": int(AnalyticTypeId.VENDOR),
            "src_endpoint.ip": "192.168.1.40",
            "dst_endpoint.ip": "192.168.1.40",
            "count": 200,
        }
        for minute in range(100)
    ]
    empty = {name: pl.from_arrow(table.schema.empty_table()) for name, table in TABLES.items()}
    lake = store.lake()
    lake.append(lake.next_epoch(), empty | {"findings": conform(pl.DataFrame(rows))})
    return town


def set_aside() -> list[tuple[str, int, str]]:
    now = datetime(2022, 12, 20, 3, 0)
    found = exclusions(store.lake(), ["701"], now - timedelta(days=30), now, ZoneInfo("UTC"))
    return [(one.signature, one.count, one.owner) for one in found]


def decide(town: Town, act: str, reason: str = "点検で故障と分かった", who: str = "analyst") -> Any:
    client = town.client(who)
    page = client.get(reverse("exclusions")).content.decode()
    key = page.partition('name="key" value="')[2].partition('"')[0]
    given = {"tenant": "701", "key": key, "reason": reason, act: "1"}
    return client.post(reverse("exclusions-decide"), given, follow=True)


def test_a_fault_of_the_rules_gets_an_owner(faulty: Town):
    assert set_aside() == [(LAND, 20_000, "")]

    page = decide(faulty, "confirm").content.decode()

    assert set_aside() == [(LAND, 20_000, str(faulty.people["analyst"]))]
    assert "点検で故障と分かった" in page
    assert AuditEntry.objects.filter(action="exclusion.confirmed", tenant="701", subject=LAND).exists()


def test_revoked_it_counts_again_and_can_be_taken_back(faulty: Town):
    decide(faulty, "revoke", "本物の攻撃だった")
    assert set_aside() == []

    decide(faulty, "confirm")
    assert [count for _, count, _ in set_aside()] == [20_000]


def test_a_decision_needs_a_reason_and_someone_who_may(faulty: Town):
    decide(faulty, "revoke", "  ")
    assert not ExclusionDecision.objects.exists()

    assert faulty.client("member").post(reverse("exclusions-decide"), {}).status_code == 403
    page = faulty.client("member").get(reverse("exclusions")).content.decode()
    assert LAND in page
    assert "不具合と確かめた</button>" not in page
    assert LAND not in faulty.client("neighbour").get(reverse("exclusions")).content.decode()


def test_what_a_company_confirmed_is_set_aside_by_hand_and_revoked(town: Town):
    client = town.client("analyst")
    url = reverse("exclusions-new", args=("701", town.findings["701"][0]))
    assert client.get(url).status_code == 200

    day = START.date().isoformat()
    assert client.post(url, {"first": day, "last": "2099-01-01", "reason": "試験"}).status_code == 422
    client.post(url, {"first": day, "last": day, "reason": "装置の試験だった"})

    (row,) = ExclusionDecision.objects.all()
    assert (row.stands, row.count, row.until <= row.decided) == (True, 1, True)
    assert [(count, owner) for _, count, owner in set_aside()] == [(1, str(town.people["analyst"]))]
    decide(town, "revoke", "試験ではなかった")
    assert set_aside() == []
    assert datetime.now(UTC) > row.until
