"""What the desk refuses, and why; each message says what to do and may be shown as it is."""

from datetime import datetime
from math import ceil


class DeskError(Exception):
    """The desk could not or would not do it; the message is for the person who asked."""


class AuditIsAppendOnly(DeskError):
    def __init__(self) -> None:
        super().__init__("監査証跡は追記しかできません (the audit trail is append-only).")


class UnknownTenant(DeskError):
    def __init__(self, uid: str) -> None:
        super().__init__(
            f"企業「{uid}」は登録されていません。hinomi tenant list で確かめてください "
            "(no such tenant; see hinomi tenant list)."
        )


class UnknownSensor(DeskError):
    def __init__(self, tenant: str, name: str) -> None:
        super().__init__(
            f"企業「{tenant}」に機器「{name}」は登録されていません。hinomi sensor list で確かめてください "
            "(no such sensor of this company; see hinomi sensor list)."
        )


class UnknownUser(DeskError):
    def __init__(self, name: str) -> None:
        super().__init__(f"利用者「{name}」はいません。hinomi user add で作れます (no such user; see hinomi user add).")


class UserExists(DeskError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"利用者「{name}」は既にいます。入り直すには hinomi user link {name} (the user exists; get a link instead)."
        )


class AccountClosed(DeskError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"利用者「{name}」は停止されています。hinomi user reopen {name} で戻せます "
            "(the account is closed; hinomi user reopen lets this person in again)."
        )


class UnknownToken(DeskError):
    def __init__(self, pk: int) -> None:
        super().__init__(f"トークン {pk} はありません。一覧で確かめてください (no such token; see the list).")


class BadValue(DeskError):
    """A field holds what it may not; names the field. ``problem`` alone is what to show beside it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


class NotAllowed(DeskError):
    def __init__(self, act: str) -> None:
        super().__init__(f"この操作をする権限がありません: {act} (you may not do this).")


class Unchanged(DeskError):
    """Nothing was done because it is so already."""

    def __init__(self) -> None:
        super().__init__("変更はありません。既にその状態です (nothing changed; it is so already).")


class SignInRefused(DeskError):
    """Nobody was signed in."""


class LinkUnknown(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "このサインイン用リンクは正しくありません。新しいリンクを管理者に頼んでください "
            "(unknown link; ask for a new one)."
        )


class LinkUsed(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "このリンクは使用済みです。新しいリンクを管理者に頼んでください (the link was used; ask for a new one)."
        )


class LinkExpired(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "このリンクは期限が切れています。新しいリンクを管理者に頼んでください "
            "(the link has expired; ask for a new one)."
        )


class WrongPassword(SignInRefused):
    def __init__(self) -> None:
        super().__init__("利用者名かパスワードが違います (wrong name or password).")


class TooManyAttempts(SignInRefused):
    """Nothing is tried before ``until``."""

    def __init__(self, until: datetime, now: datetime) -> None:
        minutes = max(1, ceil((until - now).total_seconds() / 60))
        super().__init__(
            f"失敗が続いたため、しばらくサインインできません。{minutes}分ほど待つか、運用担当に解除を頼んでください "
            f"(too many attempts; wait about {minutes} minutes, or ask an operator to unlock)."
        )
        self.until = until


class WrongCode(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "コードが違います。アプリに今出ている6桁か、まだ使っていない回復コードを入れてください。6桁が何度も"
            "違うときは、スマートフォンの時計を自動に合わせてください (wrong code: six digits of the app, or an unused "
            "recovery code; if the digits are wrong again, set your phone's clock to automatic)."
        )


class CodeReplayed(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "このコードは使用済みです。アプリの表示が変わるまで待ち、次のコードを入れてください "
            "(this code was used; wait for the next one)."
        )


class PasskeyRefused(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "このパスキーではサインインできません。もう一度試すか、ほかの方法を使ってください "
            "(this passkey was not accepted; try again or use another way)."
        )


class PasskeyKnown(DeskError):
    def __init__(self) -> None:
        super().__init__("このパスキーは登録済みです (this passkey is registered already).")


class FirstFactorGone(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "時間がたちました。はじめからサインインし直してください (too late; sign in from the beginning)."
        )


class IdentityUnknown(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "この身元に結びついた利用者がいません。運用担当に、利用者とメールアドレスの登録を頼んでください "
            "(no person here belongs to this identity; ask an operator to register you and your mail address)."
        )


class ProviderRefused(SignInRefused):
    def __init__(self) -> None:
        super().__init__(
            "組織のサインインで本人と確かめられませんでした。もう一度試してください "
            "(your organisation's sign-in did not confirm who you are; try again)."
        )


class LastOperator(DeskError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"「{name}」は最後の運用担当です。先に別の人を運用担当にしてください "
            "(the last operator; make somebody else an operator first)."
        )


class FactorNeeded(DeskError):
    def __init__(self) -> None:
        super().__init__(
            "二つ目の要素が要る役割です。先に別の方法を登録してから外してください "
            "(your role needs a second factor; add another one before you remove this)."
        )
