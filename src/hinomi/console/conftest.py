"""Two companies with sensors, raw lines, events, findings, rejects and one incident each; and people of every role.

Both companies hold the same kinds of things, so that a page which shows the wrong one is found out.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

from hinomi.incidents.operations import record
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.lake.tables import TABLES
from hinomi.ocsf.classes import AnalyticTypeId, ClassUid
from hinomi.ocsf.incident import Entry, Link, Story
from hinomi.ocsf.schema import conform
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import create_user, hear, issue_sign_in_link, register_sensor, register_tenant
from hinomi.tenants.roles import Role

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NEEDS_CHROMIUM = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
NOW = datetime(2022, 12, 20, 3, 0, tzinfo=UTC)
START = datetime(2022, 12, 19, 1, 0)
FORTIGATE = "fortinet_fortigate"
BAIT = '=HYPERLINK("http://203.0.113.66/x")<script>alert(1)</script>\u202e'
"""What an attacker would like a page or a spreadsheet to run."""


@dataclass(frozen=True)
class Town:
    """What tests ask of; ``events``, ``findings`` and ``incidents`` are uids by tenant."""

    aoba: Tenant
    konan: Tenant
    people: dict[str, User]
    events: dict[str, list[str]]
    findings: dict[str, list[str]]
    incidents: dict[str, str]

    def of(self, tenant: str) -> User:
        """The person of this company."""
        return self.people["member" if tenant == self.aoba.uid else "neighbour"]

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(self.people[name])
        return client


def raw_lines(tenant: str) -> list[str]:
    """FortiGate's key=value lines: ordinary traffic, and every tenth one a virus that was stopped."""
    lines = []
    for number in range(60):
        time = START + timedelta(minutes=7 * number) + timedelta(hours=9)
        start = f'date={time:%Y-%m-%d} time={time:%H:%M:%S} devname="FG-{tenant}" srcip=192.168.1.{20 + number % 5}'
        if number % 10 == 3:
            url = f"http://203.0.113.66/{tenant}/order-{number}.cab"
            lines.append(f'{start} type="utm" subtype="virus" action="blocked" url="{url}" virus="W32/Sample.{number}"')
        else:
            lines.append(
                f'{start} type="traffic" subtype="forward" dstip=198.51.100.{number} dstport=443 action="accept"'
            )
    return lines


def events_of(tenant: str, block: str, lines: list[str]) -> pl.DataFrame:
    rows = []
    for number, line in enumerate(lines):
        alert = "virus" in line
        rows.append(
            {
                "tenant": tenant,
                "sensor": "utm",
                "source": FORTIGATE,
                "time": START + timedelta(minutes=7 * number),
                "class_uid": int(ClassUid.HTTP_ACTIVITY if alert else ClassUid.NETWORK_ACTIVITY),
                "activity_id": 1,
                "severity_id": 4 if alert else 1,
                "disposition_id": 2 if alert else 1,
                "is_alert": alert,
                "metadata.uid": f"{block}:{number + 1}",
                "metadata.log_name": "utm/virus" if alert else "traffic/forward",
                "raw_ref": f"{block}:{number + 1}",
                "raw_data": line if alert else None,
                "src_endpoint.ip": f"192.168.1.{20 + number % 5}",
                "src_endpoint.hostname": f"PC-{tenant}-{number % 5}",
                "dst_endpoint.ip": "203.0.113.66" if alert else f"198.51.100.{number}",
                "url.url_string": f"http://203.0.113.66/{tenant}/order-{number}.cab" if alert else None,
                "malware.name": f"W32/Sample.{number}" if alert else None,
                "finding_info.title": f"W32/Sample.{number}" if alert else None,
                "finding_info.types": ["virus"] if alert else None,
                "utm_category": "不正プログラム" if alert else None,
                "actor.user.name": f"suzuki-{tenant}",
                "message": BAIT if number == 0 else None,
            }
        )
    return conform(pl.DataFrame(rows, infer_schema_length=None))


def findings_of(events: pl.DataFrame) -> pl.DataFrame:
    uid = pl.col("metadata.uid") + ":verdict"
    return events.filter(pl.col("is_alert")).with_columns(
        pl.lit(int(ClassUid.DETECTION_FINDING), pl.Int32).alias("class_uid"),
        pl.lit(int(AnalyticTypeId.VENDOR), pl.Int32).alias("finding_info.analytic.type_id"),
        uid.alias("metadata.uid"),
        uid.alias("finding_info.uid"),
        pl.lit(f"verdict/{FORTIGATE}").alias("finding_info.analytic.uid"),
    )


def rejects_of(tenant: str, block: str) -> pl.DataFrame:
    raws = (
        (61, "encoding", b"\x83\x65\x83\x58\x83\x67 srcip="),
        (62, "not_this_format", f"hello from {tenant}".encode()),
    )
    rows = [
        {
            "tenant": tenant,
            "sensor": "utm",
            "source": FORTIGATE,
            "time": START,
            "block": block,
            "origin": "utm.log",
            "line": line,
            "reason": reason,
            "detail": f"{reason} (test)",
            "raw": raw,
        }
        for line, reason, raw in raws
    ]
    return pl.DataFrame(rows, schema=pl.from_arrow(TABLES["rejects"].schema.empty_table()).schema)


