"""A decision as an analyst states it: verdict, companies, reason, end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hinomi.incidents.review.clusters import Case, Cluster
from hinomi.incidents.review.deciding import LONGEST_REASON
from hinomi.incidents.review.models import FOR_ALL, LASTING, Verdict


@dataclass(frozen=True)
class Stated:
    """``tenants`` None: for every company."""

    verdict: Verdict
    reason: str
    tenants: tuple[str, ...] | None
    until: datetime


class DecideForm(forms.Form):
    """``may_for_all``: the person may decide for every company."""

    verdict = forms.ChoiceField(label=_("判断"), choices=Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    tenants = forms.MultipleChoiceField(label=_("企業"), required=False, widget=forms.CheckboxSelectMultiple)
    everywhere = forms.BooleanField(label=_("ほかの企業で起きたときも、同じ判断にする"), required=False)
    days = forms.IntegerField(
        label=_("何日後まで"),
        min_value=1,
        max_value=365,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, cluster: Cluster, data: QueryDict | None = None, *, may_for_all: bool) -> None:
        super().__init__(data, label_suffix="")
        choices = [(tenant.pk, tenant.name) for tenant in cluster.tenants]
        self.fields["tenants"].choices = choices  # type: ignore[attr-defined]
        self.fields["tenants"].initial = [uid for uid, _name in choices]
        self.cluster = cluster
        if not may_for_all:
            del self.fields["everywhere"]
            self.fields["verdict"].choices = [  # type: ignore[attr-defined]
                choice for choice in Verdict.choices if choice[0] != Verdict.BENIGN
            ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if self.errors:
            return given
        if not for_all(given) and not given["tenants"]:
            raise forms.ValidationError(_("企業を一つ以上選んでください。"))
        if for_all(given) and given["verdict"] not in FOR_ALL:
            raise forms.ValidationError(_("この判断は、企業を選んで決めてください。"))
        return given

    def stated(self, now: datetime) -> Stated:
        """Of a valid form."""
        given = self.cleaned_data
        verdict, days = Verdict(given["verdict"]), given["days"]
        return Stated(
            verdict=verdict,
            reason=given["reason"],
            tenants=None if for_all(given) else tuple(given["tenants"]),
            until=now + (timedelta(days=days) if days else LASTING[verdict]),
        )

    def cases(self) -> list[Case]:
        """What would be decided over."""
        given = self.cleaned_data
        return [case for case in self.cluster.cases if for_all(given) or case.incident.tenant_id in given["tenants"]]


def for_all(given: Mapping[str, Any]) -> bool:
    return bool(given["verdict"] == Verdict.BENIGN or given.get("everywhere"))
