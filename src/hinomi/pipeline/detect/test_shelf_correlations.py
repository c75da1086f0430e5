"""Correlations of the shelf, from events through hits in the lake to findings, and an ordinary day of an office."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.ocsf.schema import POLARS, conform
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.detect.sigma.correlation.rounds import correlate
from hinomi.pipeline.river import BLOCK_COLUMNS

PATHS = [path for path in catalog.sigma_rules() if path.name == "correlation.yml"]
NAMES = [path.parent.name for path in PATHS]
MORNING = datetime(2026, 11, 19, 23, 30)
"""Half past eight in Japan, as the lake counts."""
NOW = datetime(2026, 11, 21)
OFFICE = "999"
HITS_A_DAY = 1300
"""What correlations may cost an office of thirty on an ordinary day: 540 are its sign-ins, 480 the phone."""

Event = Mapping[str, Any]


def rows(tenant: str, events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    for number, event in enumerate(events):
        about = {
            "tenant": tenant,
            "sensor": "gate",
            "raw_ref": f"{tenant}:{number}",
            "metadata.uid": f"{tenant}-{number}",
        }
        about["time"] = datetime.fromisoformat(event["time"])
        if "unmapped" in event:
            about["unmapped"] = orjson.dumps(event["unmapped"]).decode()
        yield {**event, **about}


def samples(kind: str) -> dict[str, list[Event]]:
    """Each correlation's events, those of which it is told or those of which it must not be."""
    return {path.parent.name: orjson.loads(path.with_name(f"{kind}.json").read_bytes()) for path in PATHS}


def sign_in(minute: float, user: str, source: str, *, ok: bool = True, address: str = "203.0.113.5") -> Event:
    return {
        "time": (MORNING + timedelta(minutes=minute)).isoformat(),
        "class_uid": 3002,
        "activity_id": 1,
        "source": source,
        "status_id": 1 if ok else 2,
        "user.name": user,
        "src_endpoint.ip": address,
        "message": "UserLoggedIn" if ok else "UserLoginFailed",
    }


def windows(minute: float, event_id: int, computer: str, **data: str) -> Event:
    return {
        "time": (MORNING + timedelta(minutes=minute)).isoformat(),
        "class_uid": 1007,
        "activity_id": 1,
        "device.hostname": computer,
        "unmapped": {
            "Channel": "Security" if event_id > 100 else "Microsoft-Windows-Sysmon/Operational",
            "EventID": str(event_id),
            "Computer": computer,
            "EventData": data,
        },
    }


def ordinary_day() -> Iterator[Event]:
    """Thirty people sign in, some mistype; a phone has an old password; backup, CAD and the domain do their work."""
    for person in range(30):
        user, computer = f"user{person:02}", f"PC-{person:02}"
        address = f"192.168.10.{person + 20}"
        for hour in range(9):
            yield sign_in(person / 2 + hour * 60, f"{user}@factory.example", "microsoft_365_audit")
            for file in range(10):
                name = rf"\\?\C:\Users\{user}\AppData\Roaming\Microsoft\Windows\Recent\見積{file}.xlsx.lnk"
                yield windows(hour * 60 + file, 11, computer, Image=r"C:\Windows\explorer.exe", TargetFilename=name)
            yield windows(hour * 60, 4624, "SV-01", TargetUserName=user, IpAddress=address, LogonType="3")
            yield windows(
                hour * 60, 4769, "SV-01", TargetUserName=user, ServiceName="SV-02$", TicketEncryptionType="0x12",
                Status="0x0", IpAddress=address,
            )  # fmt: skip
        if person % 4 == 0:
            for _ in range(2):
                yield sign_in(person / 2 - 0.2, f"{user}@factory.example", "microsoft_365_audit", ok=False)
                yield windows(person / 2, 4625, "SV-01", TargetUserName=user, IpAddress=address, LogonType="2")
    for minute in range(120):
        yield sign_in(minute, "user07", "fortinet_fortigate", ok=False, address="198.51.100.7")
    yield sign_in(121, "user07", "fortinet_fortigate", address="198.51.100.7")
    for file in range(4000):
        name = rf"E:\backup\図面{file}.dwg.gz" if file % 2 else rf"E:\backup\図面{file}.dwg"
        yield windows(600 + file / 100, 11, "SV-02", Image=r"C:\Program Files\Backup\agent.exe", TargetFilename=name)
    for minute in range(0, 600, 5):
        share = r"\\*\C$"
        yield windows(minute, 5140, "SV-02", ShareName=share, IpAddress="192.168.10.5", SubjectUserName="backup")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Every sample is a company of its own; its number is the place of its correlation, from 101 or from 501."""
    companies: dict[str, Iterable[Event]] = {OFFICE: ordinary_day()}
    for first, kind in ((101, "fires"), (501, "quiet")):
        companies |= {str(first + number): events for number, events in enumerate(samples(kind).values())}
    events = [row for tenant, one in companies.items() for row in rows(tenant, one)]
    kinds = {name: POLARS[name] for row in events for name in row}
    rules = load(PATHS)
    seen = Lookout(rules).look(conform(pl.DataFrame(events, schema=kinds, orient="row")))
    lake = Lake(tmp_path_factory.mktemp("lake"))
    epoch = lake.next_epoch()
    ledger = {"tenant": OFFICE, "time": NOW, "block": "b", "epoch": epoch}
    ledger |= {"first_time": seen.hits["time"].min(), "last_time": seen.hits["time"].max()}
    hits = seen.hits.with_columns(epoch=pl.lit(epoch, seen.hits.schema["epoch"]))
    lake.append(epoch, {"hits": hits, "blocks": pl.DataFrame([ledger], schema=BLOCK_COLUMNS)})
    correlate(lake, rules.correlations, NOW)
    assert seen.findings.is_empty()
    return lake


def told(lake: Lake, tenant: str) -> dict[str, str]:
    """What is said to this company, by the correlation's folder."""
    names = {one.id: Path(one.path).parent.name for one in load(PATHS).correlations}
    asked = lake.ask(tenant, 'SELECT "finding_info.analytic.uid" AS rule, message FROM findings').rows()
    return {names[row["rule"]]: row["message"] for row in asked}


def test_each_correlation_is_told_of_its_events(lake: Lake):
    assert [name for number, name in enumerate(NAMES, 101) if name not in told(lake, str(number))] == []


def test_each_correlation_is_silent_of_events_that_nearly_are(lake: Lake):
    assert [name for number, name in enumerate(NAMES, 501) if name in told(lake, str(number))] == []


def test_an_ordinary_day_of_an_office_is_told_nothing_and_leaves_few_hits(lake: Lake):
    [counted] = lake.ask(OFFICE, "SELECT count(*) AS hits FROM hits").rows()

    assert told(lake, OFFICE) == {}
    assert 0 < counted["hits"] <= HITS_A_DAY


def test_what_is_told_names_who_and_how_many_in_japanese(lake: Lake):
    said = told(lake, str(101 + NAMES.index("password_spraying")))["password_spraying"]

    assert said == (
        "接続元 203.0.113.70 について、30 分間のうちに、"
        "「サインインの失敗」の 利用者 が 16 通りありました(記録 16 件)。"
    )
