"""Sending round after round beside other work: a mail server that is away is said once, and waited for."""

import logging
from datetime import datetime, timedelta

from hinomi.deliver.notify.operations import climb, enqueue_decided, send_due

log = logging.getLogger("hinomi.notify")

PAUSE = timedelta(seconds=15)
"""Between looks at what was decided, and at who did not acknowledge in time."""


class Post:
    """Remembers between rounds what was said last."""

    def __init__(self) -> None:
        self.problem = ""
        self.looked: datetime | None = None

    def send_due(self, now: datetime) -> None:
        """One round; ``now`` is aware."""
        if self.looked is None or now - self.looked >= PAUSE:
            self.looked = now
            enqueue_decided(now)
            climb(now)
        done = send_due(now)
        for refusal in done.refused:
            log.warning("%s", refusal)
        if not done.tried or done.problem == self.problem:
            return
        self.problem = done.problem
        if done.problem:
            log.warning(
                "知らせのメールは送信待ちです。送れるまで試みます (mails wait and are retried): %s", done.problem
            )
        else:
            log.warning("メールサーバーに再びつながりました (the mail server is back).")
