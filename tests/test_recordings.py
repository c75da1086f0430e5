"""Real recordings of attacks: what the shelf alone sees of them, and that each attack is told as one story."""

import os
import sys
from datetime import timedelta
from importlib import util
from pathlib import Path

import polars as pl
import pytest

from hinomi.library import catalog
from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.detect.sigma import load

ROOT = Path(__file__).parents[1]
RECORDINGS = Path(os.environ.get("HINOMI_CORPUS", ROOT.parent / "shared" / "corpus")) / "evtx"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not RECORDINGS.is_dir(), reason="no recordings of attacks beside the project (HINOMI_CORPUS)"),
]


@pytest.fixture(scope="module")
def found() -> pl.DataFrame:
    """What our shelf finds in each recording: findings, with ``recording`` and ``recordings``, how many there are."""
    path = ROOT / "benchmarks" / "shelf_coverage.py"
    spec = util.spec_from_file_location("shelf_coverage", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    events = module.recordings(RECORDINGS).with_columns(tenant=pl.lit("901"), sensor=pl.lit("901-pc"))
    names = dict(events.select("metadata.uid", "raw_ref").iter_rows())
    return (
        load(catalog.sigma_rules())
        .match(events)
        .with_columns(
            pl.col("finding_info.related_events").list.first().replace_strict(names).alias("recording"),
            pl.lit(events["raw_ref"].n_unique()).alias("recordings"),
        )
    )


def test_the_shelf_alone_sees_four_of_five_recorded_attacks(found: pl.DataFrame):
    """Public rules of level medium or higher see 201 of the 277, so at least 72 % of those are ours, too."""
    seen = found.filter(pl.col("severity_id") >= int(SeverityId.LOW))["recording"].n_unique()

    assert seen / found["recordings"][0] >= 0.8


def test_each_attack_of_several_steps_is_one_story_and_a_quiet_machine_is_in_none(found: pl.DataFrame):
    """139 of the 140 recordings in which two rules of ours find two things; of one there is nothing but low signs."""
    several = [
        rows.drop("recording", "recordings")
        for rows in found.partition_by("recording")
        if rows["finding_info.analytic.uid"].n_unique() > 1
        and rows["finding_info.related_events"].list.first().n_unique() > 1
    ]

    apart = [rows for rows in several if not is_one_story(rows)]

    assert len(several) >= 130
    assert len(apart) <= len(several) * 0.02


def is_one_story(rows: pl.DataFrame) -> bool:
    """At least nine of ten findings, and none of a machine beside it that had a stick put in at the same time."""
    quiet = rows.head(1).with_columns(
        pl.lit(["usb_device"]).alias("finding_info.types"),
        pl.lit(int(SeverityId.LOW), pl.Int32).alias("severity_id"),
        pl.lit("PC-QUIET").alias("device.hostname"),
        pl.lit("192.168.10.250").alias("device.ip"),
        *(pl.lit(None, rows[name].dtype).alias(name) for name in ("src_endpoint.ip", "src_endpoint.hostname")),
        *(pl.lit(None, rows[name].dtype).alias(name) for name in ("actor.user.name", "user.name", "file.name")),
        *(pl.lit(None, rows[name].dtype).alias(name) for name in ("file.path", "file.hashes.sha256")),
        pl.lit("quiet").alias("metadata.uid"),
        pl.lit(["quiet-event"]).alias("finding_info.related_events"),
        pl.col("time") + timedelta(minutes=1),
    )
    told = stories(pl.concat([rows, quiet]))
    members = {uid for story in told for uid in story.members}
    return len(told) == 1 and len(members) >= 0.9 * rows.height and "quiet" not in members