def story_of(tenant: str, findings: list[str]) -> Story:
    times = [START + timedelta(minutes=7 * (3 + 10 * number)) for number in range(3)]
    kinds = (("mail", "mail"), ("pc", "edr"), ("utm", "utm"))
    titles = (
        f"添付ファイル invoice-{tenant}.zip のあるメール",
        "WINWORD.EXE が powershell.exe を起動",
        f"http://203.0.113.66/{tenant}/order-23.cab の取得",
    )
    entries = tuple(
        Entry(
            time, finding, sensor, kind, title, f"PC-{tenant}-3 suzuki-{tenant}", severity, 2 if kind == "utm" else 15
        )
        for time, finding, (sensor, kind), title, severity in zip(
            times, findings, kinds, titles, (3, 5, 4), strict=True
        )
    )
    links = (
        Link(findings[0], findings[1], "file", "invoice.zip", "添付ファイルを開いたプロセスが動いたため"),
        Link(findings[1], findings[2], "host", f"PC-{tenant}-3", f"同じPC PC-{tenant}-3 で9時間以内に起きたため"),
    )
    return Story(
        uid=f"{tenant}-{findings[0].replace(':', '-')}",
        tenant=tenant,
        title=f"PC-{tenant}-3 でランサムウェアの疑い",
        kind="ransomware",
        severity_id=5,
        host=f"PC-{tenant}-3",
        address="192.168.1.23",
        user=f"suzuki-{tenant}",
        first_seen=times[0],
        last_seen=times[-1],
        timeline=entries,
        links=links,
    )


@dataclass(frozen=True)
class Kept:
    """What the lake holds: uids of events and findings by tenant, in time order."""

    data_dir: Path
    events: dict[str, list[str]]
    findings: dict[str, list[str]]


def fill_lake(data_dir: Path) -> Kept:
    """Raw lines in the landing zone, and what came of them in the lake."""
    landing, lake = Landing(data_dir / "landing"), Lake(data_dir / "lake")
    kept = Kept(data_dir, {}, {})
    for epoch, tenant in enumerate(("701", "702"), start=1):
        lines = raw_lines(tenant)
        header = landing.append(
            "\n".join(lines).encode(),
            tenant=tenant,
            sensor="utm",
            source=FORTIGATE,
            timezone="Asia/Tokyo",
            received=START + timedelta(hours=8),
            origin="utm.log",
        )
        events, rejects = events_of(tenant, header.block, lines), rejects_of(tenant, header.block)
        findings = findings_of(events)
        block = {
            "tenant": tenant,
            "sensor": "utm",
            "source": FORTIGATE,
            "time": header.received,
            "block": header.block,
            "origin": header.origin,
            "live": False,
            "sha256": header.sha256,
            "bytes": header.bytes,
            "records": events.height + rejects.height,
            "events": events.height,
            "rejects": rejects.height,
            "findings": findings.height,
            "first_time": events["time"].min(),
            "last_time": events["time"].max(),
            "epoch": epoch,
            "problem": None,
        }
        blocks = pl.DataFrame([block], schema=pl.from_arrow(TABLES["blocks"].schema.empty_table()).schema)
        lake.append(epoch, {"events": events, "findings": findings, "rejects": rejects, "blocks": blocks})
        landing.keep(header)
        kept.events[tenant] = events["metadata.uid"].to_list()
        kept.findings[tenant] = findings["metadata.uid"].to_list()
    return kept


def fill_desk(kept: Kept) -> Town:
    """Companies, sensors, people and incidents; the desk's tables must be there and empty."""
    vendor = "青葉通信システム 電話 022-000-0000"
    aoba = register_tenant("701", "青葉精密", now=NOW, sector="半導体", vendor_contact=vendor)
    konan = register_tenant("702", "港南製作所", now=NOW, sector="自動車部品")
    people = {
        "operator": create_user("operator", Role.OPERATOR, now=NOW, name="運用 太郎"),
        "analyst": create_user("analyst", Role.ANALYST, now=NOW, name="分析 花子"),
        "programme": create_user("programme", Role.PROGRAMME, now=NOW, name="事務 局子"),
        "member": create_user("member", Role.MEMBER, now=NOW, tenant=aoba, name="総務 一郎"),
        "neighbour": create_user("neighbour", Role.MEMBER, now=NOW, tenant=konan, name="港南 次郎"),
    }
    for tenant in (aoba, konan):
        for name, kind, source in (("utm", "utm", FORTIGATE), ("pc", "edr", "keepeye")):
            title = f"{tenant.name} {name}"
            register_sensor(
                tenant,
                name,
                source=source,
                kind=kind,
                since=date(2022, 11, 1),
                title=title,
                listener_certificate=f"{tenant.uid}.example" if name == "utm" else "",
            )
        hear(tenant.uid, "utm", (START + timedelta(minutes=413)).replace(tzinfo=UTC))
    stories = {uid: story_of(uid, findings[:3]) for uid, findings in kept.findings.items()}
    record(stories.values(), NOW)
    incidents = {uid: story.uid for uid, story in stories.items()}
    return Town(aoba, konan, people, kept.events, kept.findings, incidents)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Tests only read it, so it is made once."""
    return fill_lake(tmp_path_factory.mktemp("town"))


@pytest.fixture
def town(db: None, kept: Kept, settings: Any) -> Town:
    settings.DATA_DIR = kept.data_dir
    settings.REQUIRE_SECOND_FACTOR = False  # pages are the subject; signin/ and account/ ask for it again
    return fill_desk(kept)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Started once; each journey has a context of its own, which knows nothing of the others."""
    # Playwright keeps an event loop in this thread, in which Django would otherwise refuse to ask the database.
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: a script that failed, a file that is missing, our policy broken."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()


def enter(page: Page, address: str, town: Town, who: str) -> None:
    """In by the link a colleague sent."""
    token = issue_sign_in_link(town.people[who], datetime.now(UTC))
    page.goto(address + reverse("sign-in-link", args=(token,)))
    page.get_by_role("button", name="サインインする").click()
