"""Sending round after round beside other work: a mail server that is away is said once, and waited for."""

import logging
from datetime import datetime

from hinomi.deliver.notify.operations import send_due

log = logging.getLogger("hinomi.notify")


class Post:
    """Remembers between rounds what was said last."""

    def __init__(self) -> None:
        self.problem = ""

    def send_due(self, now: datetime) -> None:
        """One round; ``now`` is aware."""
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
