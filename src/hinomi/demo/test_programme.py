"""The inventory against section 5.1 and 4.2 of the report, the sensors against section 6.1."""

from collections import Counter

from hinomi.demo.inventory import AlertReader, Sector, companies, company, tenants
from hinomi.demo.programme import MONTHS, SensorPlan, sensors


def ids(kind: str, month: int | None = None) -> set[str]:
    """Companies whose sensor of this kind counts in the study, in one month or ever."""
    return {
        plan.tenant
        for plan in sensors()
        if plan.in_study and plan.kind == kind and (month is None or plan.observed(MONTHS[month]))
    }


def new_utms() -> set[str]:
    return {tenant for tenant in ids("utm") if company(tenant).existing_utm is None}


def test_forty_three_companies_of_four_sectors_and_one_more() -> None:
    assert Counter(who.sector for who in companies()) == {
        Sector.SEMICONDUCTOR: 5,
        Sector.AUTOMOTIVE: 24,
        Sector.AEROSPACE: 11,
        Sector.DEFENCE: 3,
    }
    assert [who.id for who in tenants() if not who.in_study] == ["901"]


def test_existing_utms_and_who_reads_them_are_as_the_visits_found() -> None:
    existing = [who for who in companies() if who.existing_utm]
    assert len(existing) == 26
    assert sum(who.router_is_utm for who in companies()) == 13
    assert sum(who.has_report for who in existing) == 12
    readers = Counter(who.alerts_read_by for who in companies())
    assert (readers[AlertReader.VENDOR], readers[AlertReader.USER], readers[AlertReader.NOBODY]) == (21, 3, 2)


def test_sizes_hold_the_published_shares() -> None:
    def between(low: int, high: int, values: list[int]) -> int:
        return sum(low <= value <= high for value in values)

    employees = [who.employees for who in companies()]
    assert [between(*band, employees) for band in ((101, 200), (51, 100), (301, 1000))] == [14, 9, 5]
    sales = [who.annual_sales for who in companies() if who.annual_sales is not None]
    assert [between(*band, sales) for band in ((1000, 5000), (0, 100), (5001, 10000))] == [16, 5, 5]
    larger = [who for who in companies() if who.employees > 100 or (who.annual_sales or 0) > 1000]
    assert 0.6 <= len(larger) / 43 < 0.7


def test_as_many_companies_have_each_sensor_each_month_as_in_section_6_1() -> None:
    assert [len(ids("utm", month) & new_utms()) for month in range(3)] == [11, 12, 13]
    assert [len(ids("utm", month)) for month in range(3)] == [14, 15, 16]
    assert [len(ids("edr", month)) for month in range(3)] == [30, 30, 30]
    assert [len(ids("waf", month)) for month in range(3)] == [4, 8, 8]
    assert [len(ids("mail", month)) for month in range(3)] == [1, 2, 2]


def test_sensors_combine_by_sector_as_in_section_6_1() -> None:
    utm, edr, web_or_mail = new_utms(), ids("edr"), ids("waf") | ids("mail")
    combination = {
        who.id: "UTM+EDR" if who.id in utm & edr
        else "EDR" if who.id in edr
        else "UTM" if who.id in utm
        else "WAF/mail" if who.id in web_or_mail
        else "none"
        for who in companies()
    }  # fmt: skip
    assert Counter((combination[who.id], who.sector.value) for who in companies()) == {
        ("UTM+EDR", "半導体"): 2, ("UTM+EDR", "航空部品"): 6, ("UTM+EDR", "自動車部品"): 3, ("UTM+EDR", "防衛装備"): 1,
        ("EDR", "半導体"): 2, ("EDR", "航空部品"): 3, ("EDR", "自動車部品"): 11, ("EDR", "防衛装備"): 2,
        ("UTM", "自動車部品"): 1,
        ("WAF/mail", "半導体"): 1, ("WAF/mail", "自動車部品"): 3,
        ("none", "航空部品"): 2, ("none", "自動車部品"): 6,
    }  # fmt: skip


def test_three_existing_utms_of_the_same_make_with_a_report_are_counted() -> None:
    counted = {tenant for tenant in ids("utm") if company(tenant).existing_utm}
    assert len(counted) == 3
    assert counted <= {"201", "210", "212", "219", "221", "307"}


def test_every_owner_of_a_fortigate_sends_its_log_outside_the_study() -> None:
    forti = [plan for plan in sensors() if plan.source == "fortinet_fortigate" and plan.tenant != "901"]
    assert len(forti) == 12
    assert not any(plan.in_study for plan in forti)


def test_sensors_have_names_of_their_own() -> None:
    assert len({plan.sensor for plan in sensors()}) == len(sensors())


def test_a_sensor_is_not_observed_before_it_stands() -> None:
    late = next(plan for plan in sensors() if plan.since == MONTHS[2])
    assert [SensorPlan.observed(late, month) for month in MONTHS] == [False, False, True]
