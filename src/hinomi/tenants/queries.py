"""Questions about who is watched and who may look. ``now`` is timezone-aware."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from hinomi.tenants.models import Machine, Membership, Sensor, SensorToken, Tenant, User
from hinomi.tenants.problems import UnknownSensor, UnknownTenant, UnknownUser
from hinomi.tenants.roles import ABILITIES, OVER_ALL, STAFF, Ability, Role


def roles_of(user: User | AnonymousUser) -> tuple[Role, ...]:
    """Roles the person holds, over all companies or in some, staff roles first; none for a stranger."""
    held = {role for role, _ in memberships(user)}
    return tuple(role for role in Role if role in held)


def memberships(user: User | AnonymousUser) -> list[tuple[Role, str | None]]:
    """Each role with the company it is held in (None: over all); none for a stranger or a closed account."""
    if not isinstance(user, User) or not user.is_active:
        return []
    rows = Membership.objects.filter(user=user).values_list("role", "tenant_id")
    return [(Role(role), tenant) for role, tenant in rows]


def role_of(user: User | AnonymousUser) -> Role | None:
    """The one role to show and to choose pages by."""
    return next(iter(roles_of(user)), None)


def is_staff(user: User | AnonymousUser) -> bool:
    """Whether the person serves companies, all or some."""
    return role_of(user) in STAFF


def serves_all(user: User | AnonymousUser) -> bool:
    """Whether the person serves all companies: what holds for every company is theirs to decide."""
    return any(tenant is None for _, tenant in memberships(user))


def may(user: User | AnonymousUser, ability: Ability, tenant: Tenant | str | None = None) -> bool:
    """Whether the person may do this for the company; where none is named, for any company at all.

    Without a company an ability that reaches beyond each of them (``roles.OVER_ALL``) needs a role over all.
    """
    uid = tenant.pk if isinstance(tenant, Tenant) else tenant
    for role, where in memberships(user):
        if ability not in ABILITIES[role]:
            continue
        if where is None or (uid == where if uid is not None else ability not in OVER_ALL):
            return True
    return False


def tenants_for(user: User | AnonymousUser, ability: Ability | None = None) -> QuerySet[Tenant]:
    """The single door: the companies this person may see, or may do something for. A stranger sees none."""
    theirs = [tenant for role, tenant in memberships(user) if ability is None or ability in ABILITIES[role]]
    if None in theirs:
        return Tenant.objects.all()
    return Tenant.objects.filter(pk__in=[tenant for tenant in theirs if tenant is not None])


def tenant(uid: str) -> Tenant:
    """A company by its name in the lake, for commands and the worker; pages ask :func:`tenants_for`.

    Raises:
        UnknownTenant: there is none.
    """
    try:
        return Tenant.objects.get(pk=uid)
    except Tenant.DoesNotExist as error:
        raise UnknownTenant(uid) from error


def sensor(uid: str, name: str) -> Sensor:
    """A company's sensor, for commands.

    Raises:
        UnknownTenant, UnknownSensor: there is none.
    """
    owner = tenant(uid)
    try:
        return Sensor.objects.select_related("tenant").get(tenant=owner, name=name)
    except Sensor.DoesNotExist as error:
        raise UnknownSensor(uid, name) from error


def machine_roles(uid: str) -> dict[str, str]:
    """What was stated of a company's machines: roles by name, for the worker."""
    return dict(Machine.objects.filter(tenant_id=uid).values_list("name", "role"))


def user_named(username: str) -> User:
    """Raises :class:`UnknownUser`."""
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist as error:
        raise UnknownUser(username) from error


def staff() -> QuerySet[User]:
    """People who serve companies, all or some."""
    return User.objects.filter(is_active=True, memberships__role__in=STAFF).distinct().order_by("name", "username")


BY_MAIL = "alert_mail"
"""The source whose sensors are known by the address that their mail is for."""


class SensorState(StrEnum):
    """What may be said of a sensor now."""

    HEARD = "heard"
    SILENT = "silent"
    NEVER_HEARD = "never_heard"
    IMPORTED = "imported"
    """It has no way to send by itself: what is known of it came in files, and no silence is to be told from them."""
    ENDED = "ended"
    """Its observation has ended: that it is silent is as it should be."""


@dataclass(frozen=True)
class SensorView:
    """A sensor and its state at a moment."""

    sensor: Sensor
    state: SensorState


def state_of(sensor: Sensor, now: datetime) -> SensorState:
    if sensor.until is not None and sensor.until < now.astimezone(sensor.tenant.zone).date():
        return SensorState.ENDED
    if sensor.last_seen is None:
        return SensorState.NEVER_HEARD
    if not awaited(sensor):
        return SensorState.IMPORTED
    return SensorState.SILENT if now - sensor.last_seen > sensor.silent_after else SensorState.HEARD


def awaited(sensor: Sensor) -> bool:
    """Whether the sensor sends by itself: it has a syslog listener, a token for HTTP, or an address for its mail."""
    listens = sensor.listener_port or sensor.listener_peer or sensor.listener_certificate
    return bool(listens or sensor.source == BY_MAIL or sensor.tokens.all())


def sensors_with_state(tenants: Iterable[Tenant] | QuerySet[Tenant], now: datetime) -> list[SensorView]:
    """Sensors of these companies, by company and name."""
    sensors = Sensor.objects.filter(tenant__in=tenants).select_related("tenant", "site").prefetch_related("tokens")
    return [SensorView(sensor, state_of(sensor, now)) for sensor in sensors.order_by("tenant_id", "name")]


@dataclass(frozen=True)
class Enrolment:
    """A sensor's part in the study: the days it was observed, first and last inclusive (``None``: until now)."""

    tenant: str
    sector: str
    sensor: str
    source: str
    kind: str
    since: date
    until: date | None


def enrolments() -> list[Enrolment]:
    """The study's sensors, over all companies."""
    rows = Sensor.objects.filter(in_study=True).select_related("tenant").order_by("tenant_id", "name")
    return [
        Enrolment(row.tenant_id, row.tenant.sector, row.name, row.source, row.kind, row.since, row.until)
        for row in rows
    ]


def listening() -> list[Sensor]:
    """Sensors the syslog listener knows by port, peer or certificate."""
    rows = Sensor.objects.select_related("tenant").order_by("tenant_id", "name")
    return [row for row in rows if row.listener_port or row.listener_peer or row.listener_certificate]


def sensors_by_token() -> dict[str, Sensor]:
    """Who may send over HTTP: hash of the token (see :func:`hinomi.tenants.operations.hashed`) to its sensor."""
    return {row.token_hash: row.sensor for row in SensorToken.objects.select_related("sensor")}


def tokens_held(tenants: Iterable[Tenant] | QuerySet[Tenant]) -> dict[int, int]:
    """How many tokens each sensor of these companies has, by the sensor's primary key; never which."""
    rows = SensorToken.objects.filter(sensor__tenant__in=tenants).order_by().values("sensor")
    return dict(rows.annotate(held=Count("id")).values_list("sensor", "held"))
