"""Saying where, in which order and at which hours people are told. ``now`` is timezone-aware.

Each leaves a line in the audit trail that shows no secret.
"""

import re
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from hinomi.deliver.notify import queries
from hinomi.deliver.notify.models import About, Channel, Contact, Notification, Preferences, State
from hinomi.deliver.notify.operations import queue_message
from hinomi.net import post
from hinomi.net.mail import BadMessage, mailbox
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import BadValue, DeskError, NotAllowed
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability

APPRISE = re.compile(r"[a-z][a-z0-9+]{1,30}://\S+", re.ASCII)
MOST = 30
"""Contacts of one company."""
TEST_SUBJECT = "【火の見】テスト"
TEST_TEXT = """これは火の見からのテストです。これが読めれば、知らせも届きます。
何もする必要はありません。

This is a test message of hinomi. Nothing needs to be done.
"""


class NowhereToSend(DeskError):
    def __init__(self) -> None:
        super().__init__(
            "送れません。メールアドレスがないか、メールサーバーが設定されていません "
            "(nowhere to send: no address, or no mail server is set up)."
        )


class Fields(TypedDict, total=False):
    """What may be said of a contact; see :class:`Contact`."""

    name: str
    phone: str
    rank: int
    hours: str
    encoding: str
    reports: bool


class Chosen(TypedDict, total=False):
    """What a company may choose; see :class:`Preferences`."""

    opens: Any
    closes: Any
    night: str
    quiet_from: Any
    quiet_until: Any
    report: str
    report_day: int
    digest: bool


def may_arrange(user: User, tenant: Tenant | None) -> bool:
    """Whether this person says how a company (None: the monitoring centre) is told."""
    if tenant is None:
        return may(user, Ability.OPERATE)
    return may(user, Ability.MANAGE, tenant) or may(user, Ability.WORK, tenant)


def allowed(user: User, tenant: Tenant | None, act: str) -> None:
    if not may_arrange(user, tenant):
        raise NotAllowed(act)


@transaction.atomic
def add(
    user: User,
    tenant: Tenant | None,
    channel: Channel,
    target: str,
    now: datetime,
    *,
    secret: str = "",
    person: User | None = None,
    address: str = "",
    **fields: Unpack[Fields],
) -> Contact:
    """Have people told there, too; with ``person`` it is how this person's own mail is told.

    Raises:
        NotAllowed: not this person's to do.
        BadValue: it is nowhere a message can go.
    """
    allowed(user, tenant, "contact.added")
    if Contact.objects.filter(tenant=tenant, removed=None).count() >= MOST:
        raise BadValue("name", f"連絡先は{MOST}件までです (at most {MOST} contacts)")
    if person is None:
        target = checked(channel, target.strip(), secret)
    row = Contact(tenant=tenant, user=person, channel=channel, target=target, secret=secret, created=now, **fields)
    return kept(row, user, "contact.added", now, address)


@transaction.atomic
def change(user: User, contact: Contact, now: datetime, *, address: str = "", **fields: Unpack[Fields]) -> Contact:
    """Raises :class:`NotAllowed`, or :class:`BadValue`."""
    allowed(user, contact.tenant, "contact.changed")
    for name, value in fields.items():
        setattr(contact, name, value)
    return kept(contact, user, "contact.changed", now, address)


def kept(row: Contact, user: User, act: str, now: datetime, address: str) -> Contact:
    try:
        row.clean_fields()
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise BadValue(field, problems[0]) from error
    row.save()
    detail = {"name": row.name, "channel": row.channel, "to": row.shown, "rank": row.rank, "hours": row.hours}
    noted(user, row, act, detail, now, address)
    return row


@transaction.atomic
def remove(user: User, contact: Contact, now: datetime, *, address: str = "") -> None:
    """Nothing goes there any more, and its address and secret are forgotten.

    Raises:
        NotAllowed: not this person's to do.
    """
    allowed(user, contact.tenant, "contact.removed")
    detail = {"name": contact.name, "channel": contact.channel, "to": contact.shown}
    contact.target = contact.secret = ""
    contact.removed = max(now, contact.created)
    contact.save()
    noted(user, contact, "contact.removed", detail, now, address)


