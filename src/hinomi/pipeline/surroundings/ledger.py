"""Where observations lie: below ``lake/surroundings/``, in files of days and hours, made of what is new and of no more.

A round puts the observations of new blocks to those that are kept; blocks that were read again make their hours anew.
A crash leaves the state behind the files, and doing the same again changes nothing.
"""

import json
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from hinomi.lake.lake import Lake
from hinomi.lake.landing import write_durably
from hinomi.pipeline import reread
from hinomi.pipeline.hours import fresh
from hinomi.pipeline.hours.files import HourFiles, alone
from hinomi.pipeline.surroundings.observing import NOTHING, SENSOR, Observations, of_blocks, of_hours, together

log = logging.getLogger("hinomi")

FOLDER = "surroundings"
VERSION = 1
"""Of the form of the files: one of another version is thrown away and made anew."""
HOUR = timedelta(hours=1)
BLOCKS = """
SELECT block FROM blocks WHERE epoch > ? AND epoch <= ? AND first_time < ? AND last_time >= ? ORDER BY block
"""
PAUSE = timedelta(seconds=30)
KEPT_IN_MEMORY = timedelta(days=1)
NO_SENSORS = NOTHING["heard"].select(*SENSOR, "first", "last")


class Ledger:
    """The observations of a lake."""

    def __init__(self, lake_root: Path) -> None:
        self.files = HourFiles(lake_root / FOLDER, order=("tenant",))
        self.gathered = datetime(1970, 1, 1)
        """When this process last looked for what is new, naive UTC."""

    def is_due(self, now: datetime) -> bool:
        """Whether to gather though nobody asks yet: what is left for later is waited for by who asks then."""
        return now - self.gathered >= PAUSE

    def gather(self, lake: Lake, now: datetime) -> None:
        """Take in what the lake holds since last time; ``now`` is naive UTC.

        Waits for another process that does the same. Files that cannot be read are thrown away, to be made anew.
        """
        self.gathered = now
        with alone(self.files.root):
            try:
                self._gather(lake, now)
            except (pl.exceptions.PolarsError, json.JSONDecodeError, KeyError):
                log.exception("機器の記録を読めません。作り直します (observations cannot be read; made anew)")
                self.files.clear()
                self._gather(lake, now)

    def _gather(self, lake: Lake, now: datetime) -> None:
        latest, known = lake.last_epoch(), self.epoch()
        if known > latest:  # the lake was made anew
            self.files.clear()
            known = 0
        if known == latest:
            return
        hours = fresh.hours(lake, known, latest, now)
        for group in fresh.chunks(hours):
            since, until = group[0], group[-1] + HOUR
            blocks = [row["block"] for row in lake.ask_population(BLOCKS, [known, latest, until, since]).rows()]
            if blocks:
                self.add(of_blocks(lake, blocks, since, until))
        for note in reread.noted(lake.root, latest):
            if note.epoch > known and note.times.first and note.times.last:
                self.make_anew(lake, note.times.first, note.times.last)
        if days := lake.days():
            self.files.forget(days[0][0].date())
        self.files.release((now - KEPT_IN_MEMORY).date())
        write_durably(self.path, json.dumps({"version": VERSION, "epoch": latest}).encode())

    @property
    def path(self) -> Path:
        return self.files.root / "state.json"

    def epoch(self) -> int:
        """The epoch up to which observations are made."""
        if not self.path.exists():
            return 0
        document = json.loads(self.path.read_text(encoding="utf-8"))
        if document.get("version") != VERSION:
            self.files.clear()
            return 0
        return int(document["epoch"])

    def add(self, found: Observations) -> None:
        """Put these to what is known of their hours."""
        for name, rows in found.items():
            hours = rows["hour"].unique().sort().to_list()
            days = (self.files.day(name, day) for day in sorted({hour.date() for hour in hours}))
            held = [frame.filter(pl.col("hour").is_in(hours)) for frame in days if frame is not None]
            self.files.put({name: together(pl.concat([*held, rows]))}, hours)
        self.note(found["heard"])

    def note(self, heard: pl.DataFrame) -> None:
        """Since when each sensor is known, and when it was last heard."""
        spans = heard.select(*SENSOR, "first", "last")
        known = self.files.memory("sensors")
        every = pl.concat([known, spans]) if known is not None else spans
        self.files.remember("sensors", every.group_by(SENSOR).agg(pl.col("first").min(), pl.col("last").max()))

    def sensors(self) -> pl.DataFrame:
        """``tenant``, ``sensor``, ``source``, ``first``, ``last`` (naive UTC) of every sensor that was ever heard."""
        known = self.files.memory("sensors")
        return known if known is not None else NO_SENSORS

    def make_anew(self, lake: Lake, first: datetime, last: datetime) -> None:
        """The hours of a span from all their events, a day at a time."""
        for since, until in lake.days(fresh.truncated(first), fresh.truncated(last) + HOUR):
            hours = [since + HOUR * number for number in range((until - since) // HOUR)]
            self.files.put(of_hours(lake, since, until), hours)

    def window(self, name: str, tenants: Collection[str], since: datetime, until: datetime) -> pl.DataFrame:
        """Rows of these companies of the hours from that of ``since`` to that of ``until`` (naive UTC).

        Raises:
            polars.exceptions.PolarsError: a file is damaged; all are thrown away, and the next round makes them anew.
        """
        wanted = pl.col("tenant").is_in(list(tenants)) & pl.col("hour").is_between(fresh.truncated(since), until)
        try:
            found = self.files.scan(name, since.date(), until.date(), wanted)
        except pl.exceptions.PolarsError:
            self.files.clear()
            raise
        return NOTHING[name].clone() if found is None else found
