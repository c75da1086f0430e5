from datetime import date, datetime, timedelta

import pytest

from hinomi.pipeline.hours.workdays import is_working_day
from hinomi.pipeline.surroundings.conftest import MORNING, Row, Site, agent, gate, local
from hinomi.pipeline.surroundings.coverage import Coverage
from hinomi.pipeline.surroundings.presence import Presence

PC = "192.168.10.27"
THERE, SILENT = Presence.THERE, Presence.SILENT


def minutes(moment: datetime) -> float:
    return (moment - MORNING) / timedelta(minutes=1)


def workdays(first: str = "2022-11-28", days: int = 16) -> list[date]:
    every = (date.fromisoformat(first) + timedelta(days=number) for number in range(days))
    return [day for day in every if is_working_day(day)]


def busy(day: date, since: int = 8, until: int = 19, every: int = 10) -> list[float]:
    """Minutes at which a company that sleeps at night is heard."""
    begin = local(f"{day}T{since:02}:00")
    return [minutes(begin + timedelta(minutes=at)) for at in range(0, (until - since) * 60, every)]


def utm(*skipped: tuple[str, str]) -> list[Row]:
    """Weeks of a UTM's lines, without those of some spans (Japanese time)."""
    spans = [(minutes(local(since)), minutes(local(until))) for since, until in skipped]
    every = [at for day in workdays() for at in busy(day)]
    return [gate(at, PC) for at in every if not any(since <= at < until for since, until in spans)]


@pytest.mark.parametrize(
    ("since", "until", "seen"),
    [
        ("2022-12-06T10:01", "2022-12-06T10:20", THERE),
        ("2022-12-06T23:00", "2022-12-07T02:00", THERE),
        ("2022-12-10T12:00", "2022-12-10T13:00", THERE),
        ("2022-12-07T14:30", "2022-12-07T14:40", SILENT),
        ("2022-12-07T13:50", "2022-12-07T14:20", SILENT),
        ("2022-12-07T15:30", "2022-12-07T16:00", THERE),
        ("2022-11-20T10:00", "2022-11-20T10:10", SILENT),
        ("2022-12-13T18:00", "2022-12-20T18:00", THERE),
        ("2022-12-14T18:00", "2022-12-14T18:10", SILENT),
    ],
    ids=[
        "at work",
        "at night, as every night",
        "at the weekend",
        "in an outage",
        "into an outage",
        "after it",
        "before it was there",
        "up to what is delivered",
        "after all that is delivered",
    ],
)
def test_a_utm_is_silent_when_it_would_usually_be_heard(site: Site, since: str, until: str, seen: Presence):
    around = site.deliver(utm(("2022-12-07T14:00", "2022-12-07T15:30"))).around().coverage

    assert around.utm(local(since), local(until)) is seen


def test_a_utm_that_speaks_twice_a_day_is_not_silent_for_hours(site: Site):
    around = site.deliver([gate(at, PC) for day in workdays() for at in busy(day, 8, 18, every=540)]).around().coverage

    assert around.utm(local("2022-12-06T11:00"), local("2022-12-06T13:00")) is THERE


def test_of_two_utms_both_must_be_there(site: Site):
    other = [row | {"sensor": "901-utm2"} for row in utm(("2022-12-06T00:00", "2022-12-07T00:00"))]

    around = site.deliver([*utm(), *other]).around().coverage

    assert around.utm(local("2022-12-06T11:00"), local("2022-12-06T12:00")) is SILENT
    assert around.utm(local("2022-12-07T11:00"), local("2022-12-07T12:00")) is THERE


def test_on_which_machines_an_edr_ran(site: Site):
    pcs = [agent(at, "PC-01", PC) for day in workdays() for at in busy(day, every=30)]
    killed = [row | {"device.hostname": "PC-02", "device.ip": "192.168.10.28"} for row in pcs]
    killed = [row for row in killed if row["time"] < local("2022-12-06T11:00")]

    around = site.deliver([*pcs, *killed, *utm()]).around().coverage

    hours = (local("2022-12-06T11:10"), local("2022-12-06T12:10"))
    assert around.edr("pc-01", None, *hours) is THERE
    assert around.edr(None, PC, *hours) is THERE, "whose address it was is known"
    assert around.edr("PC-02", None, *hours) is SILENT, "it was stopped"
    assert around.edr("PC-02", None, local("2022-12-06T09:00"), local("2022-12-06T10:00")) is THERE
    assert around.edr("PC-03", None, *hours) is Presence.NOT_ON_MACHINE
    assert around.edr(None, "192.168.10.99", *hours) is Presence.MACHINE_UNKNOWN
    assert around.watched_since == local("2022-11-28T08:00")


def test_an_edr_that_has_not_been_heard_since_has_not_looked_yet(site: Site):
    """It may deliver twelve minutes after the UTM."""
    site.deliver([*(agent(at, "PC-01", PC) for at in range(-300, 0, 10)), gate(5, PC)])
    since = MORNING + timedelta(minutes=1)

    assert site.around().coverage.edr("PC-01", None, since, since) is SILENT

    site.deliver([agent(12, "PC-01", PC)])
    assert site.around().coverage.edr("PC-01", None, since, since) is THERE


def test_a_company_without_a_sensor_has_none():
    nothing = Coverage()

    assert nothing.utm(MORNING, MORNING) is Presence.NO_SENSOR
    assert nothing.edr("PC-01", None, MORNING, MORNING) is Presence.NO_SENSOR
    assert nothing.edr(None, None, MORNING, MORNING) is Presence.MACHINE_UNKNOWN
    assert nothing.watched_since is None
