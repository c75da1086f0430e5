"""From a finding to a suppression: which of its values must be there again, for whom, why and until when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.words import Words
from hinomi.ocsf.suppression import COLUMNS, Condition, Operator

COMPANY, EVERYONE = "company", "everyone"
DAYS = 90
TELLING = ("process.name", "file.name", "url.hostname", "query.hostname", "dst_endpoint.ip", "finding_info.title")
"""What usually makes a finding this one; the first that it has is chosen at first."""
OPERATORS: dict[str, Words] = {
    Operator.IS: _("と等しい"),
    Operator.CONTAINS: _("を含む"),
    Operator.STARTS: _("で始まる"),
    Operator.ENDS: _("で終わる"),
    Operator.NETWORK: _("のネットワークにある"),
}


@dataclass(frozen=True)
class Offered:
    """A value of the finding with the fields that make it a condition."""

    column: str
    chosen: BoundField
    operator: BoundField
    value: BoundField


class SuppressForm(forms.Form):
    """``finding`` is a row of the lake; only what it holds may be asked for."""

    scope = forms.ChoiceField(
        label=_("どこで"), choices=((COMPANY, _("この企業だけ")), (EVERYONE, _("すべての企業"))), initial=COMPANY
    )
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    days = forms.IntegerField(label=_("何日後まで"), min_value=1, max_value=365, initial=DAYS)
    whole = forms.BooleanField(label=_("条件を付けず、このルールの検知すべて"), required=False)

    def __init__(self, finding: Mapping[str, Any], data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.columns = [column for column in COLUMNS if finding.get(column) not in (None, "")]
        first = next((column for column in TELLING if column in self.columns), None)
        for number, column in enumerate(self.columns):
            chosen = column in (first, "device.hostname")
            self.fields[f"use_{number}"] = forms.BooleanField(label=column, required=False, initial=chosen)
            self.fields[f"how_{number}"] = forms.ChoiceField(
                label=_("比べ方"), choices=list(OPERATORS.items()), initial=Operator.IS.value, required=False
            )
            self.fields[f"value_{number}"] = forms.CharField(
                label=_("値"), max_length=500, initial=str(finding[column])[:500], required=False
            )

    def offered(self) -> Iterator[Offered]:
        for number, column in enumerate(self.columns):
            yield Offered(column, self[f"use_{number}"], self[f"how_{number}"], self[f"value_{number}"])

    def conditions(self) -> tuple[Condition, ...]:
        """Of a valid form: what was chosen; nothing where the whole rule was."""
        given = self.cleaned_data
        if given["whole"]:
            return ()
        return tuple(
            Condition(column, Operator(given[f"how_{number}"] or Operator.IS), given[f"value_{number}"])
            for number, column in enumerate(self.columns)
            if given[f"use_{number}"]
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if not self.errors and not given["whole"] and not self.conditions():
            raise forms.ValidationError(_("条件を一つ以上選ぶか、「このルールの検知すべて」を選んでください。"))
        return given

    @property
    def lasting(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])
