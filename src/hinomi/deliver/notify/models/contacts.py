"""Where people are told, in which order and at which hours; without any row there are sensible defaults."""

from datetime import time
from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hinomi.tenants.models import Tenant, User


class Channel(models.TextChoices):
    """How a message travels; each is a folder of ``library/notifiers``."""

    MAIL = "mail", _("メール")
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Microsoft Teams"
    CHATWORK = "chatwork", "Chatwork"
    LINEWORKS = "lineworks", "LINE WORKS"
    WEBHOOK = "webhook", "Webhook (JSON)"
    APPRISE = "apprise", _("そのほか (Apprise)")


class Hours(models.TextChoices):
    ANY = "any", _("いつでも")
    """As the kind of incident and the company's choice say."""
    WORK = "work", _("営業時間だけ")


class Encoding(models.TextChoices):
    """Of a mail."""

    UTF_8 = "utf-8", _("UTF-8 (ふつう)")
    ISO_2022_JP = "iso-2022-jp", _("ISO-2022-JP (古いメールソフト)")


class Contact(models.Model):
    """A place where somebody of a company, or of the monitoring centre, is told.

    A member who has none is told by mail, first, at any hour. The way a message takes (``target``, ``secret``) is
    known to whoever sends; pages, logs, errors and the audit trail show :attr:`shown`.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, blank=True, related_name="contacts")
    """Null: the monitoring centre's."""
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="contacts")
    """The person whose mail address it is; null: an address or a room of its own."""
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=16, choices=Channel)
    target = models.TextField(blank=True)
    """Mail: the address (empty: the person's own). Chatwork: the room's number. Else the URL, which is a secret."""
    secret = models.TextField(blank=True)
    """Chatwork: the API token. Webhook: the key that signs."""
    rank = models.PositiveSmallIntegerField(default=1)
    """1 is told first, 2 when 1 did not answer, and so on; 0 is not told of incidents."""
    hours = models.CharField(max_length=8, choices=Hours, default=Hours.ANY)
    encoding = models.CharField(max_length=16, choices=Encoding, default=Encoding.UTF_8)
    reports = models.BooleanField(default=True)
    """Whether the monthly report and the weekly digest go there too."""
    created = models.DateTimeField()
    removed = models.DateTimeField(null=True, blank=True)
    """From then on nothing goes there; the row stays for the books, without its target and secret."""

    class Meta:
        ordering = ("tenant", "rank", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "user"), condition=Q(removed=None, user__isnull=False), name="one_mail_of_a_person"
            ),
            models.CheckConstraint(
                condition=Q(user=None) | Q(channel=Channel.MAIL, tenant__isnull=False), name="a_person_has_mail"
            ),
            models.CheckConstraint(
                condition=Q(removed=None) | Q(target="", secret="", removed__gte=F("created")),
                name="removed_without_secrets",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Of a mail."""
        return self.target or (self.user.email if self.user else "")

    @property
    def shown(self) -> str:
        """Where it goes, without anything secret."""
        match self.channel:
            case Channel.MAIL:
                return self.address
            case Channel.CHATWORK:
                return f"Chatwork rid{self.target}"
            case Channel.APPRISE:
                return f"{self.target.partition(':')[0]}://…"
            case _:
                return f"https://{host(self.target)}/…"


def host(url: str) -> str:
    """Of a URL; empty where it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class Night(models.TextChoices):
    CALL = "call", _("時間を問わず知らせる")
    WAIT = "wait", _("夜間は待つ")


class Report(models.TextChoices):
    """How the monthly report comes."""

    ATTACHED = "attached", _("PDFを添付")
    LINKED = "linked", _("リンクだけ")
    NONE = "none", _("送らない")


class Preferences(models.Model):
    """What a company chose; one that chose nothing has these defaults. Hours are of the company's time zone."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="told_by")
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(18))
    night = models.CharField(max_length=8, choices=Night, default=Night.CALL)
    """Of what must be dealt with at once; everything else waits for working hours."""
    quiet_from = models.TimeField(default=time(22))
    quiet_until = models.TimeField(default=time(7))
    report = models.CharField(max_length=16, choices=Report, default=Report.ATTACHED)
    report_day = models.PositiveSmallIntegerField(default=3)
    """The working day of the month on which the report of the month before goes out."""
    digest = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="opens_before_it_closes"),
            models.CheckConstraint(condition=Q(report_day__gte=1, report_day__lte=15), name="report_in_half_a_month"),
        )

    def __str__(self) -> str:
        return str(self.tenant)
