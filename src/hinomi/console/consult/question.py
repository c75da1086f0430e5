"""What somebody of a company wants to ask, from the page they came from and what they wrote."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict

from hinomi.console.consult import telling, wording
from hinomi.console.shell.month import said
from hinomi.incidents import queries as incidents
from hinomi.incidents.cards import cards
from hinomi.incidents.consult.attachments import LARGEST
from hinomi.incidents.consult.models import Thread
from hinomi.incidents.consult.operations import About, Upload, ask
from hinomi.incidents.models import Incident
from hinomi.incidents.problems import UnknownIncident
from hinomi.study.months import BadMonth, Month
from hinomi.tenants.models import Tenant, User
from hinomi.tenants.queries import tenants_for

FOLDER = "attachments"
"""In the data folder; no URL leads into it."""


@dataclass(frozen=True)
class Question:
    """``tenant`` is None where somebody of several companies has not said for which they ask."""

    tenant: Tenant | None
    incident: Incident | None
    card: str
    month: Month | None
    text: str

    @classmethod
    def read(cls, user: User, given: QueryDict) -> "Question":
        """What a link or a form says; what is not this person's does not exist."""
        incident = None
        if uid := given.get("incident"):
            try:
                incident = incidents.find(user, uid)
            except UnknownIncident as error:
                raise Http404 from error
        card = given.get("card", "")
        return cls(
            tenant=incident.tenant if incident else company(user, given.get("tenant", "")),
            incident=incident,
            card=card if card in cards() else "",
            month=month_of(given.get("month", "")),
            text=given.get("text", ""),
        )

    @property
    def subject(self) -> str:
        """What it will be called; empty until something was written."""
        if self.incident:
            return wording.about(self.incident.title)
        if self.month:
            return wording.about(f"{self.month.first.year}年{self.month.first.month}月の報告書")
        if self.card:
            return wording.about(cards()[self.card].title["ja"])
        return wording.subject(self.text)

    @property
    def month_said(self) -> str:
        return said(self.month) if self.month else ""

    def ask(self, user: User, upload: Upload | None, now: datetime, address: str) -> Thread:
        """Send it, and tell the desk.

        Raises:
            DeskError: it cannot be asked like this; the message says why.
        """
        if self.tenant is None:
            raise Http404
        about = About(self.incident, self.card, str(self.month or ""))
        subject = self.subject or self.text
        with transaction.atomic():
            post = ask(user, self.tenant, subject, self.text, now, about=about, upload=upload, address=address)
            telling.asked(post, now)
        return post.thread


def company(user: User, uid: str) -> Tenant | None:
    seen = list(tenants_for(user))
    if uid:
        found = next((one for one in seen if one.pk == uid), None)
        if found is None:
            raise Http404
        return found
    return seen[0] if len(seen) == 1 else None


def month_of(text: str) -> Month | None:
    try:
        return Month.parse(text) if text else None
    except BadMonth:
        return None


def upload_of(request: HttpRequest) -> Upload | None:
    """The file that came with a form, read as far as it may be large and one byte more."""
    file = request.FILES.get("file")
    if file is None:
        return None
    return Upload(file.name or "", file.read(LARGEST + 1), settings.DATA_DIR / FOLDER)
