"""An analyst decides a month's expert findings, and they stand in the company's report and the study's table."""

import io
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pypdf
import pytest
from django.urls import reverse

from hinomi.console.conftest import START, Town
from hinomi.console.shell import store
from hinomi.incidents.expert.models import ExpertDecision
from hinomi.lake.tables import TABLES
from hinomi.ocsf.classes import AnalyticTypeId, ClassUid
from hinomi.ocsf.schema import conform
from hinomi.tenants.models import Sensor
from hinomi.tenants.operations import register_sensor

pytestmark = pytest.mark.django_db

DECEMBER = "2022-12"


@pytest.fixture
def adware(town: Town, settings: Any, tmp_path: Path) -> Town:
    """Both companies' EDRs saw adware; in a lake of this test's own."""
    shutil.copytree(settings.DATA_DIR, tmp_path / "data")
    settings.DATA_DIR = tmp_path / "data"
    for tenant in (town.aoba, town.konan):
        register_sensor(tenant, "edr", source="keepeye", kind="edr", since=date(2022, 11, 1))
    Sensor.objects.update(in_study=True)
    rows = [
        {
            "tenant": tenant,
            "sensor": "edr",
            "source": "keepeye",
            "time": START + timedelta(minutes=number),
            "class_uid": int(ClassUid.DETECTION_FINDING),
            "activity_id": 1,
            "metadata.uid": f"adware:{tenant}:{number}:verdict",
            "finding_info.title": "アドウェア",
            "finding_info.types": ["アドウェア"],
            "finding_info.analytic.type_id": int(AnalyticTypeId.VENDOR),
            "process.file.path": "http://203.0.113.9/<b>CouponBar.exe",
            "device.hostname": f"PC-{tenant}",
        }
        for tenant in ("701", "702")
        for number in range(2)
    ]
    empty = {name: pl.from_arrow(table.schema.empty_table()) for name, table in TABLES.items()}
    lake = store.lake()
    lake.append(lake.next_epoch(), empty | {"findings": conform(pl.DataFrame(rows))})
    return town


def decide(town: Town, tenants: list[str], who: str = "analyst", **given: str) -> Any:
    given = {"month": DECEMBER, "kind": "adware", "text": "広告のソフトが入っています。", "reason": ""} | given
    return town.client(who).post(reverse("expert-decide"), given | {"tenant": tenants}, follow=True)


def cluster(page: Any) -> Any:
    return next(one for one in page.context["clusters"] if one.kind.key == "adware")


def test_a_kind_is_proposed_with_what_was_seen_made_harmless(adware: Town):
    page = adware.client("analyst").get(reverse("expert"), {"month": DECEMBER})

    assert [line.tenant.uid for line in cluster(page).waiting] == ["701", "702"]
    text = page.content.decode()
    assert "hxxp://203[.]0[.]113[.]9/&lt;b&gt;CouponBar.exe" in text
    assert "不要ソフトを気が付かず導入しウイルス感染" in text


def test_one_decision_for_two_companies_stands_in_report_and_table(adware: Town):
    page = decide(adware, ["701", "702"], confirm="1")

    assert "2社について記録しました" in page.content.decode()
    assert [line.tenant.uid for line in cluster(page).confirmed] == ["701", "702"]
    table = adware.client("programme").get(reverse("study-json", args=("expert-findings",))).json()
    assert [row["companies"] for row in table["rows"] if row["kind"] == "adware"][-1] == 2
    for who in ("member", "analyst"):
        company = adware.client(who).get(reverse("company", args=("701",)), {"month": DECEMBER}).content.decode()
        assert "広告のソフトが入っています。" in company
        assert "hxxp://203[.]0[.]113[.]9/&lt;b&gt;CouponBar.exe" in company
    made = adware.client("member").get(reverse("reports-pdf", args=("701", DECEMBER)))
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.content)).pages)
    assert "広告のソフトが入っています。" in "".join(said.split())


def test_the_others_are_dismissed_with_a_reason_and_can_be_confirmed_after_all(adware: Town):
    refused = decide(adware, ["702"], dismiss="1")
    assert "理由を書いてください" in refused.content.decode()

    page = decide(adware, ["702"], dismiss="1", reason="業務で使うと確かめた")
    assert [line.tenant.uid for line in cluster(page).dismissed] == ["702"]
    assert [line.tenant.uid for line in cluster(page).waiting] == ["701"]
    page = decide(adware, ["702"], confirm="1")
    assert [line.tenant.uid for line in cluster(page).confirmed] == ["702"]


def test_only_what_is_proposed_can_be_decided(adware: Town):
    decide(adware, ["701"], kind="defender", confirm="1")
    decide(adware, [], confirm="1")

    assert decide(adware, ["701"], kind="x", confirm="1").status_code == 404
    assert decide(adware, ["701"], month="x", confirm="1").status_code == 404
    assert decide(adware, ["701"], who="member", confirm="1").status_code == 403
    assert not ExpertDecision.objects.exists()


def test_more_of_it_after_the_decision_is_said(adware: Town):
    decide(adware, ["701"], confirm="1")
    row = ExpertDecision.objects.get()
    row.evidence["hits"] = 1
    row.save()

    page = adware.client("analyst").get(reverse("expert"), {"month": DECEMBER})
    assert [line.grown for line in cluster(page).confirmed] == [1]
    assert "その後 +1" in page.content.decode()
