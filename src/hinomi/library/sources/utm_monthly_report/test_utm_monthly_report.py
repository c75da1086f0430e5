"""Reports that count: weaker evidence, never a detection."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.utm_monthly_report.mapping import normalize, number
from hinomi.ocsf.classes import EVIDENCE_REPORT

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 2, 3))


def read(text: str) -> Normalized:
    return normalize(text.encode(), CONTEXT)


@pytest.mark.parametrize(
    "text",
    [
        '年月,項目,件数\n2022/11,ウイルス,12\n2022/11,IPS,"1,204"\n',
        "項目,2022年11月\nウイルス,12\nIPS,1204件\n",
        "月,ウイルス,IPS,合計\n2022-11,12,1204,1216\n",
        "2022年11月度 レポート\n項目,検知数\nウイルス,12\nIPS,１２０４\n合計,1216\n",
    ],
)
def test_the_same_counts_are_read_from_every_shape_of_table(text: str) -> None:
    found = read(text).events

    assert found.select("utm_category", "count").rows() == [(UtmCategory.MALWARE, 12), (UtmCategory.IPS, 1204)]
    assert found["start_time"].unique().to_list() == [datetime(2022, 10, 31, 15)]
    assert found["time"].unique().to_list() == [datetime(2022, 11, 30, 14, 59, 59)]


def test_a_count_is_no_alert_and_says_where_it_comes_from() -> None:
    found = read("2022/11,スパム,3\n").events

    assert found["is_alert"].to_list() == [False]
    assert found["metadata.labels"].to_list() == [[EVIDENCE_REPORT]]


def test_a_row_that_names_no_known_category_is_a_reject_with_its_line() -> None:
    found = read("年月,項目,件数\n2022/11,お天気,5\n2022/11,IPS,1\n")

    assert [(reject.reason, "2 行目" in reject.detail) for reject in found.rejects] == [(Reason.UNKNOWN_TYPE, True)]
    assert found.events["count"].to_list() == [1]


@pytest.mark.parametrize("count", ["abc", "約10", "-5", "1.5", "1e3", "99999999999999999999", ""])
def test_a_count_that_cannot_be_read_is_a_reject_and_no_row_vanishes(count: str) -> None:
    found = read(f"年月,項目,件数\n2022/11,IPS,{count}\n2022/11,ウイルス,5件\n")

    assert (len(found.rejects), found.events["count"].to_list()) == (1, [5])


def test_detected_and_blocked_beside_each_other_count_once() -> None:
    found = read("2022年11月\n項目,ブロック数,検知数\nウイルス,8,10\nIPS,20,20\n").events

    assert found["count"].to_list() == [10, 20]


def test_a_date_is_no_count() -> None:
    assert number("2022/11") is None
    assert number("１,２３４件") == 1234
