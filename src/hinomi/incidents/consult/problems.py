"""What the consulting desk refuses; each message may be shown as it is."""

from hinomi.tenants.problems import DeskError


class UnknownThread(DeskError):
    """There is none, or it belongs to a company this person may not see: which of the two is not said."""

    def __init__(self) -> None:
        super().__init__("この相談は見つかりません (no such thread).")


class NothingSaid(DeskError):
    def __init__(self) -> None:
        super().__init__("何も書かれていません。文を書いてから送ってください (write something first).")


class TooLong(DeskError):
    def __init__(self, longest: int) -> None:
        super().__init__(f"長すぎます。{longest:,} 文字までにしてください (too long).")


class BadAttachment(DeskError):
    """A file that is not taken; the message says why and what to do."""


class TooLarge(BadAttachment):
    def __init__(self, largest: int) -> None:
        super().__init__(
            f"ファイルが大きすぎます。{largest // 2**20} MB までにしてください。画面を写し直すと小さくなります "
            "(the file is too large)."
        )


class NotAPicture(BadAttachment):
    def __init__(self) -> None:
        super().__init__(
            "この種類のファイルは受け取れません。写真 (JPEG・PNG) か PDF を選んでください (only JPEG, PNG or PDF)."
        )


class UnknownInquiry(DeskError):
    def __init__(self) -> None:
        super().__init__("この質問は見つかりません (no such question).")


class AlreadyAnswered(DeskError):
    def __init__(self) -> None:
        super().__init__(
            "この質問はもう終わっています。足りないことは相談に書いてください (this question is over already)."
        )


class ReplyNeeded(DeskError):
    def __init__(self) -> None:
        super().__init__("「はい」「いいえ」「分からない」のどれかを選んでください (choose one of the answers).")


class IncidentClosed(DeskError):
    def __init__(self) -> None:
        super().__init__(
            "このインシデントは完了しています。質問するなら、先に状態を戻してください (the incident is closed)."
        )
