"""The worker's lookout, made anew beside it: rules that were switched, changed or added count within seconds."""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from hinomi.app.compiling import rules_made_aside
from hinomi.app.lookout import Current
from hinomi.ocsf.schema import empty
from hinomi.pipeline.detect import Lookout
from hinomi.pipeline.river import River
from hinomi.pipeline.rules import cards, running
from hinomi.pipeline.rules.running import Running

log = logging.getLogger("hinomi")

PULSE = 2.0
"""Seconds between looks at the files."""


@dataclass(frozen=True)
class Ready:
    """A lookout that may be taken up, and what its rules are: id to the digest of what each says."""

    lookout: Lookout
    rules: dict[str, str]


class Renewal:
    """Follows the files in a thread of its own; a set that is being made holds up no line.

    What cannot be made leaves the lookout as it is.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "rules"
        self.current = Current(data_dir)
        self.current.rules.make = lambda: rules_made_aside(data_dir)
        self.latest = self.ready(self.current.lookout())
        self.taken: Ready | None = None

    def ready(self, lookout: Lookout) -> Ready:
        """What is made only when it is first asked for is made here, and not while lines wait."""
        lookout.look(empty())
        digests = {card.id: card.digest for card in cards(self.folder)}
        ids = [*(rule.id for rule in lookout.rules.rules), *(one.id for one in lookout.rules.correlations)]
        return Ready(lookout, {uid: digests.get(uid, "") for uid in ids})

    def renew(self) -> None:
        """Make the lookout anew where files changed."""
        lookout = self.current.lookout()
        if lookout is not self.latest.lookout:
            self.latest = self.ready(lookout)

    def follow(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.wait(PULSE):
            try:
                self.renew()
            except Exception:  # also a fault of ours must not stop what works
                log.exception("検知の見直しに失敗しました。前のまま続けます (cannot renew; going on as before)")

    def start(self, stop: threading.Event) -> None:
        threading.Thread(target=self.follow, args=(stop,), name="renewal", daemon=True).start()

    def taken_up(self, river: River, now: datetime) -> River:
        """The river with the lookout of now; said where it is another one. ``now`` is naive UTC.

        Asked between two drains: every block is understood by one set, and what was committed before was seen
        by the set before.
        """
        latest = self.latest
        if latest is self.taken:
            return river
        rules = latest.lookout.rules
        running.write(self.folder, Running(now, latest.rules, len(rules.refused)))
        if self.taken is not None:
            log.info("検知ルール %d 本に替えました (rules in use from now on)", len(rules.rules))
        self.taken = latest
        return replace(river, lookout=latest.lookout)
