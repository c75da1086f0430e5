"""The outbox: a row is one message for one recipient over one channel."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hinomi.deliver.notify.models.contacts import Channel, Contact
from hinomi.incidents.models import Incident
from hinomi.library.contracts import Occasion
from hinomi.tenants.models import Tenant, User


class State(models.TextChoices):
    PENDING = "pending", _("送信待ち")
    SENT = "sent", _("送信済み")
    REFUSED = "refused", _("受け取り拒否")
    """The server will never have it."""
    WITHDRAWN = "withdrawn", _("取り消し")
    """This recipient may not be told any more, or has no address."""
    EXPIRED = "expired", _("期限切れ")
    """It could not be sent while it was still news."""


class About(models.TextChoices):
    """What a message is about."""

    INCIDENT = "incident", _("インシデント")
    REPORT = "report", _("月次レポート")
    DIGEST = "digest", _("週のまとめ")
    ANSWER = "answer", _("相談への回答")
    TEST = "test", _("テスト")
    OTHER = "other", _("そのほか")


class Attachment(models.Model):
    """A file that goes with messages; kept once for all of them, until some time after they were sent."""

    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=100)
    data = models.BinaryField()
    created = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Notification(models.Model):
    """A message, worded when it was queued: a second attempt says the same."""

    key = models.CharField(max_length=64, unique=True)
    """Follows from what it is about and for whom: queued twice it is one row, and the receiver of a message that was
    sent twice after a crash knows it for one (mail: Message-ID; HTTP: ``Idempotency-Key``)."""
    about = models.CharField(max_length=16, choices=About, default=About.INCIDENT)
    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, blank=True, related_name="notifications")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="notifications")
    recipient = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="notifications")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="notifications")
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.MAIL)
    staff = models.BooleanField(default=False)
    """It is for the monitoring centre, not for the company."""
    severity_id = models.PositiveSmallIntegerField(null=True, blank=True)
    """The incident's gravity that is told of."""
    occasion = models.CharField(
        max_length=16, choices=[(occasion.value, occasion.value) for occasion in Occasion], blank=True
    )
    rung = models.PositiveSmallIntegerField(default=1)
    """Of the ladder: which contacts of the company were told; 0: the monitoring centre."""
    address = models.CharField(max_length=254)
    """Where it goes, as it may be shown; after it was sent, where it went."""
    subject = models.CharField(max_length=300)
    text = models.TextField()
    link = models.CharField(max_length=500, blank=True)
    """The page it is about."""
    attachments = models.ManyToManyField(Attachment, blank=True, related_name="notifications")
    message_id = models.CharField(max_length=250, unique=True)
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt = models.DateTimeField()
    """Not before; while somebody sends it, until when it is in their hands."""
    last_error = models.TextField(blank=True)
    created = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    nonce = models.CharField(max_length=64, blank=True)
    """Random; the acknowledging link follows from it and the deployment's key. Empty: there is no such link."""
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    """SHA-256 of the link's token, which itself is nowhere."""
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created", "id")
        indexes = (
            models.Index(fields=("state", "next_attempt"), name="notification_due"),
            models.Index(fields=("incident", "severity_id"), name="notification_of_incident"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | Q(contact__isnull=False), name="for_somebody"
            ),
        )

    def __str__(self) -> str:
        return f"{self.address}: {self.subject}"
