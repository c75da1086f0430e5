"""Two companies that work through November 2026, in raw lines of real devices, and what is planted among them."""

import json
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.pipeline import behaviour
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.hours.workdays import is_working_day
from hinomi.pipeline.run import River, drain
from hinomi.pipeline.watch import Company

ZONE = ZoneInfo("Asia/Tokyo")
FIRST, LAST = date(2026, 11, 5), date(2026, 11, 25)
NOW = datetime(2026, 11, 27)
SITES = tuple((f"site-{number}.example", f"198.51.100.{10 + number}") for number in range(8))
TENANTS = ("101", "102")
POLLED = ("cloud-edi.example", "203.0.113.5")
"""Asked every ten minutes by one machine of one company, from its first day on: a service it uses."""

Line = tuple[datetime, str]


def at(day: date, clock: str) -> datetime:
    """A moment on the wall clock of Japan."""
    return datetime.combine(day, time.fromisoformat(clock))


def workdays(first: date = FIRST, last: date = LAST) -> list[date]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)]


def fortigate(
    moment: datetime,
    source: str,
    target: str,
    *,
    name: str = "",
    host: str = "",
    port: int = 443,
    sent: int = 900,
    received: int = 9_000,
    country: str = "Japan",
    action: str = "close",
) -> Line:
    """A line of a FortiGate's traffic log at a moment in Japan."""
    inside = target.startswith("192.168.")
    roles = ("lan", "Reserved") if inside else ("wan", country)
    named = f' srcname="{name}"' if name else ""
    asked = f' hostname="{host}"' if host else ""
    return moment, (
        f'date={moment:%Y-%m-%d} time={moment:%H:%M:%S} devname="gate" devid="FG0" tz="+0900" logid="0000000013" '
        f'type="traffic" subtype="forward" level="notice" vd="root" srcip={source} srcport=50000 '
        f'srccountry="Reserved" srcintf="internal" srcintfrole="lan" dstip={target} dstport={port} '
        f'dstcountry="{roles[1]}" dstintf="port1" dstintfrole="{roles[0]}" sessionid=1 proto=6 action="{action}" '
        f'policyid=1 service="HTTPS" duration=3 sentbyte={sent} rcvdbyte={received}{named}{asked}'
    )


def dnsmasq(moment: datetime, source: str, name: str, *, missing: bool = False) -> list[Line]:
    head = f"{moment:%b %d %H:%M:%S} gw dnsmasq[12]:"
    answer = "NXDOMAIN" if missing else "203.0.113.9"
    return [(moment, f"{head} query[A] {name} from {source}"), (moment, f"{head} reply {name} is {answer}")]


def microsoft_365(moment: datetime, person: str, address: str) -> Line:
    """A record of the unified audit log; its clock is UTC."""
    utc = moment.replace(tzinfo=ZONE).astimezone(UTC)
    return moment, json.dumps(
        {
            "CreationTime": f"{utc:%Y-%m-%dT%H:%M:%S}",
            "Id": f"00000000-0000-4000-8000-{int(utc.timestamp()):012d}",
            "Operation": "UserLoggedIn",
            "RecordType": 15,
            "Workload": "AzureActiveDirectory",
            "UserId": person,
            "ResultStatus": "Success",
            "ClientIP": address,
        }
    )


def defender(moment: datetime, person: str, address: str, country: str) -> Line:
    """A sign-in in the words of Defender's advanced hunting, which says the country."""
    utc = f"{moment.replace(tzinfo=ZONE).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    told = {"ActionType": "LogonSuccess", "AccountUpn": person, "IPAddress": address, "Location": country}
    record = {"Timestamp": utc, "Application": "Microsoft 365", "LogonType": "Interactive", **told}
    return moment, json.dumps({"time": utc, "category": "AdvancedHunting-IdentityLogonEvents", "properties": record})


