"""LEEF of products that no source knows."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.leef.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


PAIRS = ("cat=exploit", "sev=5", "src=192.0.2.1", "dst=192.0.2.2", "dstPort=80", "usrName=taro", "action=block")


@pytest.mark.parametrize(
    "text",
    [
        "LEEF:1.0|Example|Box|1|100|" + "\t".join(PAIRS),
        "LEEF:2.0|Example|Box|1|100|^|" + "^".join(PAIRS),
        "LEEF:2.0|Example|Box|1|100|0x5E|" + "^".join(PAIRS),
        "LEEF:2.0|Example|Box|1|100||" + "\t".join(PAIRS),
        "<13>Jan 15 12:00:00 ips1 LEEF:1.0|Example|Box|1|100|" + "#011".join(PAIRS),
        "<13>1 2023-01-15T03:00:00Z ips1 LEEF:1.0|Example|Box|1|100|" + "\t".join(PAIRS),
    ],
)
def test_whatever_stands_between_attributes_the_event_is_the_same(text: str):
    row = one(text)

    assert (row["time"], row["class_uid"], row["is_alert"]) == (datetime(2023, 1, 15, 3), 2004, True)
    assert (row["src_endpoint.ip"], row["dst_endpoint.ip"], row["dst_endpoint.port"]) == ("192.0.2.1", "192.0.2.2", 80)
    assert (row["user.name"], row["utm_category"], row["action_id"]) == ("taro", UtmCategory.IPS, ActionId.DENIED)
    assert (row["metadata.product.vendor_name"], row["metadata.event_code"]) == ("Example", "100")


def test_traffic_that_passes_is_no_verdict():
    row = one("LEEF:1.0|Example|Gate|1|allow|src=192.0.2.1\tdst=192.0.2.2\tsrcBytes=10\tdstBytes=20\taction=accept")

    assert (row["class_uid"], row["action_id"], row["is_alert"]) == (ClassUid.NETWORK_ACTIVITY, ActionId.ALLOWED, False)
    assert (row["traffic.bytes_out"], row["traffic.bytes_in"]) == (10, 20)


def test_the_time_of_the_device_comes_before_that_of_the_header():
    row = one("<13>Jan 15 12:00:00 h LEEF:1.0|a|b|1|x|devTime=Jan 15 2023 11:59:58\tsrc=192.0.2.1")

    assert (row["time"], row["metadata.original_time"]) == (datetime(2023, 1, 15, 2, 59, 58), "Jan 15 2023 11:59:58")


def test_another_format_is_a_reject():
    assert [reject.reason for reject in read(b"CEF:0|a|b|c|d|e|1|").rejects] == [Reason.NOT_THIS_FORMAT]


@given(st.text(max_size=120))
def test_any_attributes_are_an_event(text: str):
    schema.conform(
        read(
            f"LEEF:1.0|a|b|c|d|sev=9\tsrc=192.0.2.1\t{text}".encode("utf-8", "replace").replace(b"\n", b" ")
        ).events.drop("line")
    )
