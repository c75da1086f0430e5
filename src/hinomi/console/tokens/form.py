"""What a new token is for, what it may, where and how long."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.words import Words
from hinomi.console.templatetags.shell import called
from hinomi.tenants import api_tokens
from hinomi.tenants.models import ApiScope, Tenant

SCOPES: dict[str, Words] = {
    ApiScope.READ: _("見るだけ"),
    ApiScope.WORK: _("見る、対応・判断する"),
    ApiScope.OPERATE: _("見る、対応・判断する、センサーやルールを管理する"),
}
LIFETIMES: list[tuple[int, Words]] = [(7, _("7日")), (30, _("30日")), (90, _("90日")), (365, _("1年"))]


class TokenForm(forms.Form):
    """``tenants`` are the companies that the person may see."""

    name = forms.CharField(label=_("何に使うか"), max_length=api_tokens.LONGEST_NAME)
    scope = forms.ChoiceField(label=_("できること"), choices=list(SCOPES.items()), initial=ApiScope.READ.value)
    tenant = forms.ChoiceField(label=_("企業"), required=False)
    days = forms.TypedChoiceField(label=_("期限"), choices=LIFETIMES, coerce=int, initial=api_tokens.LIFETIME.days)

    def __init__(self, tenants: Iterable[Tenant], data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.companies = {tenant.uid: tenant for tenant in tenants}
        everything: list[tuple[Any, Any]] = [("", _("自分が見られるすべて"))]
        self.fields["tenant"].choices = everything + [(uid, called(one)) for uid, one in self.companies.items()]  # type: ignore[attr-defined]

    @property
    def company(self) -> Tenant | None:
        """Of a valid form."""
        return self.companies.get(self.cleaned_data["tenant"])

    @property
    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])
