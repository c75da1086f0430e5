"""What the incident queue refuses; each message may be shown as it is."""

from hinomi.tenants.problems import DeskError


class UnknownIncident(DeskError):
    """There is none, or it belongs to a company this person may not see: which of the two is not said."""

    def __init__(self, uid: str) -> None:
        super().__init__(f"インシデント「{uid}」は見つかりません (no such incident).")


class ReasonNeeded(DeskError):
    def __init__(self) -> None:
        super().__init__("完了にするときは理由を選んでください (closing an incident needs a reason).")


class EmptyNote(DeskError):
    def __init__(self) -> None:
        super().__init__("メモが空です (the note is empty).")


class NoteTooLong(DeskError):
    def __init__(self, longest: int) -> None:
        super().__init__(f"メモが長すぎます。{longest:,} 文字までにしてください (the note is too long).")


class CannotBeAssigned(DeskError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} さんはこの企業を担当できません (this person may not work on this company).")


class BadSuppression(DeskError):
    """A suppression that cannot be stated; the message says why."""


class UnknownSuppression(DeskError):
    def __init__(self, uid: str) -> None:
        super().__init__(f"抑止「{uid}」は見つかりません (no such suppression).")


class BadExclusion(DeskError):
    """An exclusion that cannot be decided like this; the message says why."""


class CannotSplit(DeskError):
    def __init__(self) -> None:
        super().__init__(
            "分ける検知を、全部ではなく一部だけ選んでください (choose some of the findings, not all, to split off)."
        )


class CannotMerge(DeskError):
    def __init__(self) -> None:
        super().__init__(
            "この2件はまとめられません。同じ企業の、別々のインシデントを選んでください "
            "(these cannot be merged: choose two incidents of one company)."
        )
