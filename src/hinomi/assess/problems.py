"""What the questionnaires refuse; each message may be shown as it is."""

from hinomi.tenants.problems import DeskError


class AlreadyCorrected(DeskError):
    """An expert has settled this answer with the company; only another correction changes it."""

    def __init__(self, question: str) -> None:
        super().__init__(
            f"設問 {question} の回答は聞き取りのあと修正されています。変えるときは担当者に知らせてください "
            "(an expert has corrected this answer; ask them to change it)."
        )


class ReasonNeeded(DeskError):
    def __init__(self) -> None:
        super().__init__("修正には理由が要ります (a correction needs a reason).")
