"""What keeps things from happening twice, or too often."""

from django.db import models

from hinomi.deliver.notify.models.outbox import About
from hinomi.tenants.models import Tenant


class Delivery(models.Model):
    """A period of a company whose report or digest was queued; written together with the messages, once."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="deliveries")
    about = models.CharField(max_length=16, choices=About)
    period = models.CharField(max_length=16)
    """``2026-04`` or, of a week, its first day."""
    due = models.DateTimeField()
    queued = models.DateTimeField()
    recipients = models.PositiveIntegerField()

    class Meta:
        ordering = ("-due", "tenant", "about")
        verbose_name_plural = "deliveries"
        constraints = (models.UniqueConstraint(fields=("tenant", "about", "period"), name="delivered_once"),)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.about} {self.period}"


class Guess(models.Model):
    """Somebody asked for an acknowledging link that is none."""

    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("address", "at"), name="guess_by_address"),)

    def __str__(self) -> str:
        return f"{self.address} {self.at:%Y-%m-%d %H:%M}"
