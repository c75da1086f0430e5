"""What went wrong, said to the person who can mend it. A fault we do not know is not explained away."""

import errno

from hinomi.lake.block import CorruptBlock
from hinomi.lake.landing import BadName
from hinomi.library.contracts import LibraryError, UnknownItem
from hinomi.net.imap import MailboxError
from hinomi.net.mail import MailError
from hinomi.pipeline.collect.mailbox import NoMaildir
from hinomi.pipeline.collect.syslog import PortTaken
from hinomi.study.population import EnrolledTwice
from hinomi.tenants.problems import DeskError, UnknownTenant

KNOWN = (LibraryError, BadName, CorruptBlock, PortTaken, EnrolledTwice, DeskError, MailError, MailboxError, NoMaildir)
NO_SPACE = (
    "ディスクに空きがありません (no space left on the disk). 受け取り済みのデータは失われていません。"
    "空きを作ってから、同じコマンドをもう一度実行してください (free some space and run the same command again)."
)
NOT_ALLOWED = "フォルダに書き込めません (cannot write): {}。持ち主と権限を確かめてください (check its owner and mode)."


def is_wrong_usage(error: BaseException) -> bool:
    """Whether the words of the command were wrong, and not what it met on its way."""
    return isinstance(error, (UnknownItem, BadName, UnknownTenant))


def explain(error: BaseException) -> str | None:
    """One message that says what to do, or None for a fault of our own, which deserves its traceback."""
    if isinstance(error, KNOWN):
        return str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NO_SPACE
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EROFS):
        return NOT_ALLOWED.format(error.filename)
    return None
