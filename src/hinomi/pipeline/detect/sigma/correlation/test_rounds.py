"""Whatever order hits come in, however they are cut into epochs and wherever a round dies: the same is told."""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.lake.lake import Lake
from hinomi.pipeline.detect.sigma.correlation import rounds
from hinomi.pipeline.detect.sigma.correlation.conftest import MIDNIGHT, correlations, some_hits
from hinomi.pipeline.detect.sigma.correlation.definition import Correlation
from hinomi.pipeline.detect.sigma.correlation.episodes import episodes
from hinomi.pipeline.detect.sigma.correlation.hit import Hit
from hinomi.pipeline.detect.sigma.correlation.hits import ABOUT
from hinomi.pipeline.detect.sigma.correlation.rounds import Revised, correlate
from hinomi.pipeline.detect.sigma.correlation.telling import as_notable
from hinomi.pipeline.normalize import HIT_COLUMNS
from hinomi.pipeline.river import BLOCK_COLUMNS
from hinomi.pipeline.watch import as_findings

LATER = MIDNIGHT + timedelta(days=1)
SECOND = timedelta(seconds=1)


class Crash(Exception):
    """The process dies."""


def rows(tenant: str, epoch: int, hits: Sequence[Hit]) -> dict[str, pl.DataFrame]:
    """An epoch of one block with these hits."""
    block = f"b{tenant}-{epoch}"
    found = [
        {
            "tenant": tenant,
            "sensor": hit.sensor,
            "source": hit.source,
            "time": hit.time,
            "epoch": epoch,
            "rule": hit.rule,
            "metadata.uid": hit.uid,
            "raw_ref": f"{block}:1",
            "fields": orjson.dumps(hit.fields).decode(),
            **dict(zip(ABOUT, hit.about, strict=True)),
        }
        for hit in hits
    ]
    times = [hit.time for hit in hits]
    ledger = {"tenant": tenant, "time": LATER, "block": block, "epoch": epoch}
    ledger |= {"first_time": min(times, default=None), "last_time": max(times, default=None)}
    return {"hits": pl.DataFrame(found, schema=HIT_COLUMNS), "blocks": pl.DataFrame([ledger], schema=BLOCK_COLUMNS)}


def append(lake: Lake, hits: Sequence[Hit], tenant: str = "101") -> None:
    epoch = lake.next_epoch()
    lake.append(epoch, rows(tenant, epoch, hits))


CONTENT = ["metadata.uid", "time", "start_time", "count", "message", "unmapped", "finding_info.related_events"]


def in_lake(lake: Lake, tenant: str = "101") -> list[dict[str, Any]]:
    found = lake.ask(tenant, "SELECT * FROM findings").frame()
    return found.select(CONTENT).sort("metadata.uid").to_dicts()


def expected(
    correlation: Correlation, hits: Sequence[Hit], over: datetime, tenant: str = "101"
) -> list[dict[str, Any]]:
    """What the engine, which agrees with the oracle, tells of all hits at once."""
    told = as_findings(as_notable(correlation, tenant, one) for one in episodes(correlation, hits, over))
    return told.select(CONTENT).sort("metadata.uid").to_dicts()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(correlations(), some_hits(), st.randoms(use_true_random=False), st.integers(1, 3))
def test_the_order_of_arrival_and_crashes_change_nothing(
    correlation: Correlation, hits: list[Hit], chance: random.Random, cuts: int
):
    arriving = list(hits)
    chance.shuffle(arriving)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        lake, now = Lake(Path(folder)), LATER
        for number in range(cuts):
            append(lake, arriving[number::cuts])
            now += timedelta(seconds=chance.choice([0, 5, 60]))
            if chance.random() < 0.5:
                with patch.context() as dying:
                    dying.setattr(rounds, "write", die)
                    with suppress(Crash):
                        correlate(lake, [correlation], now)
            if chance.random() < 0.7:
                correlate(lake, [correlation], now)
        correlate(lake, [correlation], now)

        assert in_lake(lake) == expected(correlation, hits, now)
        assert correlate(lake, [correlation], now + SECOND) == Revised()


def die(*_: object) -> None:
    raise Crash


def failures(*seconds: int, rule: str = "a", host: str = "PC-1") -> list[Hit]:
    return [
        Hit(MIDNIGHT + second * SECOND, f"{rule}{second}", rule, {"host": [host]}, (host,) + (None,) * 4, "ad", "x")
        for second in seconds
    ]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")
