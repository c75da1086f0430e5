"""Messages that wait in a mailbox, on this machine (Maildir) or elsewhere (IMAP): made safe, then marked as read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hinomi.lake.block import Header
from hinomi.lake.landing import Landing
from hinomi.library.formats.letter import read
from hinomi.net.imap import Mailbox
from hinomi.pipeline.collect import mail
from hinomi.pipeline.collect.routes import Route

UTC = ZoneInfo("UTC")
SEEN = ":2,S"
"""What the name of a message ends with that was read (Maildir, D. J. Bernstein)."""
FindRoute = Callable[[mail.Address], Route | None]


class NoMaildir(Exception):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} は Maildir ではありません。new と cur のあるフォルダを書いてください (not a Maildir)."
        )


@dataclass
class Pulled:
    """What became of the messages of a mailbox; ``left`` are untouched, with the reason."""

    messages: int = 0
    headers: list[Header] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Intake:
    """Where messages go: to ``route``, or where their recipient says."""

    landing: Landing
    clock: Callable[[], datetime]
    route: Route | None
    find: FindRoute

    def take(self, message: bytes, name: str, pulled: Pulled) -> bool:
        """Store a message; False (and a reason in ``pulled``) where it is nobody's or too large.

        Raises:
            OSError: the disk is full or away.
        """
        route = self.route or self.addressed(message)
        if route is None:
            pulled.left.append(f"{name}: 宛先のセンサーがありません (no sensor by its recipient)")
            return False
        try:
            pulled.headers += mail.store(self.landing, message, route, self.clock())
        except mail.TooLarge as error:
            pulled.left.append(f"{name}: {error}")
            return False
        pulled.messages += 1
        return True

    def addressed(self, message: bytes) -> Route | None:
        known = (mail.address(recipient) for recipient in read(message, UTC).recipients)
        return next((route for one in known if one and (route := self.find(one))), None)


def pull_maildir(path: Path, intake: Intake) -> Pulled:
    """Messages in ``new`` go to ``cur``, flagged as seen, once they are safe.

    Raises:
        NoMaildir: no such folder.
        OSError: the disk is full or away; the rest stays in ``new``.
    """
    if not (path / "new").is_dir() or not (path / "cur").is_dir():
        raise NoMaildir(path)
    pulled = Pulled()
    for waiting in sorted(entry for entry in (path / "new").iterdir() if not entry.name.startswith(".")):
        if intake.take(waiting.read_bytes(), waiting.name, pulled):
            waiting.rename(path / "cur" / f"{waiting.name.partition(':')[0]}{SEEN}")
    return pulled


def pull_imap(box: Mailbox, intake: Intake) -> Pulled:
    """Unread messages are marked as read once they are safe.

    Raises:
        MailboxAway: the server went away; what was taken is safe and marked.
        OSError: the disk is full or away; the rest stays unread.
    """
    pulled = Pulled()
    for uid, size in box.unseen():
        if size > mail.LARGEST:
            pulled.left.append(f"{uid}: {mail.TooLarge(size)}")
        elif intake.take(box.message(uid), uid, pulled):
            box.mark(uid)
    return pulled
