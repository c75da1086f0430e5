"""Questions about threads and questions back; who may see what is asked in ``tenants.queries``."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from hinomi.incidents.consult.models import Attachment, DoneStep, Inquiry, Post, State, Thread
from hinomi.incidents.consult.problems import UnknownInquiry, UnknownThread
from hinomi.incidents.models import Incident
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import may, memberships, tenants_for
from hinomi.tenants.roles import Ability, Role

Person = User | AnonymousUser


def is_desk(user: Person, tenant: Tenant | str) -> bool:
    """Whether this person answers the company's questions; else they ask them."""
    return may(user, Ability.WORK, tenant)


def readable(user: Person) -> QuerySet[Tenant]:
    """Companies whose threads this person reads: the programme's office looks into none."""
    where = {tenant for role, tenant in memberships(user) if role is not Role.PROGRAMME}
    return Tenant.objects.all() if None in where else Tenant.objects.filter(pk__in=[uid for uid in where if uid])


def threads(user: Person) -> QuerySet[Thread]:
    """Those this person reads, the latest first."""
    return Thread.objects.filter(tenant__in=readable(user)).select_related(
        "tenant", "incident", "opened_by", "assignee"
    )


def waiting(user: Person) -> QuerySet[Thread]:
    """Threads that wait for this person and their colleagues of the desk, longest first."""
    mine = threads(user).filter(tenant__in=tenants_for(user, Ability.WORK), state=State.WAITING)
    return mine.order_by("waiting_since", "id")


def find(user: Person, pk: int) -> Thread:
    """Raises :class:`UnknownThread`."""
    thread = threads(user).filter(pk=pk).first()
    if thread is None:
        raise UnknownThread
    return thread


def posts(user: Person, thread: Thread) -> list[Post]:
    """What was said, oldest first; what the desk noted for itself only for the desk."""
    rows = thread.posts.select_related("author", "attachment").order_by("at", "id")
    return list(rows if is_desk(user, thread.tenant_id) else rows.filter(internal=False))


def attachment(user: Person, pk: int) -> Attachment:
    """Raises :class:`UnknownThread`."""
    rows = Attachment.objects.filter(pk=pk, post__thread__in=threads(user)).select_related("post__thread")
    found = rows.first()
    if found is None or (found.post.internal and not is_desk(user, found.post.thread.tenant_id)):
        raise UnknownThread
    return found


def about(user: Person, incident: Incident) -> QuerySet[Thread]:
    """Threads about the incident and those merged into it, the latest first."""
    return threads(user).filter(incident__in=whole(incident))


def asked_back(incident: Incident) -> QuerySet[Inquiry]:
    """What the desk asked about the incident, oldest first; the incident is one this person may see."""
    rows = Inquiry.objects.filter(incident__in=whole(incident), withdrawn=None)
    return rows.select_related("asked_by", "answered_by", "incident__tenant")


def open_inquiries(user: Person, tenants: Iterable[Tenant] | QuerySet[Tenant]) -> QuerySet[Inquiry]:
    """What waits for an answer of these companies, oldest first."""
    seen = readable(user).filter(pk__in=[tenant.pk for tenant in tenants])
    rows = Inquiry.objects.filter(incident__tenant__in=seen, answered=None, withdrawn=None)
    return rows.select_related("incident", "incident__merged_into", "incident__tenant", "asked_by")


def find_inquiry(user: Person, pk: int) -> Inquiry:
    """Raises :class:`UnknownInquiry`."""
    rows = Inquiry.objects.filter(pk=pk, incident__tenant__in=readable(user))
    found = rows.select_related("incident", "incident__tenant").first()
    if found is None:
        raise UnknownInquiry
    return found


def steps_done(incident: Incident) -> list[DoneStep]:
    """Oldest first."""
    return list(DoneStep.objects.filter(incident__in=whole(incident)).select_related("who"))


def whole(incident: Incident) -> set[str]:
    """Uids of the incident and of all that was merged into it, and into those."""
    found, new = {incident.pk}, {incident.pk}
    while new:
        new = set(Incident.objects.filter(merged_into__in=new).values_list("pk", flat=True)) - found
        found |= new
    return found


def earlier_answers(user: Person, card: str, words: str = "", most: int = 5) -> list[Post]:
    """What the desk answered before to questions about the same advice card, or with these words; latest first.

    Of every company, so only for the desk; what is shown of them goes through :mod:`.anonymous`.
    """
    if not (card or words.strip()):
        return []
    answered = tenants_for(user, Ability.WORK)
    rows = Post.objects.filter(from_desk=True, internal=False, thread__tenant__in=answered)
    if card:
        rows = rows.filter(thread__card=card)
    for word in words.split()[:5]:
        rows = rows.filter(Q(text__icontains=word) | Q(thread__subject__icontains=word))
    return list(rows.select_related("thread__tenant", "thread__incident").order_by("-at", "-id")[:most])


def waits(thread: Thread, now: datetime) -> timedelta:
    """How long it has waited for the desk; nothing where it does not."""
    return max(now - thread.waiting_since, timedelta()) if thread.waiting_since else timedelta()
