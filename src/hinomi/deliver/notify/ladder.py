"""Who is told of an incident next: first those who are to be told, then again, then others, then the analyst.

Filled by comparing what was told with what is: doing it again changes nothing. ``now`` is timezone-aware.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from hinomi.deliver.notify import queries
from hinomi.deliver.notify.heard import is_heard
from hinomi.deliver.notify.hours import WorkingHours, next_open, when
from hinomi.deliver.notify.levels import Level, level_of
from hinomi.deliver.notify.models import About, Hours, Night, Notification, Preferences, State
from hinomi.deliver.notify.notices import Telling, words
from hinomi.deliver.notify.outbox import Step, idempotency_key, queue
from hinomi.deliver.notify.recipients import AddressBook, Reader
from hinomi.incidents.models import Incident, Status
from hinomi.library.contracts import Occasion
from hinomi.tenants.models import Tenant

NEWS = timedelta(days=7)
"""An incident that began longer ago is history: a replay of old logs tells nobody."""
DESK = 0
"""The rung of the monitoring centre."""
FIRST = (Occasion.NEW.value, Occasion.GRAVER.value)


@dataclass(frozen=True)
class Patience:
    """How long an acknowledgement is waited for, and whether anybody else is told when none comes."""

    time: timedelta
    climbs: bool


PATIENCE = {
    Level.ACT_NOW: Patience(timedelta(minutes=15), climbs=True),
    Level.ACT_TODAY: Patience(timedelta(hours=2), climbs=True),
    Level.CHECK: Patience(timedelta(days=1), climbs=False),
}
"""What is only to be known waits for nobody."""


def enqueue(now: datetime, news: timedelta = NEWS) -> int:
    """Queue a message to everybody who was not told of an incident at its present gravity; returns how many."""
    return enqueue_of(queries.newsworthy(now - news), now)


def enqueue_decided(now: datetime, news: timedelta = NEWS) -> int:
    """As :func:`enqueue`, of what somebody works on: what is new waits until it was compared with decisions."""
    return enqueue_of(queries.newsworthy(now - news).filter(status=Status.WORKING), now)


def enqueue_of(incidents: QuerySet[Incident], now: datetime) -> int:
    book = AddressBook.read()
    if not (book.staff or book.members):
        return 0
    told = queries.told(incidents)
    queued = 0
    for incident in incidents:
        for reader in book.readers(incident):
            before = told.get((incident.pk, reader.who))
            if before is None or before.severity_id < incident.severity_id:
                occasion = Occasion.GRAVER if before and before.heard else Occasion.NEW
                rung = DESK if reader.staff else 1
                queued += tell(incident, reader, occasion, rung, book, now)
    return queued


def tell(incident: Incident, reader: Reader, occasion: Occasion, rung: int, book: AddressBook, now: datetime) -> bool:
    """Word it and keep it, to be sent when this reader may be disturbed."""
    level = level_of(incident)
    hours = working_hours(incident.tenant, book.preferences(incident.tenant))
    company_at = when(now, hours, pressing=level is Level.ACT_NOW, only_working=False)
    own = when(now, hours, pressing=level is Level.ACT_NOW, only_working=reader.hours is Hours.WORK)
    calls_later = reader.staff and occasion is Occasion.ESCALATION and level is not Level.ACT_NOW
    not_before = next_open(now, hours) if calls_later else now if reader.staff else own
    asks = not reader.staff and level in PATIENCE
    told = words(Telling(incident, reader, occasion, level, company_at, now, asks), book)
    return queue(
        reader,
        told,
        idempotency_key(*key(incident, reader, occasion, rung)),
        now,
        about=About.INCIDENT,
        tenant=incident.tenant,
        step=Step(incident, occasion.value, rung, asks),
        not_before=not_before,
    )


def key(incident: Incident, reader: Reader, occasion: Occasion, rung: int) -> tuple[str | int, ...]:
    """A person is told first of an incident once at each gravity, and each further step is taken once."""
    user, contact = reader.who
    of_whom = user if user is not None else f"contact {contact}"
    first = (incident.pk, of_whom, incident.severity_id)
    return first if occasion.value in FIRST else (*first, occasion.value, rung)


def working_hours(tenant: Tenant, chosen: Preferences) -> WorkingHours:
    quiet = (chosen.quiet_from, chosen.quiet_until) if chosen.night == Night.WAIT else None
    return WorkingHours(tenant.zone, chosen.opens, chosen.closes, quiet)


def climb(now: datetime, news: timedelta = NEWS) -> int:
    """Take the next step for every incident nobody acknowledged in time; returns how many messages were queued."""
    waiting = [one for one in queries.unanswered(now - news) if level_of(one) in PATIENCE]
    if not waiting:
        return 0
    book, rows = AddressBook.read(), queries.tellings(waiting)
    return sum(climb_for(incident, rows.get(incident.pk, []), book, now) for incident in waiting)


def climb_for(incident: Incident, told: Sequence[Notification], book: AddressBook, now: datetime) -> int:
    """``told`` is what was queued of it at its present gravity, oldest first."""
    if not told or is_heard(incident, told):
        return 0
    patience = PATIENCE[level_of(incident)]
    plan = steps(len(book.rungs(incident)), patience)
    taken = [step for step in plan if of_step(told, step)]
    if not taken or taken[-1] == plan[-1]:
        return 0
    last = of_step(told, taken[-1])
    if now < due(last, patience.time):
        return 0
    left = plan[plan.index(taken[-1]) + 1 :]
    if never_arrives(last):  # nor would a reminder
        left = [step for step in left if step[0] is not Occasion.REMINDER]
    if not left:
        return 0
    occasion, rung = left[0]
    readers = book.desk(incident.tenant_id) if rung == DESK else book.rungs(incident)[rung - 1]
    return sum(tell(incident, reader, occasion, rung, book, now) for reader in readers)


Taken = tuple[Occasion, int]


def steps(rungs: int, patience: Patience) -> list[Taken]:
    """The ladder of a company with so many rungs, from its first telling on."""
    if not rungs:
        first = [(Occasion.NEW, DESK)]
        return [*first, (Occasion.ESCALATION, DESK)] if patience.climbs else first
    plan = [(Occasion.NEW, 1), (Occasion.REMINDER, 1)]
    if patience.climbs:
        plan += [(Occasion.ESCALATION, rung) for rung in range(2, rungs + 1)]
        plan.append((Occasion.ESCALATION, DESK))
    return plan


def of_step(told: Sequence[Notification], step: Taken) -> list[Notification]:
    occasion, rung = step
    wanted = FIRST if occasion is Occasion.NEW else (occasion.value,)
    return [row for row in told if row.occasion in wanted and row.rung == rung]


def never_arrives(step: Sequence[Notification]) -> bool:
    return not any(row.sent_at or row.state == State.PENDING for row in step)


def due(step: Sequence[Notification], patience: timedelta) -> datetime:
    """When the step after this one is to be taken: after the first that arrived, at once where none ever will."""
    arrived = [row.sent_at for row in step if row.sent_at]
    if arrived:
        return min(arrived) + patience
    if any(row.state == State.PENDING for row in step):
        return min(row.next_attempt if not row.attempts else row.created for row in step) + 2 * patience
    return max(row.created for row in step)
