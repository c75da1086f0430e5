from datetime import date, datetime, timedelta

import polars as pl
import pytest

from hinomi.library.contracts import UtmCategory
from hinomi.library.detections.signature_flood.fault import RULE

START = date(2026, 9, 1)
USUAL = [{"day": START + timedelta(days=day), "count": 3} for day in range(60) if day != 42]
BURST = {"day": START + timedelta(days=42), "count": 12_345}


def daily(*rows: dict[str, object]) -> pl.DataFrame:
    usual = {
        "sensor": "utm",
        "source": "fortinet_fortigate",
        "signature": "TCP.Port.Scan",
        "category": str(UtmCategory.IPS),
        "source_is_destination": False,
        "addresses": 1,
        "address": "192.168.1.40",
    }
    return pl.DataFrame([usual | row for row in rows], infer_schema_length=None)


def test_a_flood_from_one_machine_is_one_question_with_its_count():
    [found] = RULE.doubts("101", daily(*USUAL, BURST))

    assert (found.count, found.about["device.ip"], found.time) == (12_345, "192.168.1.40", datetime(2026, 10, 13))
    assert "10月13日に、192.168.1.40 の機器から「TCP.Port.Scan」が12,345件" in found.message
    assert RULE.judge("101", daily(*USUAL, BURST)) == (), "nothing is set aside before somebody has answered"


@pytest.mark.parametrize(
    "different",
    [
        {"addresses": 40},
        {"address": "203.0.113.9"},
        {"address": None},
        {"category": str(UtmCategory.CNC_CALLBACK)},
        {"source_is_destination": True},
        {"count": 900},
    ],
    ids=str,
)
def test_what_may_be_a_real_attack_is_left_to_be_one(different: dict[str, object]):
    assert RULE.doubts("101", daily(*USUAL, BURST | different)) == ()


def test_what_is_every_day_like_this_is_no_flood():
    assert RULE.doubts("101", daily(*({**row, "count": 12_000} for row in USUAL))) == ()
