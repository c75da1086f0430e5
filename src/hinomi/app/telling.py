"""The desk's side of the river: incidents from what the lake holds anew, and the messages that go out about them."""

import logging
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from hinomi.app import place
from hinomi.app.data import DatabaseAway, connected, open_desk
from hinomi.app.processes import RESTART_SECONDS, orphaned, stop_on_signal
from hinomi.pipeline.watch import news

log = logging.getLogger("hinomi")

PULSE = 1.0
"""Seconds between looks at the lake."""
NICENESS = 5
"""Lines come first: where the machine is busy, the desk gives way to who reads them."""


def work(data_dir: Path) -> None:
    """Until told to stop. What was begun and not ended is done again: telling twice changes nothing."""
    stop = stop_on_signal()
    os.nice(NICENESS)
    open_desk(data_dir)
    from hinomi.app.worker import settle, settled_epoch
    from hinomi.deliver.notify.post import Post

    post, lake, took = Post(), place.lake(data_dir), 0.0
    while not stop.wait(max(PULSE, took)) and not orphaned():  # half of a busy machine's core is the others'
        started = time.monotonic()
        try:
            with connected():
                if lake.last_epoch() > settled_epoch(lake) or any(news.noted(lake.root)):
                    settle(lake, datetime.now(UTC))
                post.send_due(datetime.now(UTC))
        except (OSError, DatabaseAway) as error:
            log.error("事象を伝えられません。後でもう一度試します (cannot tell; will be tried again): %s", error)
            stop.wait(RESTART_SECONDS)
        took = time.monotonic() - started
