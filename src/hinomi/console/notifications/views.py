"""Who of a company is told, where, in which order and when; the same for the monitoring centre's own rooms."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.notifications.forms import ContactForm, NewContactForm, PreferencesForm
from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import DESK, person, seen_by
from hinomi.deliver.notify import contacts
from hinomi.deliver.notify.models import Channel, Contact, Notification, Preferences, State
from hinomi.tenants.models import Membership, Tenant, User
from hinomi.tenants.problems import BadValue, DeskError
from hinomi.tenants.queries import tenants_for
from hinomi.tenants.roles import MEMBERS, Role

ARRANGE = (*DESK, Role.MEMBER)
CENTRE = "-"
"""In an address: the monitoring centre, not a company."""


@dataclass(frozen=True)
class Row:
    """One who is told: a person of the company, or a place of its own."""

    who: str
    """``u`` or ``c`` and a primary key, for addresses."""
    name: str
    channel: str
    shown: str
    rank: int
    hours: str
    phone: str
    reports: bool


@require_safe
@seen_by(*ARRANGE)
def index(request: HttpRequest) -> HttpResponse:
    user = person(request)
    tenants = list(tenants_for(user))
    asked = request.GET.get("tenant", "")
    tenant = next((one for one in tenants if one.pk == asked), None)
    if tenant is None and asked != CENTRE and tenants:
        tenant = tenants[0]
    audit.viewed(request, "contacts", tenant.pk if tenant else "")
    answer: dict[str, Any] = {
        "tenant": tenant,
        "tenants": tenants,
        "key": tenant.pk if tenant else CENTRE,
        "rows": rows(tenant),
        "channels": Channel,
        "may_arrange": contacts.may_arrange(user, tenant),
        "may_centre": contacts.may_arrange(user, None),
        "form": PreferencesForm(instance=chosen(tenant)) if tenant else None,
        "failed": failed(tenant),
    }
    return render(request, "notifications/index.html", answer)


def rows(tenant: Tenant | None) -> list[Row]:
    """Everybody who is told, in their order."""
    known = list(Contact.objects.filter(tenant=tenant, removed=None).select_related("user"))
    of_people = {one.user_id: one for one in known if one.user_id}
    found = [of_contact(one, f"c{one.pk}") for one in known if one.user_id is None]
    if tenant:
        members = Membership.objects.filter(tenant=tenant, role__in=MEMBERS, user__is_active=True)
        for one in members.select_related("user").order_by("user__username"):
            own = of_people.get(one.user_id) or default(one.user, one.role == Role.VIEWER)
            found.append(of_contact(own, f"u{one.user_id}"))
    return sorted(found, key=lambda row: (row.rank == 0, row.rank, row.name))


def default(user: User, watches: bool) -> Contact:
    """How a person is told about whom nobody said anything."""
    return Contact(user=user, name=str(user), channel=Channel.MAIL, rank=0 if watches else 1)


def of_contact(one: Contact, who: str) -> Row:
    name = str(one.user) if one.user else one.name
    hours = one.get_hours_display()
    return Row(who, name, one.get_channel_display(), one.shown, one.rank, hours, one.phone, one.reports)


def chosen(tenant: Tenant) -> Preferences:
    return Preferences.objects.filter(tenant=tenant).first() or Preferences(tenant=tenant)


def failed(tenant: Tenant | None) -> int:
    return Notification.objects.filter(tenant=tenant, state=State.REFUSED).count()


def arranged(request: HttpRequest, tenant_uid: str) -> Tenant | None:
    """The company whose contacts these are, None for the monitoring centre's; only for who may say so."""
    tenant = None if tenant_uid == CENTRE else get_object_or_404(tenants_for(person(request)), pk=tenant_uid)
    if not contacts.may_arrange(person(request), tenant):
        raise PermissionDenied
    return tenant


def back(tenant: Tenant | None) -> HttpResponse:
    return redirect(f"{reverse('notifications')}?tenant={tenant.pk if tenant else CENTRE}")


