"""Companies and people for the review queue, and incidents by hand: what one is, on whose machine, and when."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record
from hinomi.incidents.review.clusters import Cluster, queue
from hinomi.incidents.review.recognising import recognise
from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.incident import Entry, Nature, Story
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.roles import Role

NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
RULE = "rule-inventory"
AGENT = Nature(RULE, ("c:\\tools\\agent.exe",), ("inventory.example",))
"""What an inventory program does that looks like an attacker's."""
Tell = Callable[..., Incident]


def story(
    tenant: str,
    number: int = 1,
    *natures: Nature,
    more: int = 0,
    at: datetime = NOW,
    severity_id: int = SeverityId.HIGH,
    kind: str = "suspicious_command",
    host: str = "PC-7",
    what: str = "",
) -> Story:
    """The ``number``-th of a company; with ``more`` it has grown by so many findings, each of the last nature."""
    each = (*natures, *(natures or (AGENT,))[-1:] * more) if natures else (AGENT,) * (1 + more)
    start = at.astimezone(UTC).replace(tzinfo=None)
    timeline = tuple(
        Entry(
            start + timedelta(minutes=place),
            f"{tenant}-{number}-{place}",
            "edr",
            "edr",
            f"{host} で不審なコマンド",
            "",
            severity_id,
            nature=nature,
        )
        for place, nature in enumerate(each)
    )
    return Story(
        uid=f"{tenant}-{number}",
        tenant=tenant,
        title=f"{host}: 不審なコマンドの実行",
        kind=kind,
        severity_id=severity_id,
        host=host,
        address=None,
        user="yamada",
        first_seen=timeline[0].time,
        last_seen=timeline[-1].time,
        timeline=timeline,
        links=(),
        what=what,
        members=frozenset(entry.finding for entry in timeline),
    )


def tell(*stories: Story, now: datetime = NOW) -> None:
    """As the worker does: record, then recognise."""
    record(stories, now)
    recognise(now)


def only(found: Iterable[Cluster]) -> Cluster:
    (one,) = found
    return one


def status(uid: str) -> tuple[str, str]:
    incident = Incident.objects.get(pk=uid)
    return incident.status, incident.reason


@pytest.fixture
def companies(db: None) -> list[Tenant]:
    return [register_tenant(uid, name, now=NOW) for uid, name in (("101", "青空"), ("102", "北山"), ("103", "西川"))]


@pytest.fixture
def sato(companies: list[Tenant]) -> User:
    return create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子")


@pytest.fixture
def kato(companies: list[Tenant]) -> User:
    return create_user("kato", Role.ANALYST, now=NOW, name="加藤 次郎")


@pytest.fixture
def waiting(sato: User) -> Callable[[datetime], list[Cluster]]:
    """The queue as an analyst sees it."""
    return lambda now: queue(sato, now)
