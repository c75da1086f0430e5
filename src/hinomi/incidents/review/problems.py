"""What the review queue refuses; each message may be shown as it is."""

from hinomi.tenants.problems import DeskError


class BadDecision(DeskError):
    """A decision that cannot be stated like this; the message says why."""


class UnknownCluster(DeskError):
    """Nothing of this kind is asked, or it is of companies that this person may not see."""

    def __init__(self, key: str) -> None:
        super().__init__(f"「{key}」という確認待ちはありません (nothing like this waits for a decision).")


class AlreadyDecided(DeskError):
    """Somebody else, or a decision that stands, answered all of it since it was looked at."""

    def __init__(self, said: str) -> None:
        super().__init__(f"見ていたものは、もう決まっています{said} (it has been decided meanwhile).")


class HasChanged(DeskError):
    """All of it has become something else since it was looked at."""

    def __init__(self) -> None:
        super().__init__(
            "見ていた間に内容が変わりました。もう一度見て決めてください (it has changed since you looked; look again)."
        )


class UnknownDecision(DeskError):
    def __init__(self, uid: str) -> None:
        super().__init__(f"判断「{uid}」は見つかりません (no such decision).")