def noted(user: User, row: Contact, act: str, detail: dict[str, Any], now: datetime, address: str) -> None:
    record_audit(
        actor=user,
        action=act,
        now=now,
        tenant=row.tenant_id or "",
        subject=str(row.pk),
        detail=detail,
        address=address,
    )


def checked(channel: Channel, target: str, secret: str) -> str:
    """Where messages of this channel may go.

    Raises:
        BadValue: not there; the message shows no secret.
    """
    match channel:
        case Channel.MAIL:
            try:
                return mailbox(target).addr_spec
            except BadMessage as error:
                raise BadValue("target", str(error)) from error
        case Channel.CHATWORK:
            if not (target.isascii() and target.isdecimal() and len(target) <= 20):
                raise BadValue("target", "ルームの番号 (rid の後の数字) を書いてください (the room's number)")
            if not re.fullmatch(r"[A-Za-z0-9]{8,200}", secret):
                raise BadValue("secret", "APIトークンを書いてください (an API token is needed)")
        case Channel.APPRISE:
            if not APPRISE.fullmatch(target):
                raise BadValue("target", "「種類://…」の形で書いてください (an Apprise URL is needed)")
        case _:
            reachable(target)
    return target


def reachable(url: str) -> None:
    """Raises :class:`BadValue` for what will never be posted to."""
    private = settings.ALLOW_PRIVATE_WEBHOOKS
    try:
        _, host, port, _ = post.checked(url, private=private)
        post.reached(host, port, private=private)
    except post.PostError as error:
        if error.permanent:
            raise BadValue("target", str(error)) from None


@transaction.atomic
def choose(user: User, tenant: Tenant, now: datetime, *, address: str = "", **chosen: Unpack[Chosen]) -> Preferences:
    """Keep what a company chose.

    Raises:
        NotAllowed: not this person's to do.
        BadValue: a field holds what it may not.
    """
    allowed(user, tenant, "preferences.changed")
    row = Preferences.objects.filter(tenant=tenant).first() or Preferences(tenant=tenant)
    for name, value in chosen.items():
        setattr(row, name, value)
    try:
        row.clean_fields(exclude=["tenant"])
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise BadValue(field, problems[0]) from error
    if row.opens >= row.closes:
        raise BadValue("closes", "終わりは始まりより後にしてください (the end must be after the beginning)")
    if not 1 <= row.report_day <= 15:
        raise BadValue("report_day", "1から15までの営業日にしてください (1 to 15)")
    row.save()
    record_audit(
        actor=user,
        action="preferences.changed",
        now=now,
        tenant=tenant.pk,
        detail={name: str(value) for name, value in chosen.items()},
        address=address,
    )
    return row


def send_test(user: User, to: User | Contact, tenant: Tenant | None, now: datetime, *, address: str = "") -> None:
    """Queue a test message, which goes out within seconds.

    Raises:
        NotAllowed: not this person's to do.
        NowhereToSend: there is no way to it.
    """
    allowed(user, tenant, "notification.test")
    queued = queue_message(
        to,
        key=("test", uuid4().hex),
        about=About.TEST,
        subject=TEST_SUBJECT,
        text=TEST_TEXT,
        now=now,
        tenant=tenant,
    )
    if not queued:
        raise NowhereToSend
    name = to.name if isinstance(to, Contact) else to.username
    record_audit(
        actor=user,
        action="notification.test",
        now=now,
        tenant=tenant.pk if tenant else "",
        detail={"to": name},
        address=address,
    )


@transaction.atomic
def retry(user: User, row: Notification, now: datetime, *, address: str = "") -> bool:
    """Have a message that was refused or is waiting tried again now; False where it was sent, taken back or is too old.

    Raises:
        NotAllowed: not this person's to do.
    """
    is_theirs = row.tenant_id is None or tenants_for(user, Ability.WORK).filter(pk=row.tenant_id).exists()
    if not may(user, Ability.WORK) or not is_theirs:
        raise NotAllowed("notification.retried")
    again = Notification.objects.filter(
        pk=row.pk, state__in=(State.PENDING, State.REFUSED), created__gt=now - queries.GIVE_UP
    )
    if not again.update(state=State.PENDING, next_attempt=now):
        return False
    record_audit(
        actor=user,
        action="notification.retried",
        now=now,
        tenant=row.tenant_id or "",
        subject=row.incident_id or "",
        detail={"to": row.address, "key": row.key},
        address=address,
    )
    return True
