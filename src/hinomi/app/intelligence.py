"""Threat intelligence where desk and river meet: feeds are pulled when due, new indicators looked for in the past."""

import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hinomi.app import place
from hinomi.app.lookout import INTELLIGENCE
from hinomi.net.fetch import FetchError
from hinomi.pipeline.intelligence import files
from hinomi.pipeline.intelligence.files import Format
from hinomi.pipeline.intelligence.gather import Defaults, Gathered, gather
from hinomi.pipeline.intelligence.lookback import Round
from hinomi.pipeline.intelligence.lookback import look_back as look
from hinomi.pipeline.intelligence.pulling import Pulled, pull
from hinomi.pipeline.intelligence.shelf import Shelf, merged
from hinomi.pipeline.intelligence.subscription import NoSecret, Subscriptions

log = logging.getLogger("hinomi")

PULLING = "pull feeds"
TURN = 15.0
"""Seconds that looking back takes of the background at a time."""
SETTLED = timedelta(minutes=1)
"""So long after an indicator came, whoever reads what arrives knows it too."""


def shelf(data_dir: Path) -> Shelf:
    return Shelf(data_dir / INTELLIGENCE)


def subscriptions(data_dir: Path) -> Subscriptions:
    return Subscriptions(data_dir / INTELLIGENCE)


def naive(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(tzinfo=None)


class NothingUsable(Exception):
    """A file without one usable indicator would have emptied a feed; the feed stays as it was."""

    def __init__(self, path: Path, feed: str, kept: int, gathered: Gathered) -> None:
        super().__init__(
            f"{path}: 使える指標が1件もありません。フィード「{feed}」は {kept:,} 件のまま変えていません。"
            "空にするなら --allow-empty を付けてください (no usable indicator; the feed was left as it was)."
        )
        self.gathered = gathered


def import_file(
    data_dir: Path,
    path: Path,
    feed: str,
    written: Format | None,
    columns: Mapping[str, str],
    defaults: Defaults,
    now: datetime,
    keep: bool,
    allow_empty: bool,
) -> Gathered:
    """A file as a feed; ``keep`` what the feed said before and the file does not. ``now`` is aware.

    Raises:
        UnreadableFeed: and nothing was changed.
        NothingUsable: nor was anything here, unless ``allow_empty``.
    """
    place_of, moment = shelf(data_dir), naive(now)
    before = place_of.known(feed)
    gathered = gather(files.read(path, written, columns), defaults, place_of.allowed(), moment)
    if gathered.rows.is_empty() and not allow_empty:
        raise NothingUsable(path, feed, before.height, gathered)
    place_of.replace(feed, merged(before, gathered.rows, moment, keep_missing=keep))
    return gathered


def pull_feed(data_dir: Path, feed: str, now: datetime) -> Pulled | None:
    """Pull one feed now; None where nobody subscribed to it. Raises FetchError, NoSecret."""
    subscribed = subscriptions(data_dir)
    subscription = subscribed.read(feed)
    return pull(shelf(data_dir), subscribed, subscription, naive(now)) if subscription else None


def pull_due(data_dir: Path, now: datetime) -> int:
    """Pull every feed that is due; one that fails is said and stops no other. Returns how many were pulled."""
    subscribed, pulled = subscriptions(data_dir), 0
    for feed in subscribed.names():
        subscription = subscribed.read(feed)
        if subscription is None or not subscribed.state(feed).is_due(
            timedelta(hours=subscription.every_hours), naive(now)
        ):
            continue
        try:
            came = pull(shelf(data_dir), subscribed, subscription, naive(now))
        except (FetchError, NoSecret) as problem:
            log.error("脅威情報「%s」を取れません。前のまま使います (feed not pulled): %s", feed, problem)
        else:
            pulled += 1
            log.info("脅威情報「%s」: %s 件 (拒否 %s 件)", feed, came.gathered.rows.height, came.gathered.refused)
    return pulled


def pull_beside(data_dir: Path, now: datetime) -> None:
    """:func:`pull_due` in a thread, for a server that hangs must keep nothing else waiting; one at a time."""
    if not any(thread.name == PULLING for thread in threading.enumerate()):
        threading.Thread(target=pull_quietly, args=(data_dir, now), name=PULLING, daemon=True).start()


def pull_quietly(data_dir: Path, now: datetime) -> None:
    try:
        pull_due(data_dir, now)
    except Exception:  # a fault of ours is said, and tried again when next due
        log.exception("脅威情報を取れません (pulling feeds failed)")


def look_back(data_dir: Path, now: datetime, seconds: float = TURN) -> Round:
    """Look for new indicators in the events of every company; what is found is told as if it had been seen live."""
    from hinomi.app.watching import companies

    settled = naive(now) - SETTLED
    return look(place.lake(data_dir), shelf(data_dir), list(companies()), seconds, settled)
