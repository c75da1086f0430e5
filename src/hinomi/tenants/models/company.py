"""Companies, their sites, and the devices and services that send us their logs."""

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

SLUG = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z",
    _("英数字と . _ - を64文字まで使ってください。"),
)
"""A name that is also a folder's name in the landing zone."""


def known_zone(name: str) -> None:
    """Raises ValidationError for a name that is not in the IANA time zone database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            _("「%(name)s」という時間帯はありません。Asia/Tokyo のように書いてください。"), params={"name": name}
        ) from error


class AlertReader(models.TextChoices):
    """Who reads the alerts of the company's own UTM (survey report, section 5.1)."""

    VENDOR = "ベンダー", _("ベンダー")
    USER = "ユーザー", _("ユーザー")
    NOBODY = "確認していない", _("確認していない")


class Tenant(models.Model):
    """A company that is watched (企業); ``uid`` is its name in the lake, such as ``101``."""

    uid = models.CharField(primary_key=True, max_length=64, validators=[SLUG])
    name = models.CharField(max_length=200)
    sector = models.CharField(max_length=100, blank=True)
    timezone = models.CharField(max_length=64, default="Asia/Tokyo", validators=[known_zone])
    employees = models.PositiveIntegerField(null=True, blank=True)
    annual_sales_million_yen = models.PositiveBigIntegerField(null=True, blank=True)
    endpoints = models.PositiveIntegerField(null=True, blank=True)
    alert_reader = models.CharField(max_length=10, choices=AlertReader.choices, blank=True)
    vendor_contact = models.CharField(max_length=200, blank=True)
    """Whom the company calls about its devices: a name and a telephone number, as people write it."""
    created = models.DateTimeField()
    requires_second_factor = models.BooleanField(default=False)
    """Whether the company's own people must have one, as staff must."""

    class Meta:
        ordering = ("uid",)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Site(models.Model):
    """A place of a company: head office, a factory."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="sites")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("tenant", "name")
        constraints = (models.UniqueConstraint(fields=("tenant", "name"), name="site_name_once_a_tenant"),)

    def __str__(self) -> str:
        return self.name


class Sensor(models.Model):
    """One installed device or service that sends; ``source`` is an item of ``library/sources``.

    ``since`` and ``until`` are the first and the last day it was observed, in the tenant's time zone.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="sensors")
    name = models.CharField(max_length=64, validators=[SLUG])
    source = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, blank=True)
    """A kind of source: utm, edr, waf, mail, router, endpoint, ids."""
    title = models.CharField(max_length=200, blank=True)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True, related_name="sensors")
    timezone = models.CharField(max_length=64, default="Asia/Tokyo", validators=[known_zone])
    """Zone of the times the device writes without one."""
    in_study = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    silent_after = models.DurationField(default=timedelta(hours=24))
    last_seen = models.DateTimeField(null=True, blank=True)
    listener_port = models.PositiveIntegerField(null=True, blank=True)
    """The syslog listener's port that belongs to this sensor alone."""
    listener_peer = models.CharField(max_length=64, blank=True)
    """Address or network (CIDR) the sensor sends from."""
    listener_certificate = models.CharField(max_length=200, blank=True)
    """Common name of the client certificate the sensor shows (TLS)."""

    class Meta:
        ordering = ("tenant", "name")
        constraints = (models.UniqueConstraint(fields=("tenant", "name"), name="sensor_name_once_a_tenant"),)

    def __str__(self) -> str:
        return self.title or self.name


class SensorToken(models.Model):
    """What a sensor shows when it sends over HTTP; only the SHA-256 of it is kept. Several, so that they can change."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"{self.sensor} {self.created:%Y-%m-%d %H:%M}"


class MachineRole(models.TextChoices):
    """What makes a machine matter more than another."""

    SERVER = "server", _("サーバー")
    FACTORY = "factory", _("工場の端末")
    PRESIDENT = "president", _("経営者のPC")


class Machine(models.Model):
    """What somebody stated of a company's machine, by the name or address that sensors write."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="machines")
    name = models.CharField(max_length=255)
    """In lower case, without the domain."""
    role = models.CharField(max_length=16, choices=MachineRole)
    stated = models.DateTimeField()

    class Meta:
        ordering = ("tenant", "name")
        constraints = (models.UniqueConstraint(fields=("tenant", "name"), name="machine_once_a_tenant"),)

    def __str__(self) -> str:
        return self.name
