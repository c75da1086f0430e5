from datetime import date, timedelta

import pytest

from hinomi.pipeline.surroundings.conftest import Row, Site, gate, moment, visit
from hinomi.pipeline.surroundings.skew import Skews

PC = "192.168.10.27"
TODAY = date(2022, 12, 6)


def seen_by_both(ahead: float, sites: int = 120, days: int = 1, wobble: float = 0.02) -> list[Row]:
    """Sites that a machine turned to once; the gate's clock is so many minutes ahead of the EDR's."""
    rows = []
    for day in range(days):
        for number in range(sites):
            at, site = 1440 * day + 3.0 * number, f"site-{day}-{number}.example"
            rows += [visit(at, "PC-01", PC, site), gate(at + ahead + wobble * (number % 15), PC, site)]
    return rows


@pytest.mark.parametrize("ahead", [10, -10, 3])
def test_a_clock_that_is_off_is_found_by_what_two_sensors_saw(site: Site, ahead: int):
    known = site.deliver(seen_by_both(ahead)).around().skews

    found = known.known["901-utm", TODAY]

    assert found.reference == "901-edr", "the EDR's clock is believed"
    assert found.seconds == pytest.approx(ahead * 60, abs=15)
    assert (found.corrected, found.pairs >= 8, found.spread < 15) == (True, True, True)
    assert known.ahead("901-utm", moment(30)) == timedelta(seconds=found.seconds)
    assert known.ahead("901-edr", moment(30)) == timedelta(0)


def test_a_clock_that_is_far_off_is_told_and_not_corrected(site: Site):
    known = site.deliver(seen_by_both(20)).around().skews

    assert known.known["901-utm", TODAY].seconds == pytest.approx(1200, abs=15)
    assert known.ahead("901-utm", moment(30)) == timedelta(0)


@pytest.mark.parametrize(
    "rows",
    [
        seen_by_both(0.2),
        seen_by_both(10, sites=12),
        seen_by_both(2, wobble=1.5),
        [row for row in seen_by_both(10) if row["sensor"] == "901-utm"],
        [row | {"duration": 600_000} if row["sensor"] == "901-utm" else row for row in seen_by_both(10)],
        [
            one
            for at in range(0, 600, 7)
            for one in (visit(at, "PC-01", PC, "a.example"), gate(at + 3, PC, "a.example"))
        ],
    ],
    ids=["right", "too few", "they do not agree", "one sensor", "long connections", "one site again and again"],
)
def test_nothing_is_said_of_a_clock_without_enough_that_agrees(site: Site, rows: list[Row]):
    assert site.deliver(rows).around().skews == Skews()


def test_who_had_an_address_is_told_by_the_right_clock(site: Site):
    """The gate names a machine ten minutes late."""
    named = gate(60 + 10, "192.168.10.50", "once.example", name="NOTE-01")

    machines = site.deliver([*seen_by_both(10), named]).around().machines

    [tenure] = machines.tenures("192.168.10.50")
    assert tenure.since == pytest.approx(moment(60), abs=timedelta(seconds=15))
