"""What a sensor or a PC's protection no longer does is told once, with its numbers; what is ordinary is not."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.tables import TABLES
from hinomi.ocsf.schema import conform
from hinomi.pipeline.health import Watched, examine
from hinomi.pipeline.watch import Company, record

NOW = datetime(2026, 11, 20, 3, 0)
"""Friday noon in Japan."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
COMPANY = Company("101", ZoneInfo("Asia/Tokyo"))
GATE = Watched("gate", "本社UTM", "fortinet_fortigate", "utm")
EDR = Watched("edr", "EDR", "keepeye", "edr")
DEFENDER = "Microsoft-Windows-Windows Defender/Operational"
BLOCKS = pl.from_arrow(TABLES["blocks"].schema.empty_table()).schema  # type: ignore[union-attr]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def fill(lake: Lake, events: list[dict[str, Any]] = [], blocks: list[dict[str, Any]] = []) -> None:  # noqa: B006
    frames = {name: pl.from_arrow(table.schema.empty_table()) for name, table in TABLES.items()}
    told = [{"tenant": "101", "sensor": "gate", "source": "fortinet_fortigate", **row} for row in events]
    received = [{"tenant": "101", "sensor": "gate", "live": True, **row} for row in blocks]
    if told:
        frames["events"] = conform(pl.DataFrame(told, infer_schema_length=None))
    if received:
        frames["blocks"] = pl.DataFrame(received, schema=BLOCKS)
    lake.append(lake.next_epoch(), frames)  # type: ignore[arg-type]


def found(lake: Lake, *sensors: Watched, now: datetime = NOW) -> dict[str, str]:
    rows = examine(lake, COMPANY, sensors or (GATE,), now)
    return dict(zip(rows["finding_info.analytic.uid"], rows["message"], strict=True))


def test_a_silent_sensor_is_told_once_however_often_it_is_examined(lake: Lake):
    silent = Watched("gate", "本社UTM", "fortinet_fortigate", "utm", NOW - 26 * HOUR)
    first = record(lake, examine(lake, COMPANY, [silent], NOW))
    again = record(lake, examine(lake, COMPANY, [silent], NOW + HOUR))

    assert first["message"][0].startswith("最後の記録から26時間たちました。")
    assert again.is_empty()
    assert found(lake) == {}


@pytest.mark.parametrize(
    ("offset", "jitter", "rule", "said"),
    [
        (9 * HOUR, 2, "sensor_clock", "9.0時間遅れて"),
        (-7 * 60, 1, "sensor_clock", "7分進んで"),
        (40 * 60, 1500, "sensor_late", "遅れて届いて"),
        (20, 15, None, ""),
    ],
)
def test_a_wrong_clock_is_told_from_lines_that_come_late(lake: Lake, offset, jitter, rule: str | None, said: str):
    seconds = offset.total_seconds() if isinstance(offset, timedelta) else offset
    received = [NOW - timedelta(minutes=10 * number) for number in range(60)]
    lags = [timedelta(seconds=seconds + jitter * (number % 5 - 2) / 2) for number in range(60)]
    fill(lake, blocks=[{"time": time, "last_time": time - lag} for time, lag in zip(received, lags, strict=True)])

    told = found(lake)
    assert list(told) == ([rule] if rule else [])
    assert said in told.get(rule or "", "")


def ordinary_days(yesterday: int, usual: int = 300) -> list[dict[str, Any]]:
    """Events at ten in the morning of each day (Japan), fewer at the weekend."""
    events: list[dict[str, Any]] = []
    for back in range(1, 29):
        day = datetime(2026, 11, 20, 1) - back * DAY
        weekend = (day + 9 * HOUR).weekday() >= 5
        count = yesterday if back == 1 else usual // 50 if weekend else usual
        events += [{"time": day + timedelta(seconds=number), "class_uid": 4001} for number in range(count)]
    return events


