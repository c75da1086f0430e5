"""Threads as lists: the desk's queue over all companies, and what a company asked and was asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict

from hinomi.console.consult.wording import patience, waited
from hinomi.incidents.consult import queries
from hinomi.incidents.consult.models import Inquiry, Post, State, Thread
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import tenants_for

PAGE = 50
SETTLED = 10
"""Settled threads a company's page still shows."""
ALL = "all"


@dataclass(frozen=True)
class Filter:
    """``state`` is a state or ``all``; an empty ``tenant`` asks nothing."""

    state: str = State.WAITING
    tenant: str = ""
    mine: bool = False

    @classmethod
    def read(cls, given: QueryDict) -> "Filter":
        """What a form sent; what nobody offered is as if not sent."""
        state = given.get("state", State.WAITING)
        return cls(
            state=state if state in (ALL, *State.values) else State.WAITING,
            tenant=given.get("tenant", ""),
            mine=given.get("mine") == "on",
        )


@dataclass(frozen=True)
class Waits:
    """How long the desk lets somebody wait, in words, and whether that is long; empty where nobody waits."""

    words: str = ""
    patience: str = ""


@dataclass(frozen=True)
class Row:
    """A thread of the queue, with the last word of the company in it."""

    thread: Thread
    waits: Waits
    last: str


def asked(user: User, filter_: Filter) -> QuerySet[Thread]:
    """Waiting ones longest first, others latest first."""
    found = queries.waiting(user) if filter_.state == State.WAITING else queries.threads(user)
    if filter_.state != ALL:
        found = found.filter(state=filter_.state)
    if filter_.tenant:
        found = found.filter(tenant=filter_.tenant)
    if filter_.mine:
        found = found.filter(assignee=user)
    return with_last_word(found)


def with_last_word(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Each with ``last``: what the company said last in it."""
    last = Post.objects.filter(thread=OuterRef("pk"), from_desk=False).order_by("-at", "-id")
    return threads.annotate(last=Subquery(last.values("text")[:1]))


def page(user: User, filter_: Filter, number: str | None) -> Page[Thread]:
    """Pages of ``PAGE``; a number that is none is the nearest that is."""
    return Paginator(asked(user, filter_), PAGE).get_page(number)


def rows(threads: Iterable[Thread], now: datetime) -> list[Row]:
    return [Row(thread, waits(thread, now), getattr(thread, "last", "") or "") for thread in threads]


def waits(thread: Thread, now: datetime) -> Waits:
    time = queries.waits(thread, now)
    return Waits(waited(time), patience(time)) if thread.state == State.WAITING else Waits()


@dataclass(frozen=True)
class Talk:
    """What a company asked, and what it is asked: inquiries that wait, and threads, those to be read first."""

    inquiries: list[Inquiry]
    threads: list[Thread]


ORDER = (State.ANSWERED, State.WAITING, State.CLOSED)


def of_company(user: User, tenant: Tenant | None = None) -> Talk:
    """Of one company, or of all of this person's."""
    seen = [tenant] if tenant else list(tenants_for(user))
    found = queries.threads(user).filter(tenant__in=seen)
    settled = found.filter(state=State.CLOSED)[:SETTLED]
    threads = sorted([*found.exclude(state=State.CLOSED), *settled], key=lambda one: ORDER.index(State(one.state)))
    return Talk(list(queries.open_inquiries(user, seen)), threads)
