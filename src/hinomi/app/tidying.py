"""Upkeep of lake, landing zone and desk, for the background process and for ``hinomi maintain``."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hinomi.app import place
from hinomi.app.data import connected, tidy_desk
from hinomi.lake import upkeep
from hinomi.pipeline.epoch import Planner


def compact(data_dir: Path, now: datetime) -> int:
    """Put small files together, some at a time; returns the number of groups. ``now`` is aware."""
    lake = place.lake(data_dir)
    return upkeep.compact(lake, now.astimezone(UTC).date(), Planner(lake.root).alone)


def tidy(data_dir: Path, retain_days: int | None, now: datetime) -> upkeep.Kept:
    """Compaction, retention and sweeping, alone on the lake; ``now`` is aware."""
    lake, moment = place.lake(data_dir), now.astimezone(UTC).replace(tzinfo=None)
    before = moment - timedelta(days=retain_days) if retain_days else None
    kept = upkeep.keep(lake, moment, before, Planner(lake.root).alone)
    if before:
        place.landing(data_dir).expire(before)
    with connected():
        tidy_desk(now)
    return kept