def test_a_collapse_is_told_with_the_change_before_it(lake: Lake):
    fill(lake, [*ordinary_days(20), {"time": datetime(2026, 11, 18, 9), "class_uid": 5019}])

    told = found(lake)["sensor_volume"]
    assert "11月19日の記録は20件" in told
    assert "(300件)の7%" in told
    assert "11月18日に設定が変わっています" in told


def test_an_ordinary_day_and_a_quiet_weekend_are_no_collapse(lake: Lake):
    fill(lake, ordinary_days(250))

    assert found(lake) == {}
    assert found(lake, now=datetime(2026, 11, 16, 3)) == {}, "yesterday was a Sunday"


def defender(host: str, code: str, back: timedelta) -> dict[str, Any]:
    log = {"metadata.log_name": DEFENDER, "metadata.event_code": code, "device.hostname": host}
    return {"time": NOW - back, "class_uid": 0, "sensor": "pc", "source": "windows_evtx", **log}


def test_a_pc_without_its_protection_is_told_and_one_that_is_switched_off_is_not(lake: Lake):
    fill(
        lake,
        [
            defender("PC-01", "5001", 30 * HOUR),
            defender("PC-02", "5001", 30 * HOUR),
            defender("PC-02", "5000", 29 * HOUR),
            defender("PC-03", "2000", 12 * DAY),
            defender("PC-03", "2001", 2 * DAY),
            defender("PC-04", "1001", 40 * DAY),
            defender("PC-05", "2000", 12 * DAY),
            *({"time": NOW - HOUR, "device.hostname": f"PC-0{number}", "class_uid": 1007} for number in (1, 2, 3, 4)),
        ],
    )

    rows = examine(lake, COMPANY, [GATE], NOW)
    told = {row["finding_info.analytic.uid"]: row["message"] for row in rows.iter_rows(named=True)}
    assert told == {
        "antivirus_off": "PC-01: リアルタイム保護が1日前に止められ、そのままです。",
        "antivirus_old": "PC-03: 定義が12日更新されていません。更新の失敗が1回あります。",
        "antivirus_no_scan": "PC-04: 検査が40日行われていません。",
    }
    assert {*rows["device.hostname"]} == {"PC-01", "PC-03", "PC-04"}


def test_each_guard_of_defender_that_stays_off_is_told_once_a_pc(lake: Lake):
    fill(
        lake,
        [
            defender("PC-01", "5012", 30 * HOUR),
            defender("PC-01", "5010", 29 * HOUR),
            defender("PC-01", "5000", 28 * HOUR),
            defender("PC-02", "5010", 30 * HOUR),
            defender("PC-02", "5009", 29 * HOUR),
        ],
    )

    (row,) = examine(lake, COMPANY, [GATE], NOW).iter_rows(named=True)
    assert row["message"] == "PC-01: ウイルスの検査が1日前に止められ、そのままです。"
    assert row["finding_info.types"] == ["antivirus_off"]


def security_center(host: str, product: str, state: str, back: timedelta) -> dict[str, Any]:
    said = {"EventID": "15", "EventData": {"Data": f"{product}\nSECURITY_PRODUCT_STATE_{state}"}}
    log = {"metadata.log_name": "Application", "metadata.product.name": "SecurityCenter", "metadata.event_code": "15"}
    about = {"device.hostname": host, "unmapped": json.dumps(said, ensure_ascii=False)}
    return {"time": NOW - back, "class_uid": 0, "sensor": "pc", "source": "windows_evtx", **log, **about}