def machine(tenant: str, number: int) -> tuple[str, str]:
    """Address and name."""
    return f"192.168.{10 if tenant == '101' else 11}.{20 + number}", f"PC-{number:02d}"


def ordinary(tenant: str, days: Iterable[date]) -> list[Line]:
    """People at work, a camera that talks to its maker, and a program that polls."""
    lines = []
    for day in days:
        for number in range(1, 6):
            ip, name = machine(tenant, number)
            for hour in range(9, 18):
                site, target = SITES[(number + hour * 3 + day.day) % len(SITES)]
                second = (number * 977 + hour * 131 + day.day * 37) % 3600
                moment = at(day, "00:00:00") + timedelta(hours=hour, seconds=second)
                lines.append(fortigate(moment, ip, target, name=name, host=site, received=40_000))
        camera = machine(tenant, 90)[0]
        lines += [fortigate(at(day, f"{hour:02d}:05:00"), camera, SITES[0][1], host=SITES[0][0]) for hour in (1, 13)]
        if tenant == "101":
            ip, name = machine(tenant, 5)
            polls = (at(day, "09:00:00") + timedelta(minutes=10 * number) for number in range(48))
            lines += [fortigate(moment, ip, POLLED[1], name=name, host=POLLED[0]) for moment in polls]
        lines += dnsmasq(at(day, "09:30:00"), machine(tenant, 1)[0], "www.site-1.example")
    return lines


class Tower:
    """A river with two companies' lines in it, and rounds of looking at their behaviour."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.river = River(Landing(root / "landing"), Lake(root / "lake"), Lookout(load([])))
        self.companies = {tenant: Company(tenant, ZONE) for tenant in TENANTS}
        self.received = 0

    def receive(self, tenant: str, source: str, lines: Iterable[Line]) -> None:
        """Lines of one sensor in the order of time, as one delivery."""
        payload = "".join(line + "\n" for _, line in sorted(lines)).encode()
        if not payload:
            return
        self.received += 1
        self.river.landing.append(
            payload,
            tenant=tenant,
            sensor=source,
            source=source,
            timezone="Asia/Tokyo",
            received=datetime(2026, 11, 26),
            origin=f"{tenant}-{source}-{self.received}",
        )

    def look(self, now: datetime = NOW) -> pl.DataFrame:
        self.drain()
        return behaviour.look(self.river.lake, self.companies, now)

    def drain(self) -> None:
        drain(self.river)

    def found(self, tenant: str = "101") -> dict[str, list[str]]:
        """What the lake holds: sentences by the behaviour that said them."""
        asked = 'SELECT "finding_info.analytic.uid" AS rule, message FROM findings ORDER BY time, message'
        told: dict[str, list[str]] = {}
        for row in self.river.lake.ask(tenant, asked).rows():
            told.setdefault(row["rule"], []).append(row["message"])
        return told


def copied(past: Path, target: Path) -> Tower:
    return Tower(Path(shutil.copytree(past, target)))


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both companies' ordinary weeks, received and looked at; nothing was found."""
    tower = Tower(tmp_path_factory.mktemp("past"))
    worked(tower, workdays())
    assert tower.look().is_empty(), "ordinary weeks say nothing"
    return tower.root


@pytest.fixture
def tower(tmp_path: Path, past: Path) -> Tower:
    """A tower that knows those weeks."""
    return copied(past, tmp_path / "tower")


@pytest.fixture
def new_tower(tmp_path: Path) -> Tower:
    """One that knows nothing yet."""
    return Tower(tmp_path / "new")


def worked(tower: Tower, days: Iterable[date]) -> None:
    """Both companies' ordinary days."""
    days = list(days)
    for tenant in TENANTS:
        lines = ordinary(tenant, days)
        tower.receive(tenant, "fortinet_fortigate", [line for line in lines if "devname" in line[1]])
        tower.receive(tenant, "dnsmasq", [line for line in lines if "dnsmasq" in line[1]])
