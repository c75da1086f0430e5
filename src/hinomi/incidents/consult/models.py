"""What a company and the desk say to each other: threads of questions, questions back, steps that were done."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hinomi.incidents.models import Incident
from hinomi.tenants.models import Tenant, User

SUBJECT_LENGTH = 100
TEXT_LENGTH = 4000
"""Characters of a post; more nobody reads on a telephone."""
WORDS_LENGTH = 300
"""Characters of a question back, and of a step as the card says it."""
NAME_LENGTH = 120


class State(models.TextChoices):
    """Whose turn it is."""

    WAITING = "waiting", _("回答待ち")
    """For the desk."""
    ANSWERED = "answered", _("回答あり")
    CLOSED = "closed", _("終了")


class Thread(models.Model):
    """A company's question and what came of it. About an incident, a kind of advice card, a month, or none of them."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="threads")
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="threads")
    card = models.CharField(max_length=64, blank=True)
    """Key of the advice card; an incident's own where it is about one."""
    month = models.CharField(max_length=7, blank=True)
    """``YYYY-MM`` of the report it is about."""
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    opened = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    waiting_since = models.DateTimeField(null=True, blank=True)
    """The first word of the company that nobody answered yet; null unless it waits."""
    assignee = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    updated = models.DateTimeField()

    class Meta:
        ordering = ("-updated", "-id")
        indexes = (
            models.Index(fields=("state", "waiting_since"), name="thread_waiting"),
            models.Index(fields=("tenant", "-updated"), name="thread_of_tenant"),
            models.Index(fields=("card", "state"), name="thread_of_card"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state=State.WAITING, waiting_since__isnull=False)
                | (~Q(state=State.WAITING) & Q(waiting_since__isnull=True)),
                name="waits_since_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.subject


class Post(models.Model):
    """One word in a thread. An ``internal`` one is the desk's alone; the company never learns of it."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    from_desk = models.BooleanField()
    """What its author was at that time, whatever they are now."""
    internal = models.BooleanField(default=False)

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(internal=False) | Q(from_desk=True), name="internal_is_of_the_desk"),
        )

    def __str__(self) -> str:
        return self.text


class Attachment(models.Model):
    """A picture or a PDF that came with a post; its bytes lie in the data folder under ``key``."""

    post = models.OneToOneField(Post, models.CASCADE, related_name="attachment")
    name = models.CharField(max_length=NAME_LENGTH)
    """As its sender called it, made harmless; for people to read, never a path."""
    media_type = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    """Bytes."""
    key = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.name


class Reply(models.TextChoices):
    YES = "yes", _("はい")
    NO = "no", _("いいえ")
    UNKNOWN = "unknown", _("分からない")


class Inquiry(models.Model):
    """A question of the desk to the company about an incident, such as whether the user called the number."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="inquiries")
    text = models.CharField(max_length=WORDS_LENGTH)
    choices = models.BooleanField(default=True)
    """Answered by yes, no or don't know, with words if wanted; else by words."""
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked = models.DateTimeField()
    reply = models.CharField(max_length=16, choices=Reply.choices, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    answered = models.DateTimeField(null=True, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)
    """The desk needs no answer any more."""

    class Meta:
        ordering = ("asked", "id")
        verbose_name_plural = "inquiries"

    def __str__(self) -> str:
        return self.text


class DoneStep(models.Model):
    """A step of the incident's card that the company did; ``words`` are the card's, in Japanese."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="steps_done")
    words = models.CharField(max_length=WORDS_LENGTH)
    who = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("incident", "words"), name="step_done_once"),)

    def __str__(self) -> str:
        return self.words
