"""Who hears that something was asked or answered, and in which words. ``now`` is aware.

Called in the transaction that keeps what was said: neither is there without the other.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from hinomi.deliver.notify.models import About, Contact
from hinomi.deliver.notify.operations import queue_message
from hinomi.deliver.notify.recipients import AddressBook
from hinomi.incidents.consult.models import Inquiry, Post, Reply
from hinomi.library.harmless import harmless, unlinked
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import may
from hinomi.tenants.roles import Ability

Recipient = User | Contact


def asked(post: Post, now: datetime) -> int:
    """Tell the desk that a company waits: who took the thread, else everybody who may answer it."""
    thread = post.thread
    text = f"""{thread.tenant.name} からの質問です。回答を待っています。

{unlinked(post.text)}

回答するページ:
{page("consult-thread", thread.pk)}
"""
    subject = f"【火の見】質問: {harmless(thread.subject)} ({harmless(thread.tenant.name)})"
    to = desk(thread.tenant, thread.assignee)
    key, link = ("question", post.pk), page("consult-thread", thread.pk)
    return tell(to, key, About.OTHER, subject, text, now, thread.tenant, link)


def answered(post: Post, now: datetime) -> int:
    """Tell those of the company who wrote in the thread that the desk answered."""
    thread = post.thread
    text = f"""ご質問に、監視センターから回答がありました。

件名: {unlinked(thread.subject)}

{unlinked(post.text)}

続けて質問するとき、解決したときは、次のページを開いてください。
{page("consult-thread", thread.pk)}
{reached()}"""
    subject = f"【火の見】回答があります: {harmless(thread.subject)}"
    writers = User.objects.filter(pk__in=thread.posts.filter(from_desk=False).values("author"), is_active=True)
    key, link = ("answer", post.pk), page("consult-thread", thread.pk)
    return tell(writers, key, About.ANSWER, subject, text, now, thread.tenant, link)


def asked_back(inquiry: Inquiry, now: datetime) -> int:
    """Tell the company that the desk waits for its answer."""
    tenant, host = inquiry.incident.tenant, inquiry.incident.host or inquiry.incident.address
    text = f"""監視センターから質問があります。対応を進めるために、教えてください。

{unlinked(inquiry.text)}

対象: {harmless(host) or harmless(inquiry.incident.title)}

次のページで答えてください。分からないときは「分からない」を選んでください。
{page("company", tenant.pk)}
{reached()}"""
    subject = f"【火の見】教えてください: {harmless(inquiry.text, 60)}"
    key, link = ("inquiry", inquiry.pk), page("company", tenant.pk)
    return tell(company(tenant), key, About.OTHER, subject, text, now, tenant, link)


def replied(inquiry: Inquiry, now: datetime) -> int:
    """Tell the analyst who asked what the company answered."""
    tenant = inquiry.incident.tenant
    with override("ja"):  # whoever answers: mails of the desk are in one language
        chosen = str(Reply(inquiry.reply).label) if inquiry.reply else ""
    said = " ".join(filter(None, (chosen, inquiry.words)))
    text = f"""{tenant.name} から答えがありました。

質問: {unlinked(inquiry.text)}
答え: {unlinked(said)}

{page("incidents-detail", inquiry.incident_id)}
"""
    subject = f"【火の見】答え: {harmless(said, 40)} ({harmless(tenant.name)})"
    key, link = ("reply", inquiry.pk), page("incidents-detail", inquiry.incident_id)
    return tell(desk(tenant, inquiry.asked_by), key, About.OTHER, subject, text, now, tenant, link)


def tell(
    to: Iterable[Recipient],
    key: tuple[str | int, ...],
    about: About,
    subject: str,
    text: str,
    now: datetime,
    tenant: Tenant,
    link: str,
) -> int:
    """How many messages were queued."""
    return sum(
        queue_message(one, key=key, about=about, subject=subject, text=text, now=now, tenant=tenant, link=link)
        for one in to
    )


def desk(tenant: Tenant, first: User | None) -> list[Recipient]:
    """``first`` if they still may answer this company, else everybody who may, and the desk's own rooms."""
    if first is not None and may(first, Ability.WORK, tenant) and first.email:
        return [first]
    readers = AddressBook.read().desk(tenant.pk)
    people: list[Recipient] = [one.user for one in readers if one.user and may(one.user, Ability.WORK, tenant)]
    return people + [one.contact for one in readers if one.contact and not one.user]


def company(tenant: Tenant) -> list[Recipient]:
    """Those of the company who are told first, of the people who may answer."""
    known = AddressBook.read().members.get(tenant.pk, ())
    readers = [one for one in known if one.rank and (one.user is None or may(one.user, Ability.NOTE, tenant))]
    first = min((one.rank for one in readers), default=0)
    told = [one.user or one.contact for one in readers if one.rank == first]
    return [one for one in told if one is not None]


def page(name: str, key: str | int) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=(key,))}"


def reached() -> str:
    return f"\nお急ぎのとき: {settings.CENTRE_CONTACT}\n" if settings.CENTRE_CONTACT else ""
