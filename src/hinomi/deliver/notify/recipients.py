"""Who is told of which incident, in which order, and where."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from hinomi.deliver.notify.models import Channel, Contact, Hours, Preferences
from hinomi.incidents.models import Incident, Status
from hinomi.incidents.review.models import Verdict
from hinomi.net.mail import BadMessage, mailbox
from hinomi.ocsf.classes import SeverityId
from hinomi.tenants.models import Membership, Tenant, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import BadValue, Unchanged
from hinomi.tenants.roles import MEMBERS, Role

STAFF = (Role.OPERATOR, Role.ANALYST)
"""They are told of every incident; the programme office counts, it does not answer alarms."""
GRAVE = SeverityId.HIGH
"""From here on the company is told."""
STAFF_ONLY = frozenset({"device_fault"})
"""Kinds of incidents that are no attack; the analyst decides what the company hears of them."""
Who = tuple[int | None, int | None]
"""Primary keys of a person, or of a contact that is no person's."""


@dataclass(frozen=True)
class Reader:
    """A person, or a place without one, to be told: as staff or as one of the company."""

    staff: bool
    user: User | None = None
    contact: Contact | None = None
    watches: bool = False
    """Reads along, and is told of incidents only where somebody said so."""

    @property
    def who(self) -> Who:
        return (self.user.pk, None) if self.user else (None, self.contact.pk if self.contact else None)

    @property
    def channel(self) -> Channel:
        return Channel(self.contact.channel) if self.contact else Channel.MAIL

    @property
    def name(self) -> str:
        return self.user.name if self.user else self.contact.name if self.contact else ""

    @property
    def address(self) -> str:
        """Where it goes, as it may be shown; empty: nowhere."""
        return self.contact.shown if self.contact else self.user.email if self.user else ""

    @property
    def rank(self) -> int:
        return self.contact.rank if self.contact else 0 if self.watches else 1

    @property
    def reports(self) -> bool:
        """The monthly report and the weekly digest go there."""
        return self.contact.reports if self.contact else not self.watches

    @property
    def to(self) -> User | Contact:
        """For :func:`hinomi.deliver.notify.operations.queue_message`."""
        found = self.user or self.contact
        assert found is not None, "a reader is a person or a contact"
        return found

    @property
    def hours(self) -> Hours:
        return Hours(self.contact.hours) if self.contact else Hours.ANY

    @property
    def reachable(self) -> bool:
        """There is a way: an address, and for a mail a server that takes it."""
        return bool(self.address) and (self.channel is not Channel.MAIL or bool(settings.SMTP_SECRET_URL))


@dataclass(frozen=True)
class AddressBook:
    """Who can be reached: the monitoring centre's, and by company in the order in which they are told."""

    staff: Mapping[str | None, Sequence[Reader]]
    """By the company they serve; None: all."""
    members: Mapping[str, Sequence[Reader]]
    choices: Mapping[str, Preferences]

    @classmethod
    def read(cls) -> "AddressBook":
        """Active people with a mail address, and contacts that stand."""
        rows = Membership.objects.filter(user__is_active=True).select_related("user").order_by("user_id", "pk")
        contacts = list(Contact.objects.filter(removed=None).select_related("user").order_by("rank", "pk"))
        chosen = {(one.tenant_id, one.user_id): one for one in contacts if one.user_id}
        staff: dict[str | None, list[Reader]] = defaultdict(list)
        members: dict[str, list[Reader]] = defaultdict(list)
        for row in rows:
            if row.role in STAFF:
                staff[row.tenant_id].append(Reader(True, row.user))
            elif row.role in MEMBERS and row.tenant_id is not None:
                own = chosen.get((row.tenant_id, row.user_id))
                members[row.tenant_id].append(Reader(False, row.user, own, watches=row.role == Role.VIEWER))
        for one in contacts:
            if one.user_id is None and one.tenant_id is None:
                staff[None].append(Reader(True, None, one))
            elif one.user_id is None and one.tenant_id is not None:
                members[one.tenant_id].append(Reader(False, None, one))
        return cls(
            {uid: [reader for reader in found if reader.reachable] for uid, found in staff.items()},
            {uid: sorted(filter(_reachable, found), key=_rank) for uid, found in members.items()},
            {one.tenant_id: one for one in Preferences.objects.all()},
        )

    def desk(self, tenant: str | None) -> list[Reader]:
        """Those of the monitoring centre who serve this company, each once."""
        found = {reader.who: reader for uid in (None, tenant) for reader in self.staff.get(uid, ())}
        return list(found.values())

    def preferences(self, tenant: Tenant) -> Preferences:
        return self.choices.get(tenant.pk) or Preferences(tenant=tenant)

    def company(self, incident: Incident) -> Sequence[Reader]:
        """Those of the incident's company who are told of it at some time, each once."""
        if (incident.severity_id < GRAVE or incident.kind in STAFF_ONLY) and not is_decided(incident):
            return ()
        known = {reader.who for reader in self.desk(incident.tenant_id)}
        return [
            reader
            for reader in self.members.get(incident.tenant_id, ())
            if reader.rank and (reader.user is None or reader.who not in known)
        ]

    def rungs(self, incident: Incident) -> list[list[Reader]]:
        """Those of the company, who is told first, who second, and so on."""
        found: dict[int, list[Reader]] = defaultdict(list)
        for reader in self.company(incident):
            found[reader.rank].append(reader)
        return [found[rank] for rank in sorted(found)]

    def readers(self, incident: Incident) -> list[Reader]:
        """Those who are told at first."""
        rungs = self.rungs(incident)
        return [*self.desk(incident.tenant_id), *(rungs[0] if rungs else ())]

    def knows(self, who: Who, tenant: str | None, *, staff: bool) -> bool:
        """Whether this recipient still may be told of this company's matters, and can be reached."""
        readers = self.desk(tenant) if staff else self.members.get(tenant or "", ())
        return any(reader.who == who for reader in readers)


def is_decided(incident: Incident) -> bool:
    """An analyst decided that it is one, however slight it looked: then the company hears of it."""
    if incident.status not in (Status.WORKING, Status.WAITING):
        return False
    return incident.answers.filter(decision__verdict=Verdict.INCIDENT).exists()


def _reachable(reader: Reader) -> bool:
    return reader.reachable


def _rank(reader: Reader) -> int:
    return reader.rank


def set_address(user: User, address: str, now: datetime) -> None:
    """Say where a person gets mail; an empty address ends it. ``now`` is aware.

    Raises:
        BadValue: it is no address a mail can be sent to.
        Unchanged: it is so already.
    """
    if address:
        try:
            mailbox(address)
        except BadMessage as error:
            raise BadValue("email", str(error)) from error
    if user.email == address:
        raise Unchanged
    with transaction.atomic():
        user.email = address
        user.save(update_fields=["email"])
        record_audit(actor=None, action="user.email", now=now, subject=user.username, detail={"address": address})
