"""Correlation rules beside the drain: what the new hits tell together is in the lake a second or two later."""

import logging
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from hinomi.app import place
from hinomi.lake.lake import Lake
from hinomi.pipeline.detect.sigma import RuleSet
from hinomi.pipeline.detect.sigma.correlation.rounds import correlate

log = logging.getLogger("hinomi")

PULSE = 1.0
"""Seconds between looks: where there are no new hits each costs a look at the lake's log."""
SHARE = 3
"""It rests so many times as long as a round took: under a flood of hits the drain keeps its machine."""


def follow(lake: Lake, rules: RuleSet, now: datetime) -> None:
    """One round; ``now`` is aware. A fault of ours stops nothing else and is made good by the next round."""
    try:
        correlate(lake, rules.correlations, now.astimezone(UTC).replace(tzinfo=None))
    except Exception:
        log.exception("相関ルールが失敗しました。次の回にもう一度見ます (correlation failed; tried again next round)")


class Correlating:
    """A thread of the worker, which has the rules: a long round makes no line wait."""

    def __init__(self, data_dir: Path, rules: RuleSet) -> None:
        self.lake = place.lake(data_dir)
        self.rules = rules

    def start(self, stop: threading.Event) -> None:
        threading.Thread(target=self.work, args=(stop,), name="correlating", daemon=True).start()

    def work(self, stop: threading.Event) -> None:
        took = 0.0
        while not stop.wait(max(PULSE, SHARE * took)):
            started = time.monotonic()
            follow(self.lake, self.rules, datetime.now(UTC))
            took = time.monotonic() - started
