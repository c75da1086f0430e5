"""Any device's syslog."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized
from hinomi.library.sources.syslog.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2026, 1, 15, 3))


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def rows(payload: bytes) -> list[dict[str, Any]]:
    return schema.conform(read(payload).events.drop("line")).rows(named=True)


@pytest.mark.parametrize(
    "line",
    [
        b"<13>Jan 15 12:00:00 sw1 app: all is well",
        b"<13>1 2026-01-15T03:00:00Z sw1 app - - - all is well",
        b"2026-01-15T12:00:00+09:00 sw1 app: all is well",
    ],
)
def test_whatever_the_header_the_event_is_the_same(line: bytes):
    (row,) = rows(line)

    assert (row["time"], row["device.hostname"]) == (datetime(2026, 1, 15, 3), "sw1")
    assert (row["metadata.log_name"], row["message"]) == ("app", "all is well")
    assert row["class_uid"] == ClassUid.BASE_EVENT


def test_a_line_without_a_header_has_the_time_of_receipt():
    (row,) = rows(b"all is well")

    assert (row["time"], row["metadata.labels"]) == (CONTEXT.received, ["time_source:receive"])


def test_a_repeated_line_is_the_line_before_it_again():
    failed = b"<38>Jan 15 12:00:00 sw1 login[77]: FAILED LOGIN 1 FROM 192.0.2.1 FOR kato, Authentication failure\n"
    first, second = rows(failed + b"<38>Jan 15 12:00:05 sw1 last message repeated 4 times")

    assert (first["class_uid"], second["class_uid"]) == (ClassUid.AUTHENTICATION, ClassUid.AUTHENTICATION)
    assert (second["count"], second["user.name"]) == (4, first["user.name"])


def test_japanese_of_an_old_device_is_recoded():
    (row,) = rows("<13>Jan 15 12:00:00 mfp1 設定を変更しました".encode("cp932"))

    assert (row["class_uid"], row["metadata.labels"]) == (ClassUid.DEVICE_CONFIG_STATE_CHANGE, ["recoded:cp932"])


@given(st.binary(max_size=200))
def test_any_bytes_are_events_or_rejects(raw: bytes):
    schema.conform(read(raw).events.drop("line"))
