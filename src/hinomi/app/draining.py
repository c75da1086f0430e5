"""The worker: what waits in the inbox becomes events and findings of the lake, within a second or two.

It does nothing else, so that nothing else makes a line wait: incidents are told by :mod:`hinomi.app.telling`,
what has time is done by :mod:`hinomi.app.background`.
"""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hinomi.app import place
from hinomi.app.correlating import Correlating
from hinomi.app.processes import RESTART_SECONDS, orphaned, stop_on_signal
from hinomi.app.readying import Readying
from hinomi.app.renewal import Renewal
from hinomi.lake.landing import Landing
from hinomi.pipeline.run import River, drain

log = logging.getLogger("hinomi")

PULSE = 0.25
"""Seconds between looks into the inbox: each that finds something is a commit and some small files."""
LATE = timedelta(seconds=30)
"""A line that has waited longer is late: more comes in than this machine can read."""


def work(data_dir: Path) -> None:
    """Until told to stop."""
    stop = stop_on_signal()
    readying = Readying(data_dir)
    renewal = Renewal(data_dir)
    renewal.start(stop)
    river = River(place.landing(data_dir), place.lake(data_dir), renewal.latest.lookout)
    correlating = Correlating(data_dir, river.lookout.rules)
    correlating.start(stop)
    lateness = Lateness()
    while not stop.wait(PULSE) and not orphaned():
        try:
            now = datetime.now(UTC).replace(tzinfo=None)
            river = renewal.taken_up(river, now)
            correlating.rules = river.lookout.rules
            lateness.look(river.landing, now)
            drain(river)
        except OSError as error:
            log.error(
                "処理できません。受信済みのログは失われていません (cannot go on; nothing received is lost): %s", error
            )
            stop.wait(RESTART_SECONDS)
    readying.stop()


class Lateness:
    """Says once that the worker has fallen behind, and once that it has caught up."""

    def __init__(self) -> None:
        self.is_late = False

    def look(self, landing: Landing, now: datetime) -> None:
        """``now`` is naive UTC."""
        since = landing.waiting_since()
        waited = now - since if since else timedelta(0)
        if waited > LATE and not self.is_late:
            log.warning(
                "処理が %d 秒遅れています。受信したログは失われていません (behind by so many seconds; nothing is lost)",
                waited.total_seconds(),
            )
        if self.is_late and waited <= LATE:
            log.warning("遅れを取り戻しました (caught up)")
        self.is_late = waited > LATE
