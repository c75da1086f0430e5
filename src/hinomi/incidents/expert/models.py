"""Decisions about what was proposed out of a month's detections; the proposals themselves are read from the lake."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hinomi.tenants.models import Tenant, User


class Ruling(models.TextChoices):
    CONFIRMED = "confirmed", _("指摘する")
    DISMISSED = "dismissed", _("指摘しない")


class ExpertDecision(models.Model):
    """One decision about one kind of thing at one company in one month; the latest one stands."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="expert_decisions")
    month = models.CharField(max_length=7)
    """``2022-12``, in the company's time."""
    kind = models.CharField(max_length=64)
    """Key of :data:`hinomi.study.expert_kinds.KINDS`."""
    ruling = models.CharField(max_length=16, choices=Ruling.choices)
    reason = models.TextField(blank=True)
    """For the desk; never empty where it was dismissed."""
    text = models.TextField(blank=True)
    """What the company reads; empty where it was dismissed."""
    evidence = models.JSONField(default=dict)
    """:class:`hinomi.ocsf.expert.Evidence` as it was when this was decided; times in ISO 8601, UTC."""
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided = models.DateTimeField()

    class Meta:
        ordering = ("-decided", "-pk")
        indexes = (models.Index(fields=("tenant", "month", "kind", "-decided"), name="expert_latest"),)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.month} {self.kind} {self.ruling}"

    @property
    def is_confirmed(self) -> bool:
        return self.ruling == Ruling.CONFIRMED