@require_POST
@seen_by(*ARRANGE)
def preferences(request: HttpRequest, tenant_uid: str) -> HttpResponse:
    tenant = arranged(request, tenant_uid)
    if tenant is None:
        raise Http404
    form = PreferencesForm(request.POST, instance=chosen(tenant))
    if form.is_valid():
        try:
            contacts.choose(person(request), tenant, clock.now(), address=clock.address(request), **form.cleaned_data)
        except BadValue as problem:
            messages.warning(request, problem.problem)
        else:
            messages.success(request, _("知らせ方を変えました。"))
    else:
        messages.warning(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return back(tenant)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*ARRANGE)
def new(request: HttpRequest, tenant_uid: str, channel: str) -> HttpResponse:
    tenant = arranged(request, tenant_uid)
    if channel not in Channel.values:
        raise Http404
    form = NewContactForm(channel, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            contacts.add(
                person(request),
                tenant,
                Channel(channel),
                given.pop("target"),
                clock.now(),
                secret=given.pop("secret", ""),
                address=clock.address(request),
                **given,
            )
        except BadValue as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.problem)
        else:
            messages.success(request, _("連絡先を加えました。テストを送って確かめてください。"))
            return back(tenant)
    answer = {"form": form, "tenant": tenant, "channel": Channel(channel), "key": tenant_uid}
    return render(request, "notifications/new.html", answer, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*ARRANGE)
def contact(request: HttpRequest, tenant_uid: str, who: str) -> HttpResponse:
    tenant = arranged(request, tenant_uid)
    row, user = found(tenant, who), person(request)
    audit.viewed(request, "contacts", tenant.pk if tenant else "", subject=row.name or str(row.user or ""))
    form = ContactForm(row.channel, request.POST or None, instance=row, of_person=row.user is not None)
    do, now, address = request.POST.get("do", ""), clock.now(), clock.address(request)
    if request.method == "POST":
        try:
            if do == "test":
                contacts.send_test(user, row.user or row, tenant, now, address=address)
                messages.success(request, _("テストを送ります。1分ほどで届かなければ、送信の状況を確かめてください。"))
                return back(tenant)
            if do == "remove" and row.pk:
                contacts.remove(user, get_object_or_404(Contact, pk=row.pk), now, address=address)
                messages.success(request, _("外しました。"))
                return back(tenant)
            if do == "save" and form.is_valid():
                keep(user, tenant, row, form.cleaned_data, now, address)
                messages.success(request, _("変えました。"))
                return back(tenant)
        except DeskError as problem:
            messages.warning(request, str(problem))
            return back(tenant)
    answer = {"form": form, "tenant": tenant, "row": row, "key": tenant_uid, "who": who}
    return render(request, "notifications/contact.html", answer, status=422 if do == "save" else 200)


def keep(user: User, tenant: Tenant | None, row: Contact, given: dict[str, Any], now: Any, address: str) -> None:
    if row.pk:
        contacts.change(user, row, now, address=address, **given)
    else:
        name = str(row.user)[:100]
        contacts.add(user, tenant, Channel.MAIL, "", now, person=row.user, address=address, **{"name": name, **given})


def found(tenant: Tenant | None, who: str) -> Contact:
    """The contact, or how a person is told about whom nobody said anything; 404 where it is another company's."""
    kind, pk = who[:1], who[1:]
    if not pk.isdecimal() or len(pk) > 15:
        raise Http404
    if kind == "c":
        return get_object_or_404(Contact.objects.select_related("user"), pk=pk, tenant=tenant, removed=None, user=None)
    if kind != "u" or tenant is None:
        raise Http404
    member = get_object_or_404(
        Membership.objects.select_related("user"), user=pk, tenant=tenant, role__in=MEMBERS, user__is_active=True
    )
    own = Contact.objects.filter(tenant=tenant, user=member.user, removed=None).select_related("user").first()
    return own or default(member.user, member.role == Role.VIEWER)
