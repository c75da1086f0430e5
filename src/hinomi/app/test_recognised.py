"""From findings in the lake to a decision, and to next month, when nobody is asked and nobody is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hinomi.app.worker import settle
from hinomi.incidents.models import Incident
from hinomi.incidents.review.clusters import queue
from hinomi.incidents.review.deciding import decide
from hinomi.incidents.review.likeness import Facet
from hinomi.incidents.review.models import Verdict
from hinomi.lake.lake import Lake
from hinomi.lake.tables import ORDER, TABLES
from hinomi.ocsf.classes import AnalyticTypeId, ClassUid
from hinomi.ocsf.schema import conform
from hinomi.tenants.models import User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
BEGAN = datetime(2022, 11, 7, 1, 0)
MONTH = timedelta(days=30)
Deliver = Callable[..., None]


def noise(tenant: str, at: datetime, host: str = "PC-01", **more: Any) -> dict[str, Any]:
    """An EDR's verdict on a backup program that starts a command."""
    uid = f"{tenant}-{at:%m%d%H%M}-{host}"
    row = {
        "tenant": tenant,
        "sensor": f"{tenant}-edr",
        "source": "keepeye",
        "time": at,
        "class_uid": int(ClassUid.DETECTION_FINDING),
        "activity_id": 1,
        "severity_id": 4,
        "disposition_id": 15,
        "metadata.uid": uid,
        "finding_info.uid": uid,
        "finding_info.title": "アプリがOSコマンド実行",
        "finding_info.types": ["アプリがOSコマンド実行"],
        "finding_info.analytic.uid": "verdict/keepeye",
        "finding_info.analytic.type_id": int(AnalyticTypeId.VENDOR),
        "finding_info.related_events": [uid],
        "device.hostname": host,
        "device.ip": "192.168.1.20",
        "actor.user.name": "yamada",
        "process.name": "cmd.exe",
        "process.cmd_line": f"cmd.exe /c robocopy C:\\data D:\\backup{at:%Y%m%d} /mir",
        "process.parent_process.name": "backup.exe",
    }
    return row | {name.replace("__", "."): value for name, value in more.items()}


@pytest.fixture
def deliver(tmp_path: Path) -> Deliver:
    """Findings reach the lake, and the desk settles."""
    lake = Lake(tmp_path / "lake")

    def bring(*rows: dict[str, Any], now: datetime) -> None:
        findings = conform(pl.DataFrame(list(rows), infer_schema_length=None))
        epoch = lake.last_epoch() + 1
        empty = {name: pl.from_arrow(TABLES[name].schema.empty_table()) for name in ORDER}
        spans = findings.group_by("tenant", "sensor", "source").agg(
            pl.col("time").min(),
            pl.col("time").min().alias("first_time"),
            pl.col("time").max().alias("last_time"),
            pl.len().alias("findings"),
            pl.len().alias("events"),
        )
        blocks = [row | {"block": f"b{epoch}", "epoch": epoch, "timezone": "Asia/Tokyo"} for row in spans.to_dicts()]
        known = set(empty["blocks"].columns)
        shown = [{name: value for name, value in row.items() if name in known} for row in blocks]
        frame = pl.DataFrame(shown, schema=empty["blocks"].schema)
        lake.append(epoch, empty | {"findings": findings, "blocks": frame})
        settle(lake, now)

    return bring


@pytest.fixture
def sato() -> User:
    now = BEGAN.replace(tzinfo=UTC)
    for uid in ("101", "102"):
        register_tenant(uid, uid, now=now)
    return create_user("sato", Role.ANALYST, now=now, name="佐藤 花子")


def test_the_same_noise_next_month_asks_nobody_and_a_new_program_is_asked(deliver: Deliver, sato: User) -> None:
    now = BEGAN.replace(tzinfo=UTC)
    deliver(noise("101", BEGAN), noise("102", BEGAN, "KEIRI-2"), now=now)

    (one,) = queue(sato, now)
    assert [tenant.pk for tenant in one.tenants] == ["101", "102"]
    assert one.likeness.of(Facet.PROGRAMS) == {
        "backup.exe",
        "cmd.exe /c robocopy c:\\data d:\\backup# /mir",
    }
    decide(sato, one.key, Verdict.BENIGN_HERE, reason="毎晩の控え", now=now)

    month = now + MONTH
    deliver(noise("101", BEGAN + MONTH, "PC-44"), noise("102", BEGAN + MONTH), now=month)
    assert queue(sato, month) == []
    assert set(Incident.objects.values_list("status", "reason")) == {("closed", "benign")}
    assert Incident.objects.count() == 4

    again = now + 2 * MONTH
    deliver(noise("101", BEGAN + 2 * MONTH, process__parent_process__name="winword.exe"), now=again)
    (asked,) = queue(sato, again)
    assert asked.again[0].new.facets == {Facet.PROGRAMS: {"winword.exe"}}
