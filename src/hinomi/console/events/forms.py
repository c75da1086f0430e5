"""The search form: what a person types becomes a :class:`hinomi.console.events.search.Search`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hinomi.console.events.queries import Present
from hinomi.console.events.search import Search, as_local, as_utc, default_span
from hinomi.console.shell import words
from hinomi.console.shell.clock import naive
from hinomi.console.templatetags.shell import called
from hinomi.tenants.models import Tenant

LOCAL = "%Y-%m-%dT%H:%M"


class LocalTime(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=LOCAL)


class SearchForm(forms.Form):
    """Times are on the company's clock; an empty one means the last day of which there is anything."""

    tenant = forms.ChoiceField(label=_("企業"))
    since = forms.CharField(label=_("から"), widget=LocalTime, required=False)
    until = forms.CharField(label=_("まで"), widget=LocalTime, required=False)
    ip = forms.CharField(label=_("IPアドレス"), required=False, max_length=64)
    host = forms.CharField(label=_("ホスト名"), required=False, max_length=255)
    user = forms.CharField(label=_("利用者・メールアドレス"), required=False, max_length=255)
    text = forms.CharField(label=_("文字列"), required=False, max_length=255)
    class_uid = forms.TypedChoiceField(label=_("種類"), required=False, coerce=int, empty_value=None)
    source = forms.ChoiceField(label=_("製品"), required=False)
    alerts_only = forms.BooleanField(label=_("検知だけ"), required=False)

    def __init__(
        self, data: QueryDict, tenants: Iterable[Tenant], tenant: Tenant, span: Present, now: datetime
    ) -> None:
        self.company, self.span, self.now = tenant, span, now
        super().__init__(data, use_required_attribute=False, label_suffix="")
        self.fields["tenant"].choices = [(row.uid, called(row)) for row in tenants]  # type: ignore[attr-defined]
        everything: list[tuple[Any, Any]] = [("", _("すべて"))]
        self.fields["class_uid"].choices = everything + [(int(uid), word) for uid, word in words.CLASS.items()]  # type: ignore[attr-defined]
        self.fields["source"].choices = everything + [(source, source) for source in span.sources]  # type: ignore[attr-defined]

    @classmethod
    def complete(
        cls, given: QueryDict, tenants: Iterable[Tenant], tenant: Tenant, span: Present, now: datetime
    ) -> "SearchForm":
        """The form with what was not said filled in, so that the page shows what was asked."""
        data = given.copy()
        data["tenant"] = tenant.uid
        since, until = default_span(span.last, naive(now))
        for name, moment in (("since", since), ("until", until)):
            if not data.get(name):
                data[name] = as_local(moment, tenant.timezone).strftime(LOCAL)
        if data.get("source") not in span.sources:
            data["source"] = ""
        return cls(data, tenants, tenant, span, now)

    def clean_since(self) -> datetime:
        return self.moment("since")

    def clean_until(self) -> datetime:
        return self.moment("until")

    def moment(self, name: str) -> datetime:
        try:
            local = datetime.fromisoformat(self.cleaned_data[name])
            return as_utc(local.replace(tzinfo=None), self.company.timezone)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("日時は 2022-12-01T09:00 のように書いてください。")) from error

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since >= until:
            self.add_error("until", _("「まで」は「から」より後にしてください。"))
        return self.cleaned_data

    def search(self) -> Search:
        """What was asked; only of a valid form."""
        asked = dict(self.cleaned_data)
        for name in ("ip", "host", "user", "text"):
            asked[name] = asked[name].strip()
        return Search(**asked)
