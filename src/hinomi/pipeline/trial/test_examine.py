"""What is told of a source on a sample: classes, times, columns, what was left and what was refused."""

from datetime import datetime

import pytest

from hinomi.pipeline.trial.clock import Doubt
from hinomi.pipeline.trial.examine import Examined, examine
from hinomi.pipeline.trial.sample import sample

NOW = datetime(2023, 1, 15, 3, 0)
LINE = (
    'date=2023-01-15 time={} devname="FG-1" type="utm" subtype="virus" level="critical" srcip=192.168.1.10 '
    'dstip=203.0.113.66 action="blocked" virus="W32/Sample" filename="a.exe" newfield="nobody reads this" empty="" '
    'url="http://203.0.113.66/a.exe"\n'
)


def look(*times: str, timezone: str = "Asia/Tokyo", tail: str = "", source: str = "fortinet_fortigate") -> Examined:
    data = "".join(LINE.format(time) for time in times) + tail
    return examine(source, sample("", data.encode(), NOW), timezone)


def test_what_is_used_and_what_is_left() -> None:
    found = look("11:58:00", "11:59:00")
    columns = {column.name: column for column in found.columns}

    assert (found.records, found.events, found.alerts, found.rejected) == (2, 2, 2, ())
    assert [(one.name, one.count) for one in found.classes] == [("Detection Finding", 2)]
    assert (columns["src_endpoint.ip"].filled, columns["src_endpoint.ip"].example) == (2, "192.168.1.10")
    assert columns["disposition_id"].example == "2 (Blocked)"
    assert "tenant" not in columns
    assert found.left is not None
    left = {one.field: one for one in found.left}
    assert left["newfield"].example == "nobody reads this"
    assert not left.keys() & {"date", "time", "type", "subtype", "level", "action", "srcip", "virus", "url", "empty"}, (
        "action and level are read, though their words stand in no column"
    )


def test_refused_lines_are_grouped_with_their_numbers_and_do_no_harm() -> None:
    found = look("11:58:00", tail="hello \x1b[31m\u202e\nhello again\n")

    (group,) = found.rejected
    assert (group.reason, group.count, group.lines) == ("not_this_format", 2, (2, 3))
    assert "\x1b" not in group.example
    assert "\u202e" not in group.example


@pytest.mark.parametrize(
    ("time", "timezone", "doubts"),
    [
        ("11:59:00", "Asia/Tokyo", []),
        ("11:59:00", "UTC", [(Doubt.ZONE, 9.0, "Asia/Tokyo")]),
        ("02:59:00", "Asia/Tokyo", [(Doubt.ZONE, -9.0, "UTC")]),
        ("14:00:00", "Asia/Tokyo", [(Doubt.FUTURE, 2.0, None)]),
        ("05:00:00", "Asia/Tokyo", []),
    ],
)
def test_a_clock_that_cannot_be_is_doubted(
    time: str, timezone: str, doubts: list[tuple[Doubt, float, str | None]]
) -> None:
    found = look(time, timezone=timezone)

    assert found.zone_counts
    assert [(one.doubt, one.hours, one.timezone) for one in found.doubts] == doubts


def test_a_device_that_was_never_told_the_time_is_named() -> None:
    data = LINE.format("00:00:10").replace("2023-01-15", "1970-01-01")
    found = examine("fortinet_fortigate", sample("", data.encode(), NOW), "UTC")

    assert [(one.doubt, one.count) for one in found.doubts] == [(Doubt.CLOCK_NOT_SET, 1)]


def test_lines_that_say_their_zone_leave_no_choice() -> None:
    data = LINE.format("11:59:00").replace(" devname", ' tz="+0900" devname')
    found = examine("fortinet_fortigate", sample("", data.encode(), NOW), "UTC")

    assert not found.zone_counts
    assert found.last == "2023-01-15T02:59:00+00:00"


def test_a_long_input_is_judged_by_its_end_and_told_by_its_beginning() -> None:
    lines = [LINE.format(f"{hour:02}:{minute:02}:00") for hour in range(12) for minute in range(0, 60, 2)]
    found = examine("fortinet_fortigate", sample("", "".join(lines).encode(), NOW, lines=90), "Asia/Tokyo")

    assert (found.records, found.last) == (90, "2023-01-15T02:58:00+09:00")
    assert found.doubts == (), "the ninetieth line is nine hours old, the last one is not"


def test_of_a_source_that_reads_nothing_the_reasons_are_told() -> None:
    found = look("11:59:00", source="suricata_eve")

    assert (found.events, found.first, found.columns, found.left) == (0, None, (), None)
    assert found.rejected
