"""Who is invited, and what they become: only what the person who asks may give."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hinomi.console.templatetags.shell import called
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import check_place
from hinomi.tenants.problems import BadValue
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import MEMBERS, Ability, Role


class RoleForm(forms.Form):
    """A role, and the company it is held in; none: over all."""

    role = forms.ChoiceField(label=_("役割"))
    tenant = forms.ChoiceField(label=_("企業"), required=False)

    def __init__(self, actor: User, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
        is_operator = may(actor, Ability.OPERATE)
        companies: Iterable[Tenant] = tenants_for(actor, Ability.MANAGE)
        self.companies = {tenant.uid: tenant for tenant in companies}
        roles = tuple(Role) if is_operator else MEMBERS
        everywhere = [("", _("すべての企業 (運用担当・分析担当・事業事務局)"))] if is_operator else []
        self.fields["role"].choices = [(role.value, role.label) for role in reversed(roles)]  # type: ignore[attr-defined]
        self.fields["tenant"].choices = [  # type: ignore[attr-defined]
            *everywhere,
            *((uid, called(tenant)) for uid, tenant in self.companies.items()),
        ]

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                check_place(self.chosen(), self.company())
            except BadValue as problem:
                self.add_error(
                    "tenant", _("企業の人には企業を、運用担当と事業事務局には「すべての企業」を選んでください。")
                )
                raise forms.ValidationError([]) from problem
        return self.cleaned_data

    def chosen(self) -> Role:
        return Role(self.cleaned_data["role"])

    def company(self) -> Tenant | None:
        return self.companies.get(self.cleaned_data.get("tenant", ""))


class InviteForm(RoleForm):
    username = forms.CharField(label=_("利用者名 (英数字と @ . + - _)"), max_length=150)
    name = forms.CharField(label=_("氏名"), max_length=150)
    email = forms.EmailField(label=_("メールアドレス"), required=False)

    field_order = ("username", "name", "email", "role", "tenant")
