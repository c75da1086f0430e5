"""How long decisions take: measured by the cluster's page while it is open, in view and used. ``now`` is aware."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from hinomi.incidents.review.models import Answer, Decision, Effort
from hinomi.tenants.models import Tenant, User

BEAT = timedelta(seconds=15)
"""How often a page that is in use says so."""
MOST = 2 * BEAT
"""Time between two beats that counts; after more than this nobody was there."""
STALE = timedelta(hours=12)
"""A look that was left undecided so long ago is another one."""
BUDGET_YEN = 10_000
"""What may be spent on a company in a month: the survey report's question."""


def begin(user: User, key: str, tenants: Iterable[str], now: datetime) -> Effort:
    """The person opens a cluster's page: the look that they had begun goes on, or a new one begins."""
    companies = sorted(tenants)
    known = going_on(user, key, now)
    if known is None:
        return Effort.objects.create(who=user, key=key, tenants=companies, begun=now, beat=now)
    known.tenants, known.beat = companies, now
    known.save(update_fields=["tenants", "beat"])
    return known


@transaction.atomic
def beat(user: User, key: str, now: datetime) -> bool:
    """The page is in use: the time since the last beat counts. False where nobody has opened it.

    All looks of a person are beaten by one: who has two pages open works on one of them.
    """
    known = going_on(user, key, now)
    if known is None:
        return False
    since = Effort.objects.filter(who=user).order_by("-beat").values_list("beat", flat=True).first()
    count(known, max(known.beat, since or known.beat), now)
    return True


def ended(user: User, decision: Decision, now: datetime) -> None:
    """The person has decided: the last of it counts, for the companies that it covered."""
    known = going_on(user, decision.key, now)
    if known is None:
        return
    count(known, known.beat, now)
    companies = sorted(decision.tenants.values_list("pk", flat=True))
    Effort.objects.filter(pk=known.pk).update(decision=decision, tenants=companies)


def going_on(user: User, key: str, now: datetime) -> Effort | None:
    looks = Effort.objects.filter(who=user, key=key, decision=None, beat__gt=now - STALE)
    return looks.order_by("-beat").first()


def count(known: Effort, since: datetime, now: datetime) -> None:
    spent = now - since
    seconds = spent.total_seconds() if timedelta(0) < spent <= MOST else 0.0
    Effort.objects.filter(pk=known.pk).update(seconds=F("seconds") + seconds, beat=now)


@dataclass(frozen=True)
class Spent:
    """What the review of a company took in a month; ``month`` is its first day."""

    tenant: str
    month: date
    seconds: float
    """Its share: of a look over n companies each has an n-th."""
    decisions: int
    """Decisions over it, each counted whole."""
    shared: float
    """The same, its share of each."""
    recognised: int
    """Incidents that nobody was asked about."""

    def yen(self, per_hour: int) -> float:
        return self.seconds / 3600 * per_hour


@dataclass(frozen=True)
class Report:
    rows: tuple[Spent, ...]
    """By month, latest first, then by company."""
    looks: int
    """Decisions of which the time is known."""
    median_seconds: float | None


def spent(tenants: Collection[Tenant], since: date, until: date, zone: ZoneInfo) -> Report:
    """Of these companies, for the months from ``since`` to before ``until`` (first days of months, in that zone)."""
    first, last = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (since, until))
    uids = {tenant.pk for tenant in tenants}
    seconds: dict[tuple[str, date], float] = defaultdict(float)
    counted: dict[tuple[str, date], list[float]] = defaultdict(list)
    known: dict[tuple[str, date], int] = defaultdict(int)
    looks: dict[str, float] = defaultdict(float)
    for look in Effort.objects.filter(begun__gte=first, begun__lt=last):
        mine = uids.intersection(look.tenants)
        for uid in mine:
            seconds[uid, month(look.begun, zone)] += look.seconds / len(look.tenants)
        if mine and look.decision_id:
            looks[look.decision_id] += look.seconds
    for decision in Decision.objects.filter(created__gte=first, created__lt=last).prefetch_related("tenants"):
        over = {tenant.pk for tenant in decision.tenants.all()}
        for uid in over & uids:
            counted[uid, month(decision.created, zone)].append(1 / len(over))
    answers = Answer.objects.filter(recognised=True, at__gte=first, at__lt=last, incident__tenant__in=uids)
    for uid, at in answers.values_list("incident__tenant_id", "at"):
        known[uid, month(at, zone)] += 1
    each = sorted({*seconds, *counted, *known}, key=lambda one: (-one[1].toordinal(), one[0]))
    rows = (
        Spent(uid, day, seconds[uid, day], len(counted[uid, day]), sum(counted[uid, day]), known[uid, day])
        for uid, day in each
    )
    return Report(tuple(rows), len(looks), median(looks.values()) if looks else None)


def latest(tenants: Collection[Tenant], now: datetime, months: int) -> Report:
    """Of this month and those before it, in the desk's own zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    this = month(now, zone)
    since = this
    for _ in range(months - 1):
        since = (since - timedelta(days=1)).replace(day=1)
    return spent(tenants, since, (this + timedelta(days=31)).replace(day=1), zone)


def month(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date().replace(day=1)
