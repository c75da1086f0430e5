"""Who is told where, in which order and when; what was sent; what to say on the telephone."""

from datetime import time
from typing import Annotated, Any

from django.http import Http404
from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import Refusal, not_found, refused
from hinomi.console.api.values import NO_NUL, Body, Clock, Done, OfAll, OfTenant, Uid, as_sent, plain, words_of
from hinomi.console.notifications import views
from hinomi.console.notifications.forms import ContactForm, NewContactForm, PreferencesForm
from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import DESK
from hinomi.deliver.notify import contacts
from hinomi.deliver.notify.models import Channel, Contact, Encoding, Hours, Night, Report
from hinomi.tenants.models import ApiScope, Tenant
from hinomi.tenants.roles import Ability

WORDS = "知らせ"
router = Router()
Said = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
Who = Annotated[str, Field(pattern=r"^[uc][0-9]{1,15}$", description="As the list says it.", examples=["u7"])]
HowReported = Annotated[Report, words_of(Report)]
ARRANGE: dict[str, Any] = {"roles": views.ARRANGE, "scope": ApiScope.OPERATE}
CENTRE: dict[str, Any] = {"roles": DESK, "ability": Ability.OPERATE, "scope": ApiScope.OPERATE, "whole": True}


class ContactRow(Schema):
    who: str
    name: str
    channel: str
    shown: str = Field(description="Where it goes, without anything secret.")
    rank: int = Field(description="1 is told first; 0 is not told of incidents.")
    hours: str
    phone: str
    reports: bool


class PreferencesBody(Body):
    """What is left out stays as it is."""

    opens: Clock | None = None
    closes: Clock | None = None
    night: Night | None = None
    quiet_from: Clock | None = None
    quiet_until: Clock | None = None
    report: HowReported | None = None
    report_day: Annotated[int | None, Field(ge=1, le=15, description="Working day of the month.")] = None
    digest: bool | None = None


class ChosenPreferences(Schema):
    opens: Clock
    closes: Clock
    night: Night
    quiet_from: Clock
    quiet_until: Clock
    report: HowReported
    report_day: int
    digest: bool


class Contacts(OfTenant):
    items: list[ContactRow]
    preferences: ChosenPreferences


class CentreContacts(OfAll):
    items: list[ContactRow]


class ContactBody(Body):
    """What is left out stays as it is."""

    name: Annotated[str | None, Field(min_length=1, max_length=100, pattern=NO_NUL)] = None
    phone: Annotated[str | None, Field(max_length=40, pattern=NO_NUL)] = None
    rank: Annotated[int | None, Field(ge=0, le=3)] = None
    hours: Hours | None = None
    encoding: Annotated[Encoding | None, Field(description="Of mail.")] = None
    reports: bool | None = None


class NewContact(Body):
    channel: Channel
    target: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL, description="Never shown again.")]
    secret: Said = ""
    name: Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]
    phone: Annotated[str, Field(max_length=40, pattern=NO_NUL)] = ""
    rank: Annotated[int, Field(ge=0, le=3)] = 1
    hours: Hours = Hours.ANY
    encoding: Encoding = Encoding.UTF_8
    reports: bool = True


@operation(router, "GET", "/tenants/{tenant}/contacts", "連絡先", roles=views.ARRANGE, response=Contacts)
def company_contacts(request: Asked, tenant: Uid) -> dict[str, Any]:
    """Everybody who is told, in their order, and what the company chose."""
    audit.viewed(request, "contacts", tenant)
    known = views.chosen(request.company)
    return {
        "tenant": tenant,
        "items": plain(views.rows(request.company)),
        "preferences": {name: shown(getattr(known, name)) for name in PreferencesForm.Meta.fields},
    }


@operation(router, "PUT", "/tenants/{tenant}/notification-preferences", "知らせ方を選ぶ", response=Contacts, **ARRANGE)
def preferences(request: Asked, tenant: Uid, body: PreferencesBody) -> dict[str, Any]:
    """Working hours, nights, the monthly report and the weekly digest."""
    now = views.chosen(request.company)
    given = {name: getattr(now, name) for name in PreferencesForm.Meta.fields} | body.model_dump(exclude_none=True)
    form = PreferencesForm(as_sent(given), instance=now)
    if not form.is_valid():
        raise refused(form)
    contacts.choose(
        request.auth.user, request.company, clock.now(), address=clock.address(request), **form.cleaned_data
    )
    answer: dict[str, Any] = company_contacts(request, tenant)
    return answer


@operation(router, "POST", "/tenants/{tenant}/contacts", "連絡先を加える", response=Contacts, status=201, **ARRANGE)
def contact_new(request: Asked, tenant: Uid, body: NewContact) -> dict[str, Any]:
    """A mail address, a chat or a webhook of the company; where it goes is never shown again."""
    added(request, request.company, body)
    answer: dict[str, Any] = company_contacts(request, tenant)
    return answer


