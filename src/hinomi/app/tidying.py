"""Upkeep of lake, landing zone and desk, for the background process and for ``hinomi maintain``."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hinomi.app import place
from hinomi.app.data import connected, tidy_desk
from hinomi.lake import upkeep
from hinomi.pipeline.epoch import Planner


def tidy(data_dir: Path, retain_days: int | None, now: datetime) -> upkeep.Kept:
    """Compaction, retention and sweeping, alone on the lake; ``now`` is aware."""
    lake, moment = place.lake(data_dir), now.astimezone(UTC).replace(tzinfo=None)
    before = moment - timedelta(days=retain_days) if retain_days else None
    with Planner(lake.root).alone():
        kept = upkeep.keep(lake, moment, before)
    if before:
        place.landing(data_dir).expire(before)
    with connected():
        tidy_desk(now)
    return kept
