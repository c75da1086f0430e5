from dataclasses import replace

from hinomi.deliver.report.chart import by_day, svg
from hinomi.deliver.report.monthly import MonthlyReport


def test_a_strip_a_device_with_its_own_scale_and_every_day(busy: MonthlyReport) -> None:
    (strip,) = by_day(busy)["vconcat"]
    assert strip["title"] == "UTM [件/日]"
    assert [row["count"] for row in strip["data"]["values"]] == list(range(1, 32))
    assert strip["layer"][1]["encoding"]["y"]["scale"]["domain"] == [0, 31]


def test_days_without_a_record_are_shaded_and_no_others(busy: MonthlyReport) -> None:
    drawn = svg(busy)
    assert drawn.count('fill="#e6e6e6"') == 1
    quiet = replace(busy, days=tuple(replace(day, count=0, heard=True) for day in busy.days))
    assert svg(quiet).count('fill="#e6e6e6"') == 0


def test_no_device_no_chart(blind: MonthlyReport) -> None:
    assert svg(blind) == ""
