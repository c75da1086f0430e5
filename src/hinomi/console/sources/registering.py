"""A product's logs become a sensor of a company: what it is called, and how its sender is known."""

from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hinomi.console.sources.trying import products
from hinomi.console.templatetags.shell import called
from hinomi.library import catalog
from hinomi.tenants import operations, queries
from hinomi.tenants.models import Sensor, Tenant, User
from hinomi.tenants.models.company import SLUG, known_zone


class RegisterForm(forms.Form):
    """``tenants`` are the companies that the person may see."""

    tenant = forms.ChoiceField(label=_("企業"))
    name = forms.CharField(label=_("センサーの名前"), max_length=64, validators=[SLUG])
    title = forms.CharField(label=_("画面での名前"), max_length=200, required=False)
    source = forms.ChoiceField(label=_("製品"))
    timezone = forms.CharField(label=_("時間帯"), initial="Asia/Tokyo", max_length=64, validators=[known_zone])
    peer = forms.CharField(label=_("送信元のアドレスかネットワーク"), max_length=64, required=False)
    port = forms.IntegerField(label=_("この機器だけの受信ポート"), min_value=1, max_value=65535, required=False)
    certificate = forms.CharField(label=_("送信元の証明書の名前か指紋"), max_length=200, required=False)

    def __init__(
        self, tenants: Iterable[Tenant], data: QueryDict | None = None, initial: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        self.companies = {tenant.uid: tenant for tenant in tenants}
        self.fields["tenant"].choices = [(uid, called(tenant)) for uid, tenant in self.companies.items()]  # type: ignore[attr-defined]
        self.fields["source"].choices = products()  # type: ignore[attr-defined]

    def clean_peer(self) -> str:
        given = self.cleaned_data["peer"].strip()
        try:
            return str(ip_network(given, strict=False)).removesuffix("/32").removesuffix("/128") if given else ""
        except ValueError as error:
            raise forms.ValidationError(_("192.0.2.1 か 192.0.2.0/24 のように書いてください。")) from error

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.errors:
            return given
        if Sensor.objects.filter(tenant_id=given["tenant"], name=given["name"]).exists():
            self.add_error("name", _("この企業に、同じ名前のセンサーがあります。"))
        sender = (given["port"], given["peer"], given["certificate"])
        if any(sender) and any(
            (other.listener_port, other.listener_peer, other.listener_certificate) == sender
            for other in queries.listening()
        ):
            raise forms.ValidationError(
                _("同じ送信元のセンサーがもう登録されています。機器ごとに受信ポートを分けてください。")
            )
        return given


@transaction.atomic
def register(form: RegisterForm, actor: User, now: datetime, address: str) -> Sensor:
    """The sensor of a valid form; ``now`` is aware.

    Raises:
        BadValue: a field holds what it may not.
    """
    given = form.cleaned_data
    tenant, manifest = form.companies[given["tenant"]], catalog.source_manifest(given["source"])
    sensor = operations.register_sensor(
        tenant,
        given["name"],
        source=manifest.name,
        kind=manifest.kind.value,
        since=now.astimezone(tenant.zone).date(),
        title=given["title"] or manifest.title["ja"],
        timezone=given["timezone"],
        listener_port=given["port"],
        listener_peer=given["peer"],
        listener_certificate=given["certificate"],
    )
    operations.record_audit(
        actor=actor,
        action="sensor.registered",
        now=now,
        tenant=tenant.uid,
        subject=sensor.name,
        detail={"source": manifest.name, "timezone": given["timezone"]},
        address=address,
    )
    return sensor
