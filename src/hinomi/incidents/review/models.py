"""Decisions over incidents that are alike, what they answered, and the minutes that they took."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hinomi.incidents.models import Incident, Reason, Status
from hinomi.incidents.review.likeness import Likeness, from_json
from hinomi.tenants.models import Tenant, User


class Verdict(models.TextChoices):
    BENIGN_HERE = "benign_here", _("この企業では問題なし")
    BENIGN = "benign", _("どの企業でも問題なし")
    WATCH = "watch", _("経過観察")
    INCIDENT = "incident", _("インシデント")
    DEVICE_FAULT = "device_fault", _("機器の不具合")
    POLICY = "policy", _("社内規則で許可")


STATES: dict[str, tuple[Status, str]] = {
    Verdict.BENIGN_HERE: (Status.CLOSED, Reason.BENIGN.value),
    Verdict.BENIGN: (Status.CLOSED, Reason.BENIGN.value),
    Verdict.WATCH: (Status.WATCHING, ""),
    Verdict.INCIDENT: (Status.WORKING, ""),
    Verdict.DEVICE_FAULT: (Status.CLOSED, Reason.DEVICE_FAULT.value),
    Verdict.POLICY: (Status.CLOSED, Reason.POLICY.value),
}
"""Status and reason that a verdict gives an incident."""
LASTING: dict[str, timedelta] = {
    Verdict.BENIGN_HERE: timedelta(days=180),
    Verdict.BENIGN: timedelta(days=180),
    Verdict.WATCH: timedelta(days=30),
    Verdict.INCIDENT: timedelta(days=30),
    Verdict.DEVICE_FAULT: timedelta(days=90),
    Verdict.POLICY: timedelta(days=365),
}
"""How long a decision stands unless its maker says otherwise."""
LONGEST = timedelta(days=366)
"""What is true for longer is decided again."""
FOR_ALL = (Verdict.BENIGN, Verdict.WATCH, Verdict.DEVICE_FAULT, Verdict.POLICY)
"""What may be decided for every company; the first is decided for every company only."""


class Decision(models.Model):
    """A verdict over a cluster, with what it was made over and until when it stands."""

    uid = models.CharField(primary_key=True, max_length=32)
    key = models.CharField(max_length=20)
    """Of the cluster: :attr:`hinomi.incidents.review.likeness.Likeness.key`."""
    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    """What the cluster was called when it was decided."""
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    reason = models.CharField(max_length=500)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    everywhere = models.BooleanField(default=False)
    """It stands for every company, those of tomorrow among them; else for those in ``tenants``."""
    tenants = models.ManyToManyField(Tenant, related_name="+")
    """Those it was made over."""
    severity_id = models.PositiveSmallIntegerField()
    """The gravest it was made over."""
    context = models.JSONField(default=dict)
    """Values by facet that it was made over."""
    findings = models.PositiveIntegerField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    created = models.DateTimeField()
    until = models.DateTimeField()
    """From then on it is asked again."""
    ended = models.DateTimeField(null=True, blank=True)
    """When a person ended it before its time."""
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-created", "uid")
        indexes = (models.Index(fields=("kind", "until"), name="decided_on_kind"),)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="decided_with_a_reason"),
            models.CheckConstraint(condition=Q(until__gt=models.F("created")), name="decided_until"),
        )

    def __str__(self) -> str:
        return f"{self.title}: {self.get_verdict_display()}"

    @property
    def likeness(self) -> Likeness:
        return from_json(self.kind, self.severity_id, self.context)

    def stands(self, now: datetime) -> bool:
        return self.ended is None and now < self.until


class Answer(models.Model):
    """An incident that a decision answered: one it was made over, or one that was recognised later."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="answers")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="answers")
    recognised = models.BooleanField()
    """False: a person saw it and decided."""
    at = models.DateTimeField()
    """When it was answered last: it may have grown since it was first."""
    findings = models.PositiveIntegerField()

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("decision", "incident"), name="answered_once"),)

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.decision_id}"


class Reading(models.Model):
    """What an incident is (:class:`hinomi.incidents.review.likeness.Likeness`), as it was at ``read``."""

    incident = models.OneToOneField(Incident, models.CASCADE, primary_key=True, related_name="reading")
    key = models.CharField(max_length=20)
    kind = models.CharField(max_length=64)
    severity_id = models.PositiveSmallIntegerField()
    facets = models.JSONField(default=dict)
    findings = models.PositiveIntegerField()
    read = models.DateTimeField()
    """``updated`` of the incident then."""

    class Meta:
        indexes = (models.Index(fields=("key",), name="read_by_cluster"),)

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.key}"

    @property
    def likeness(self) -> Likeness:
        return from_json(self.kind, self.severity_id, self.facets)


class Effort(models.Model):
    """Time that a person spent on a cluster's page, as far as the page was open, in view and used."""

    who = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=20)
    decision = models.ForeignKey(Decision, models.SET_NULL, null=True, blank=True, related_name="efforts")
    """Null while nothing was decided."""
    tenants = models.JSONField(default=list)
    """Uids of the companies it was for."""
    begun = models.DateTimeField()
    beat = models.DateTimeField()
    """When the page was last known to be in use."""
    seconds = models.FloatField(default=0)

    class Meta:
        ordering = ("begun", "id")
        indexes = (models.Index(fields=("who", "key"), name="effort_on_cluster"),)

    def __str__(self) -> str:
        return f"{self.who}: {self.seconds:.0f}s"
