"""Sensors beside the study's: Windows logs and a cloud's audit log of some companies, and what they say every day.

The study had none of them; companies that a SOC watches do. Which companies have one is drawn by seed, first among
those that the study left without any sensor.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from hinomi.demo.hosts import Host, hosts
from hinomi.demo.inventory import companies
from hinomi.demo.planted.happening import Cloud, Connected, Happening, LoggedOn, Started
from hinomi.demo.planted.hours import DAYS
from hinomi.demo.programme import MONTHS, SensorPlan, sensors
from hinomi.demo.programs import DAILY, EDGE, EXPLORER
from hinomi.demo.websites import ORDINARY
from hinomi.demo.workdays import is_working_day

WINDOWS, OFFICE = 8, 9
"""Companies with Windows logs, and with the cloud's audit log."""
PEOPLE = 6
"""Of whom a company's daily lines are made."""
TITLES = {"windows_forwarded": "Windows イベントログ", "microsoft_365_audit": "Microsoft 365 監査ログ"}


def extra_sensors(seed: int) -> tuple[SensorPlan, ...]:
    random = Random(f"{seed} sensors")  # noqa: S311 - a reproducible draw is the point
    watched = {plan.tenant for plan in sensors()}
    blind = [who.id for who in companies() if who.id not in watched]
    others = [who.id for who in companies() if who.id in watched]
    random.shuffle(blind)
    random.shuffle(others)
    windows = [*blind[: WINDOWS // 2], *others[: WINDOWS - WINDOWS // 2]]
    office = [*blind[-OFFICE // 2 :], *others[-(OFFICE - OFFICE // 2) :]]
    found = [sensor(tenant, "win", "windows_forwarded", "endpoint") for tenant in windows]
    found += [sensor(tenant, "m365", "microsoft_365_audit", "cloud") for tenant in office]
    return tuple(sorted(found, key=lambda plan: plan.sensor))


def sensor(tenant: str, name: str, source: str, kind: str) -> SensorPlan:
    return SensorPlan(tenant, f"{tenant}-{name}", source, kind, TITLES[source], False, MONTHS[0], None, hosts(tenant))


def everyday(plan: SensorPlan, seed: int) -> Iterator[tuple[datetime, Happening]]:
    """What a company's people do on working days, as far as the sensor sees it."""
    random = Random(f"{seed} everyday {plan.sensor}")  # noqa: S311 - a reproducible draw is the point
    people = plan.hosts[:PEOPLE]
    for day in filter(is_working_day, DAYS):
        for host in people:
            begin = datetime.combine(day, time(8, random.randint(0, 50), random.randint(0, 59)))
            later = begin + timedelta(minutes=random.randint(20, 500))
            if plan.source == "microsoft_365_audit":
                yield begin, Cloud(host.mail, "UserLoggedIn", f"192.0.2.{int(plan.tenant) % 200 + 5}")
            else:
                yield begin, LoggedOn(host, "127.0.0.1", host.user, kind=2)
                yield later, daily(random, host)


def daily(random: Random, host: Host) -> Started:
    program = random.choice(DAILY)
    return Started(host, program.path, f'"{program.path}" {program.arguments}'.strip(), program.parent or EXPLORER)


def visits(host: Host, seed: int) -> Iterator[tuple[datetime, Connected]]:
    """Pages that somebody reads at work."""
    random = Random(f"{seed} visits {host.mail} {host.name}")  # noqa: S311 - a reproducible draw is the point
    for day in filter(is_working_day, DAYS):
        at = datetime.combine(day, time(random.randint(8, 17), random.randint(0, 59), random.randint(0, 59)))
        yield at, Connected(host, EDGE, random.choice(ORDINARY))
