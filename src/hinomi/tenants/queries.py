"""Questions about who is watched and who may look. ``now`` is timezone-aware."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from hinomi.tenants.models import Machine, Membership, Sensor, SensorToken, Tenant, User
from hinomi.tenants.problems import UnknownSensor, UnknownTenant, UnknownUser
from hinomi.tenants.roles import ABILITIES, STAFF, Ability, Role


def roles_of(user: User | AnonymousUser) -> tuple[Role, ...]:
    """Roles the person holds, staff roles first; none for a stranger or a closed account."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    held = set(Membership.objects.filter(user=user).values_list("role", flat=True))
    return tuple(role for role in (*STAFF, Role.MEMBER) if role in held)


def role_of(user: User | AnonymousUser) -> Role | None:
    """The one role to show and to choose pages by."""
    return next(iter(roles_of(user)), None)


def is_staff(user: User | AnonymousUser) -> bool:
    """Whether the person serves all companies."""
    return role_of(user) in STAFF


def may(user: User | AnonymousUser, ability: Ability) -> bool:
    return any(ability in ABILITIES[role] for role in roles_of(user))


def tenants_for(user: User | AnonymousUser) -> QuerySet[Tenant]:
    """The single door: the companies this person may see. A stranger sees none."""
    if is_staff(user):
        return Tenant.objects.all()
    if role_of(user) is Role.MEMBER:
        return Tenant.objects.filter(memberships__user=user.pk, memberships__role=Role.MEMBER)
    return Tenant.objects.none()


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
    """People an incident of any company may be assigned to."""
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
