"""What a person writes about contacts and about what the company chose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hinomi.deliver.notify.models import Channel, Contact, Preferences
from hinomi.library.harmless import visible

TARGETS: dict[Channel, Any] = {
    Channel.MAIL: _("メールアドレス"),
    Channel.SLACK: _("Incoming Webhook のURL"),
    Channel.TEAMS: _("ワークフローのWebhookのURL"),
    Channel.CHATWORK: _("ルームの番号 (URLの rid の後の数字)"),
    Channel.LINEWORKS: _("Incoming Webhook のURL"),
    Channel.WEBHOOK: "URL (https)",
    Channel.APPRISE: _("Apprise のURL (例 ntfys://ntfy.sh/topic)"),
}
SECRETS: dict[Channel, Any] = {
    Channel.CHATWORK: _("APIトークン"),
    Channel.WEBHOOK: _("署名の鍵 (なくてもよい)"),
}
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Contact
        fields = ("name", "phone", "rank", "hours", "encoding", "reports")
        labels = {  # noqa: RUF012
            "name": _("名前"),
            "phone": _("電話番号"),
            "rank": _("知らせる順番"),
            "hours": _("知らせる時間"),
            "encoding": _("メールの文字コード"),
            "reports": _("月次レポートと週のまとめも送る"),
        }

    rank = forms.TypedChoiceField(
        label=_("知らせる順番"),
        coerce=int,
        choices=(
            (1, _("1番目 — 最初に知らせる")),
            (2, _("2番目 — 1番目の返事がないとき")),
            (3, _("3番目 — 2番目の返事がないとき")),
            (0, _("インシデントは知らせない")),
        ),
        initial=1,
    )

    def __init__(self, channel: str, data: Any = None, instance: Contact | None = None, *, of_person: bool = False):
        super().__init__(data, instance=instance, label_suffix="")
        if channel != Channel.MAIL:
            del self.fields["encoding"]
        if of_person:
            del self.fields["name"]

    def clean_name(self) -> str:
        return visible(self.cleaned_data["name"])


class NewContactForm(ContactForm):
    """Also where it is; that is never shown again."""

    field_order = ("name", "target", "secret")
    target = forms.CharField(max_length=2000)
    secret = forms.CharField(max_length=500, required=False, widget=forms.PasswordInput(render_value=False))

    def __init__(self, channel: str, data: Any = None):
        super().__init__(channel, data)
        self.fields["target"].label = TARGETS[Channel(channel)]
        if Channel(channel) in SECRETS:
            self.fields["secret"].label = SECRETS[Channel(channel)]
            self.fields["secret"].required = channel == Channel.CHATWORK
        else:
            del self.fields["secret"]
        self.order_fields(self.field_order)


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Preferences
        fields = ("opens", "closes", "night", "quiet_from", "quiet_until", "report", "report_day", "digest")
        labels = {  # noqa: RUF012
            "opens": _("営業の始まり"),
            "closes": _("営業の終わり"),
            "night": _("今すぐ対応が要る知らせ"),
            "quiet_from": _("夜間の始まり"),
            "quiet_until": _("夜間の終わり"),
            "report": _("月次レポート"),
            "report_day": _("送る日 (月の第何営業日)"),
            "digest": _("週のまとめを月曜日の朝に送る"),
        }
        widgets = dict.fromkeys(("opens", "closes", "quiet_from", "quiet_until"), TIME)

    def __init__(self, data: Any = None, instance: Preferences | None = None):
        super().__init__(data, instance=instance, label_suffix="")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if {"opens", "closes"} <= given.keys() and given["opens"] >= given["closes"]:
            self.add_error("closes", _("終わりは始まりより後にしてください。"))
        if not 1 <= given.get("report_day", 1) <= 15:
            self.add_error("report_day", _("1から15までの営業日にしてください。"))
        return given
