import json

from hinomi.deliver.report.document import monthly_json
from hinomi.deliver.report.monthly import MonthlyReport


def test_the_report_for_machines_says_what_was_counted_pointed_out_and_watched(busy: MonthlyReport) -> None:
    told = json.loads(monthly_json(busy))

    assert (told["tenant"], told["month"]) == ("101", "2022-12")
    assert told["device_hours"] == {"observed": 700, "expected": 744}
    assert told["coverage"][0]["last"] == "2022-12-31"
    (pointed_out,) = told["expert_findings"]
    assert (pointed_out["kind"], pointed_out["count"]) == ("adware", 3)
    assert [row["middle"] for row in told["counts"]] == [10.5, None]
    assert told["ledger"][0]["numerator"] == 1234


def test_a_month_before_any_data_can_be_told_too(blind: MonthlyReport) -> None:
    told = json.loads(monthly_json(blind))

    assert told["device_hours"] == {"observed": 0, "expected": 0}
    assert told["data_cut"]["latest_event"] is None
