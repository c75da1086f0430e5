"""What went wrong, said to the person who can mend it. A fault we do not know is not explained away."""

import errno

from hinomi.library.contracts import LibraryError

NO_SPACE = (
    "ディスクに空きがありません (no space left on the disk). 受け取り済みのデータは失われていません。"
    "空きを作ってから、同じコマンドをもう一度実行してください (free some space and run the same command again)."
)


def explain(error: BaseException) -> str | None:
    """One message that says what to do, or None for a fault of our own, which deserves its traceback."""
    if isinstance(error, LibraryError):
        return str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NO_SPACE
    return None
