"""What a person who replays the programme may rely on."""

import subprocess
import sys
from datetime import datetime
from hashlib import sha256
from itertools import islice

from hinomi.demo.allotment import shares
from hinomi.demo.deliveries import deliveries, plan, total_lines
from hinomi.demo.programme import MONTHS, sensors

FEW = 40
DIGEST = f"""
from hashlib import sha256
from itertools import islice
from hinomi.demo.deliveries import deliveries
print(sha256(b"".join(d.payload for d in islice(deliveries(), {FEW}))).hexdigest())
"""


def test_every_run_writes_the_same_bytes() -> None:
    here = sha256(b"".join(delivery.payload for delivery in islice(deliveries(), FEW))).hexdigest()
    elsewhere = subprocess.run(
        [sys.executable, "-c", DIGEST], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )
    assert elsewhere.stdout.strip() == here


def test_another_seed_shares_the_same_truth_out_differently() -> None:
    def totals(seed: int) -> int:
        return sum(sum(share.counts.values()) for share in shares(seed) if share.plan.in_study)

    assert totals(1) == totals(2)
    assert [share.counts for share in shares(1)] != [share.counts for share in shares(2)]


def test_every_standing_sensor_delivers_once_a_month_in_order() -> None:
    planned = plan()
    assert [one.received for one in planned] == sorted(one.received for one in planned)
    assert sorted({one.received for one in planned}) == [
        datetime(2022, 11, 30, 15, 30),
        datetime(2022, 12, 31, 15, 30),
        datetime(2023, 1, 31, 15, 30),
    ]
    standing = sum(sensor.observed(month) for sensor in sensors() for month in MONTHS)
    assert len(planned) == len({one.name for one in planned}) == standing


def test_every_delivery_is_heard_and_none_is_too_large() -> None:
    assert all(one.lines > 100 for one in plan())
    assert total_lines() == sum(one.lines for one in plan())
    assert max(len(delivery.payload) for delivery in deliveries()) < 16_000_000