def test_any_antivirus_that_windows_says_is_off_is_told_unless_another_took_over(lake: Lake):
    fill(
        lake,
        [
            security_center("PC-01", "ESET Security", "ON", 50 * HOUR),
            security_center("PC-01", "ESET Security", "SNOOZED", 30 * HOUR),
            security_center("PC-02", "Windows Defender", "OFF", 30 * HOUR),
            security_center("PC-02", "ウイルスバスター", "ON", 31 * HOUR),
            security_center("PC-03", "Windows Defender", "OFF", HOUR / 2),
            security_center("PC-04", "Symantec", "EXPIRED", 10 * DAY),
        ],
    )

    assert [row["message"] for row in examine(lake, COMPANY, [GATE], NOW).iter_rows(named=True)] == [
        "PC-01: 「ESET Security」が1日前に止められ、そのままです。"
    ]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("write failed: No space left on device", True),
        ("Log disk is 95% full", True),
        ("ディスクの空き容量が不足しています", True),
        ("disk full scan completed", False),
        ("ディスクの検査を開始しました。空き容量の不足はありません", False),
        ("link up on port 3", False),
    ],
)
def test_a_device_that_says_its_disk_is_full_is_told(lake: Lake, message: str, told: bool):
    fill(lake, [{"time": NOW - HOUR, "class_uid": 0, "device.hostname": "FG-01", "message": message}])

    assert list(found(lake)) == (["disk_full"] if told else [])


def test_a_full_disk_is_told_once_a_week_while_it_lasts_and_not_when_it_is_over(lake: Lake):
    full = {"class_uid": 0, "device.hostname": "SV-01", "metadata.product.name": "srv", "metadata.event_code": "2013"}
    fill(lake, [full | {"time": NOW - back * HOUR} for back in (1, 2, 30)])

    first = record(lake, examine(lake, COMPANY, [GATE], NOW))
    assert first["message"].to_list() == ["SV-01 が、ディスクの空きが足りないと記録しています(3回)。"]
    assert record(lake, examine(lake, COMPANY, [GATE], NOW + DAY)).is_empty()
    assert found(lake, now=NOW + 4 * DAY) == {}


def seen(host: str, sensor: str, *days: int) -> list[dict[str, Any]]:
    return [{"time": NOW - day * DAY, "sensor": sensor, "src_endpoint.hostname": host} for day in days]


def test_pcs_that_only_the_gate_sees_are_told(lake: Lake):
    fill(
        lake,
        [
            *seen("PC-01.example.co.jp", "gate", 1, 2, 3),
            *seen("pc-01", "edr", 1, 2, 3),
            *seen("PC-02", "gate", 1, 2, 3),
            *seen("PC-03", "gate", 1, 2, 3, 12),
            *seen("PC-03", "edr", 11, 12),
            *seen("GUEST", "gate", 1),
            *seen("192.168.1.9", "gate", 1, 2, 3),
        ],
    )

    rows = examine(lake, COMPANY, [GATE, EDR], NOW)
    assert dict(zip(rows["device.hostname"], rows["finding_info.analytic.uid"], strict=True)) == {
        "PC-02": "edr_missing",
        "PC-03": "edr_stopped",
    }
    assert found(lake, GATE) == {}, "a company without EDR misses it nowhere in particular"
    assert set(rows["finding_info.types"].explode()) == {"edr_missing", "edr_stopped"}


def test_what_takes_no_edr_is_not_missed(lake: Lake):
    outsider = {"src_endpoint.ip": "203.0.113.9"}
    fill(
        lake,
        [
            *seen("PC-01", "edr", 1),
            *seen("NC-LATHE", "gate", 1, 2, 3),
            *(one | {"src_endpoint.ip": "192.168.1.77"} for one in seen("NC-MILL", "gate", 1, 2, 3)),
            *seen("Tanaka-iPhone", "gate", 1, 2, 3),
            *(one | outsider for one in seen("scanner", "gate", 1, 2, 3)),
        ],
    )
    stated = {"nc-lathe": "factory", "192.168.1.77": "factory"}

    assert examine(lake, COMPANY, [GATE, EDR], NOW, stated).is_empty()
    assert examine(lake, COMPANY, [GATE, EDR], NOW, {"nc-lathe": "server"}).height == 2
