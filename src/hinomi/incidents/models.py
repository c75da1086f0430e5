"""Incidents as people work on them; what they hold comes from :class:`hinomi.ocsf.incident.Story`."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hinomi.ocsf.course import Urgency
from hinomi.tenants.models import Tenant, User

TITLE_LENGTH = 300
"""Also of what an incident is about."""


class Status(models.TextChoices):
    NEW = "new", _("新規")
    WORKING = "working", _("対応中")
    WAITING = "waiting", _("回答待ち")
    WATCHING = "watching", _("経過観察")
    """Nobody is told of it unless it becomes graver."""
    CLOSED = "closed", _("完了")


class Reason(models.TextChoices):
    """Why an incident was closed."""

    RESOLVED = "resolved", _("対処した")
    BENIGN = "benign", _("問題なし")
    DEVICE_FAULT = "device_fault", _("機器の不具合")
    POLICY = "policy", _("社内規則で許可")


class HowSoon(models.IntegerChoices):
    """How soon to look at an incident; the number orders the queue."""

    LATER = 1, _("急がない")
    THIS_WEEK = 2, _("今週中")
    TODAY = 3, _("今日中")
    NOW = 4, _("今すぐ")

    @property
    def code(self) -> Urgency:
        return Urgency[self.name]


class Incident(models.Model):
    """Findings of one company that are worked on together; ``uid`` is the uid of the story that began it."""

    uid = models.CharField(primary_key=True, max_length=128)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="incidents")
    title = models.CharField(max_length=TITLE_LENGTH)
    kind = models.CharField(max_length=64)
    """Key of the advice card."""
    severity_id = models.PositiveSmallIntegerField()
    host = models.CharField(max_length=255, blank=True)
    address = models.CharField(max_length=64, blank=True)
    user_name = models.CharField(max_length=255, blank=True)
    what = models.CharField(max_length=TITLE_LENGTH, blank=True)
    """What the card names: a destination, a file, a program; empty where the gravest finding's title says it."""
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    urgency = models.PositiveSmallIntegerField(choices=HowSoon, default=HowSoon.LATER)
    priority_score = models.IntegerField(default=0)
    """Orders incidents of one urgency; 0 where nobody reckoned it."""
    assessment = models.JSONField(default=dict)
    """What correlation made of it (:class:`hinomi.incidents.assessment.Assessment`), whole."""
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.NEW)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    """Why it was closed; empty while it is open."""
    assignee = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="incidents")
    merged_into = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="absorbed")
    """The older incident that took over everything this one held; only the address of its page remains."""
    created = models.DateTimeField()
    updated = models.DateTimeField()

    class Meta:
        ordering = ("-urgency", "-priority_score", "-severity_id", "-last_seen", "uid")
        indexes = (
            models.Index(fields=("tenant", "status", "-last_seen"), name="incident_queue"),
            models.Index(fields=("tenant", "-last_seen"), name="incident_recent"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, reason__in=Reason.values) | (~Q(status=Status.CLOSED) & Q(reason="")),
                name="closed_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status != Status.CLOSED


class Entry(models.Model):
    """A finding on an incident's timeline. A finding of a company is in one incident only."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="entries")
    time = models.DateTimeField()
    finding = models.CharField(max_length=128)
    sensor = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    title = models.TextField()
    detail = models.TextField(blank=True)
    severity_id = models.PositiveSmallIntegerField()
    disposition_id = models.PositiveSmallIntegerField(null=True, blank=True)
    nature = models.JSONField(default=dict)
    """:class:`hinomi.ocsf.incident.Nature`; empty for a line that is shown beside the story."""

    class Meta:
        ordering = ("time", "finding")
        constraints = (models.UniqueConstraint(fields=("tenant", "finding"), name="finding_in_one_incident"),)

    def __str__(self) -> str:
        return self.title


class Link(models.Model):
    """Why two findings of an incident are told together."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="links")
    finding = models.CharField(max_length=128)
    other = models.CharField(max_length=128)
    kind = models.CharField(max_length=32)
    value = models.CharField(max_length=500)
    reason = models.TextField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("incident", "finding", "other", "kind", "value"), name="link_once"),
        )

    def __str__(self) -> str:
        return self.reason


class Separation(models.Model):
    """A person's decision that two incidents are different events: no telling joins them again."""

    one = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    """The one whose uid comes first, so that a pair is there once."""
    other = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    who = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("one", "other"), name="separated_once"),
            models.CheckConstraint(condition=~Q(one=models.F("other")), name="separated_from_another"),
        )

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"


class Note(models.Model):
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.text


class Change(models.Model):
    """One line of an incident's history; ``who`` is null where the product itself did it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="changes")
    who = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    field = models.CharField(max_length=32)
    """status, assignee, title, kind, severity_id, findings, reread, urgency, merged, split, note."""
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    why = models.CharField(max_length=300, blank=True)
    """One sentence in Japanese."""

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.field}: {self.before} → {self.after}"


class Suppression(models.Model):
    """A decision not to be told of certain findings any more: with a reason, an owner and an end."""

    uid = models.CharField(primary_key=True, max_length=32)
    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, blank=True, related_name="suppressions")
    """Null: for every company."""
    rule = models.CharField(max_length=200)
    """``finding_info.analytic.uid`` of the findings."""
    conditions = models.JSONField(default=list)
    """``[column, operator, value]`` each; all of them must hold."""
    reason = models.CharField(max_length=500)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    """Who answers for it; null where it was stated on the command line."""
    created = models.DateTimeField()
    until = models.DateTimeField()
    """Findings from this time on are raised again."""
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    """Who ended it before its time."""

    class Meta:
        ordering = ("until", "uid")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="suppressed_with_a_reason"),
            models.CheckConstraint(condition=Q(until__gte=models.F("created")), name="suppression_ends"),
        )

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}"


class ExclusionDecision(models.Model):
    """What a person decided about findings that a faulty device may have made: set aside from the counts, or not."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="exclusion_decisions")
    sensor = models.CharField(max_length=64)
    rule = models.CharField(max_length=64)
    """The fault rule that proposed it, or ``stated``."""
    signature = models.CharField(max_length=500)
    since = models.DateTimeField()
    until = models.DateTimeField()
    count = models.PositiveBigIntegerField()
    """Hits in that time when it was decided."""
    stands = models.BooleanField()
    """False: it was no fault, and the findings count."""
    reason = models.CharField(max_length=500)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided = models.DateTimeField()

    class Meta:
        ordering = ("-decided", "-pk")
        indexes = (models.Index(fields=("tenant", "rule"), name="exclusion_decided"),)

    def __str__(self) -> str:
        return f"{self.signature}: {self.reason}"