@operation(router, "PUT", "/tenants/{tenant}/contacts/{who}", "連絡先を変える", response=Contacts, **ARRANGE)
def contact_change(request: Asked, tenant: Uid, who: Who, body: ContactBody) -> dict[str, Any]:
    """Name, number, order and hours."""
    changed(request, request.company, who, body)
    answer: dict[str, Any] = company_contacts(request, tenant)
    return answer


@operation(router, "DELETE", "/tenants/{tenant}/contacts/{who}", "連絡先を外す", response=Contacts, **ARRANGE)
def contact_remove(request: Asked, tenant: Uid, who: Who) -> dict[str, Any]:
    """Nothing goes there any more, and its address is forgotten."""
    removed(request, request.company, who)
    answer: dict[str, Any] = company_contacts(request, tenant)
    return answer


@operation(
    router,
    "POST",
    "/tenants/{tenant}/contacts/{who}/test",
    "テストを送る",
    response=Done,
    **ARRANGE,
)
def contact_test(request: Asked, tenant: Uid, who: Who) -> dict[str, Any]:
    """A test message, which goes out within seconds."""
    tested(request, request.company, who)
    return {"tenant": tenant}


@operation(
    router,
    "GET",
    "/centre/contacts",
    "監視センターの連絡先",
    roles=DESK,
    ability=Ability.OPERATE,
    response=CentreContacts,
    whole=True,
)
def centre_contacts(request: Asked) -> dict[str, Any]:
    """The monitoring centre's own rooms. For staff."""
    return {"items": plain(views.rows(None))}


@operation(
    router, "POST", "/centre/contacts", "監視センターの連絡先を加える", response=CentreContacts, status=201, **CENTRE
)
def centre_contact_new(request: Asked, body: NewContact) -> dict[str, Any]:
    """A room of the monitoring centre."""
    added(request, None, body)
    return {"items": plain(views.rows(None))}


@operation(router, "PUT", "/centre/contacts/{who}", "監視センターの連絡先を変える", response=CentreContacts, **CENTRE)
def centre_contact_change(request: Asked, who: Who, body: ContactBody) -> dict[str, Any]:
    """Name, order and hours."""
    changed(request, None, who, body)
    return {"items": plain(views.rows(None))}


@operation(router, "DELETE", "/centre/contacts/{who}", "監視センターの連絡先を外す", response=CentreContacts, **CENTRE)
def centre_contact_remove(request: Asked, who: Who) -> dict[str, Any]:
    """Nothing goes there any more."""
    removed(request, None, who)
    return {"items": plain(views.rows(None))}


@operation(
    router,
    "POST",
    "/centre/contacts/{who}/test",
    "監視センターにテストを送る",
    response=None,
    status=204,
    **CENTRE,
)
def centre_contact_test(request: Asked, who: Who) -> None:
    """A test message, which goes out within seconds."""
    tested(request, None, who)


def shown(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def contact_of(tenant: Tenant | None, who: str) -> Contact:
    try:
        return views.found(tenant, who)
    except Http404 as error:
        raise not_found() from error


def added(request: Asked, tenant: Tenant | None, body: NewContact) -> None:
    given = body.model_dump(mode="json", exclude={"channel"})
    form = NewContactForm(body.channel.value, as_sent(given))
    if not form.is_valid():
        raise refused(form)
    fields = dict(form.cleaned_data)
    contacts.add(
        request.auth.user,
        tenant,
        body.channel,
        fields.pop("target"),
        clock.now(),
        secret=fields.pop("secret", ""),
        address=clock.address(request),
        **fields,
    )


def changed(request: Asked, tenant: Tenant | None, who: str, body: ContactBody) -> None:
    row = contact_of(tenant, who)
    given = {name: getattr(row, name) for name in ContactForm.Meta.fields}
    given |= body.model_dump(mode="json", exclude_none=True)
    form = ContactForm(row.channel, as_sent(given), instance=row, of_person=row.user is not None)
    if not form.is_valid():
        raise refused(form)
    views.keep(request.auth.user, tenant, row, form.cleaned_data, clock.now(), clock.address(request))


def removed(request: Asked, tenant: Tenant | None, who: str) -> None:
    row = contact_of(tenant, who)
    if not row.pk:
        raise Refusal(
            409, "この人は決まりどおりメールで知らせています (a person of the company is told by mail anyhow)."
        )
    contacts.remove(request.auth.user, row, clock.now(), address=clock.address(request))


def tested(request: Asked, tenant: Tenant | None, who: str) -> None:
    row = contact_of(tenant, who)
    contacts.send_test(request.auth.user, row.user or row, tenant, clock.now(), address=clock.address(request))
