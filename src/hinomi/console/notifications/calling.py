"""What to say on the telephone in a minute, and what was answered: it becomes a note on the incident."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hinomi.console.shell import advice, audit, clock
from hinomi.console.shell.access import DESK, person, seen_by
from hinomi.deliver.notify import heard
from hinomi.deliver.notify.levels import Level, level_of
from hinomi.deliver.notify.models import Contact
from hinomi.deliver.notify.queries import history
from hinomi.incidents import operations, queries
from hinomi.incidents.models import Incident
from hinomi.incidents.problems import UnknownIncident
from hinomi.tenants.models import Membership, Tenant
from hinomi.tenants.problems import DeskError
from hinomi.tenants.roles import Role

REACHED = (
    ("reached", gettext_lazy("本人と話した")),
    ("other", gettext_lazy("別の人に伝言した")),
    ("nobody", gettext_lazy("つながらなかった")),
)


class CallForm(forms.Form):
    """What was answered."""

    reached = forms.ChoiceField(label=gettext_lazy("つながりましたか"), choices=REACHED)
    who = forms.CharField(label=gettext_lazy("話した相手"), max_length=100, required=False)
    doing = forms.CharField(label=gettext_lazy("画面に出ていること、していたこと"), max_length=500, required=False)
    unplugged = forms.ChoiceField(
        label=gettext_lazy("ネットワークから切り離しましたか"),
        choices=(("", "—"), ("はい", gettext_lazy("はい")), ("いいえ", gettext_lazy("いいえ"))),
        required=False,
    )
    others = forms.CharField(label=gettext_lazy("ほかに同じことが起きたPC・人"), max_length=500, required=False)
    next = forms.CharField(
        label=gettext_lazy("約束したこと (次の連絡の時刻など)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def note(self) -> str:
        """Of a valid form, in Japanese: the company reads it too."""
        said = {
            "reached": "電話",
            "who": "話した相手",
            "doing": "画面・していたこと",
            "unplugged": "切り離し",
            "others": "ほかのPC・人",
            "next": "約束",
        }
        given = self.cleaned_data | {"reached": REACHED_JA[self.cleaned_data["reached"]]}
        return "\n".join(f"{words}: {given[name]}" for name, words in said.items() if given[name])


REACHED_JA = {"reached": "本人と話した", "other": "別の人に伝言した", "nobody": "つながらなかった"}


@dataclass(frozen=True)
class Line:
    """Somebody who can be called."""

    name: str
    phone: str
    rank: int


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*DESK)
def call(request: HttpRequest, uid: str) -> HttpResponse:
    incident = found(request, uid)
    form = CallForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_note(person(request), incident, form.note(), clock.now(), address=clock.address(request))
        except DeskError as error:
            messages.warning(request, str(error))
        else:
            if form.cleaned_data["reached"] == "reached":
                heard.by_phone(incident, person(request), clock.now(), address=clock.address(request))
            messages.success(request, _("電話の内容をメモに残しました。"))
            return redirect("incidents-detail", incident.pk)
    if request.method != "POST":
        audit.viewed(request, "call", incident.tenant_id, subject=incident.pk)
    answer: dict[str, Any] = {
        "incident": incident,
        "tenant": incident.tenant,
        "card": advice.for_incident(incident),
        "level": level_of(incident),
        "act_now": level_of(incident) is Level.ACT_NOW,
        "lines": lines(incident.tenant),
        "told": [row for row in history(incident) if not row.staff],
        "form": form,
    }
    return render(request, "notifications/call.html", answer, status=422 if form.errors else 200)


def found(request: HttpRequest, uid: str) -> Incident:
    try:
        return queries.find(person(request), uid)
    except UnknownIncident as error:
        raise Http404 from error


def lines(tenant: Tenant) -> list[Line]:
    """Contacts in their order, and responsible people without a number, so that nobody is forgotten."""
    rows = Contact.objects.filter(tenant=tenant, removed=None).select_related("user").order_by("rank", "pk")
    known = [Line(row.name, row.phone, row.rank) for row in rows if row.phone or row.user_id]
    named = {row.user_id for row in rows}
    people = Membership.objects.filter(tenant=tenant, role=Role.MEMBER, user__is_active=True).select_related("user")
    return known + [Line(str(one.user), "", 1) for one in people if one.user_id not in named]
