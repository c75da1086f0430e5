"""The outbox: one row for each time a person is told of an incident."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hinomi.incidents.models import Incident
from hinomi.library.contracts import Occasion
from hinomi.tenants.models import User


class State(models.TextChoices):
    PENDING = "pending", _("送信待ち")
    SENT = "sent", _("送信済み")
    REFUSED = "refused", _("受け取り拒否")
    """The mail server will never have it."""
    WITHDRAWN = "withdrawn", _("取り消し")
    """This person may not be told any more, or has no address."""
    EXPIRED = "expired", _("期限切れ")
    """It could not be sent while it was still news."""


class Notification(models.Model):
    """A mail, worded when it was queued. A person is told of an incident once at each gravity."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="notifications")
    recipient = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    severity_id = models.PositiveSmallIntegerField()
    """The incident's gravity that is told of."""
    occasion = models.CharField(max_length=16, choices=[(occasion.value, occasion.value) for occasion in Occasion])
    address = models.EmailField()
    """Where it goes; after it was sent, where it went."""
    subject = models.CharField(max_length=300)
    text = models.TextField()
    message_id = models.CharField(max_length=250, unique=True)
    """Follows from incident, recipient and gravity: a mail sent twice after a crash is recognised as one."""
    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt = models.DateTimeField()
    last_error = models.TextField(blank=True)
    created = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created", "id")
        indexes = (models.Index(fields=("state", "next_attempt"), name="notification_due"),)
        constraints = (
            models.UniqueConstraint(fields=("incident", "recipient", "severity_id"), name="told_once_at_each_gravity"),
        )

    def __str__(self) -> str:
        return f"{self.address}: {self.subject}"
