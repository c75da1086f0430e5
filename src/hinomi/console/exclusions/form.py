"""Stating that a device's findings of some days were a fault."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hinomi.incidents import excluding
from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.incident import Exclusion
from hinomi.tenants.models import Tenant

LONGEST = timedelta(days=92)
HITS = f"""
SELECT coalesce(sum(coalesce(count, 1)), 0)::BIGINT AS hits FROM findings
WHERE sensor = ? AND "finding_info.title" = ? AND "finding_info.analytic.type_id" = {int(AnalyticTypeId.VENDOR)}
"""


class ExcludeForm(forms.Form):
    """Days are the company's, both inclusive."""

    first = forms.DateField(label=_("初日"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("最終日"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("理由"), max_length=excluding.LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, day: date, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="", initial={"first": day, "last": day})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if not self.errors and not timedelta(0) <= given["last"] - given["first"] <= LONGEST:
            raise forms.ValidationError(_("初日から最終日まで、3か月以内にしてください。"))
        return given


def stated(form: ExcludeForm, lake: Lake, tenant: Tenant, finding: Mapping[str, Any], now: datetime) -> Exclusion:
    """The exclusion of a valid form, with its hits counted; it ends at ``now`` (naive UTC) at the latest."""
    since = midnight(form.cleaned_data["first"], tenant)
    until = min(midnight(form.cleaned_data["last"] + timedelta(days=1), tenant), now)
    sensor, signature = finding["sensor"], finding["finding_info.title"]
    hits = lake.ask(tenant.uid, HITS, [sensor, signature], since=since, until=until).rows()[0]["hits"]
    return Exclusion(
        tenant.uid, sensor, excluding.STATED, signature, since, until, hits, form.cleaned_data["reason"].strip()
    )


def midnight(day: date, tenant: Tenant) -> datetime:
    return datetime.combine(day, time.min, tenant.zone).astimezone(UTC).replace(tzinfo=None)
