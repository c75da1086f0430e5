"""What a seed plants, and what a person who measures by it may rely on."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from hinomi.demo.deliveries import plan
from hinomi.demo.inventory import company
from hinomi.demo.planted import Planting, plant
from hinomi.demo.planted.answers import Shown, cause
from hinomi.demo.planted.hours import HOURS
from hinomi.demo.planted.slices import DAYS, slices
from hinomi.demo.programme import MONTHS
from hinomi.demo.workdays import JAPAN
from hinomi.library import catalog

SEEDS = (1, 2, 3, 11)


@pytest.fixture(scope="module", params=SEEDS)
def planting(request: pytest.FixtureRequest) -> Planting:
    return plant(request.param)


def test_the_same_seed_plants_the_same(planting: Planting) -> None:
    assert plant(planting.seed).lines == planting.lines


def test_twenty_incidents_of_as_many_kinds_at_all_hours_in_the_43_companies(planting: Planting) -> None:
    assert len(planting.incidents) == len({one.plot for one in planting.incidents}) == 20
    assert {one.hour for one in planting.incidents} == set(HOURS)
    assert len({one.tenant for one in planting.incidents}) >= 12
    assert all(company(one.tenant).in_study for one in (*planting.incidents, *planting.noise))


def test_kinds_companies_hours_and_names_vary_by_seed() -> None:
    each = [plant(seed) for seed in SEEDS]

    for one, other in pairwise(each):
        assert {i.plot for i in one.incidents} != {i.plot for i in other.incidents}
        assert Counter(i.tenant for i in one.incidents) != Counter(i.tenant for i in other.incidents)
        assert {i.begin for i in one.incidents}.isdisjoint({i.begin for i in other.incidents})
        ours, theirs = ({line.text for i in p.incidents for line in i.lines} for p in (one, other))
        assert ours.isdisjoint(theirs)


def test_some_sensor_of_the_company_sees_each_and_its_cards_exist(planting: Planting) -> None:
    for one in planting.incidents:
        assert one.lines, one.plot
        assert {line.sensor.partition("-")[0] for line in one.lines} == {one.tenant}
        assert one.kinds & set(catalog.cards()), one.plot
        assert one.begin <= one.lines[0].at <= one.lines[-1].at <= one.end


def test_noise_comes_back_each_month_on_the_same_machines_at_other_times(planting: Planting) -> None:
    of_each: dict[tuple[str, str], list[object]] = {}
    for one in planting.noise:
        of_each.setdefault((one.cause.name, one.tenant), []).append((one.month, one.names, one.begin.strftime("%d %H")))
    for told in of_each.values():
        months, names, times = zip(*told, strict=True)  # type: ignore[call-overload]
        assert set(months) == set(MONTHS)
        assert len(set(names)) == 1
        assert len(set(times)) > 1


def test_a_twin_is_where_its_noise_was_known_for_two_months(planting: Planting) -> None:
    twins = [one for one in planting.incidents if one.twin_of]
    assert len(twins) == 3
    for one in twins:
        known = [n for n in planting.noise if (n.cause.name, n.tenant) == (one.twin_of, one.tenant)]
        assert len({n.month for n in known if n.begin < one.begin}) >= 2
        assert one.names & known[0].names


def test_the_programme_and_what_is_planted_is_delivered_once_and_in_order() -> None:
    planting = plant(1)
    told = list(slices(planting, thin=200))

    assert [one.until - one.since for one in told] == [timedelta(days=DAYS)] * len(told)
    assert [one.since for one in told] == sorted(one.since for one in told)
    text = b"\n".join(item.payload for one in told for item in one.deliveries).decode()
    for line in planting.lines[:: len(planting.lines) // 50]:
        assert text.count(line.text) >= 1
    files = [(item.sensor, item.payload) for one in told for item in one.deliveries]
    assert len(files) == len(set(files))


def test_the_programme_that_is_replayed_by_default_has_nothing_of_it(planting: Planting) -> None:
    assert {one.sensor for one in plan()}.isdisjoint(added.sensor for added in planting.sensors)


def test_whose_an_incident_is_follows_from_company_machine_and_time(planting: Planting) -> None:
    one = planting.incidents[0]
    name = sorted(one.names)[0]
    seen = Shown("i", one.tenant, "malware", frozenset({name}), one.begin - JAPAN, one.end - JAPAN)
    late = timedelta(days=40) if one.begin.date() < MONTHS[1] else -timedelta(days=40)

    assert cause(seen, planting) == one
    assert cause(Shown("i", "901", "malware", seen.names, seen.first, seen.last), planting) is None
    assert cause(Shown("i", one.tenant, "malware", frozenset({"?"}), seen.first, seen.last), planting) is None
    assert cause(Shown("i", one.tenant, "malware", seen.names, seen.first + late, seen.last + late), planting) != one
