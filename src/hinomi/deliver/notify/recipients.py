"""Who is told of which incident, and at which address."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hinomi.incidents.models import Incident
from hinomi.net.mail import BadMessage, mailbox
from hinomi.ocsf.classes import SeverityId
from hinomi.tenants.models import Membership, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import BadValue, Unchanged
from hinomi.tenants.roles import Role

STAFF = (Role.OPERATOR, Role.ANALYST)
"""They are told of every incident; the programme office counts, it does not answer alarms."""
GRAVE = SeverityId.HIGH
"""From here on the company is told."""
STAFF_ONLY = frozenset({"device_fault"})
"""Kinds of incidents that are no attack; the analyst decides what the company hears of them."""


@dataclass(frozen=True)
class Reader:
    """A person to be told, as staff or as one of the company."""

    user: User
    staff: bool


@dataclass(frozen=True)
class AddressBook:
    """Active people with a mail address: staff, and members by company."""

    staff: Sequence[User]
    members: Mapping[str, Sequence[User]]

    @classmethod
    def read(cls) -> "AddressBook":
        rows = Membership.objects.filter(user__is_active=True).exclude(user__email="").select_related("user")
        staff: dict[int, User] = {}
        members: dict[str, list[User]] = defaultdict(list)
        for row in rows.order_by("user_id", "pk"):
            if row.role in STAFF:
                staff[row.user_id] = row.user
            elif row.role == Role.MEMBER and row.tenant_id is not None:
                members[row.tenant_id].append(row.user)
        return cls(tuple(staff.values()), members)

    def company(self, incident: Incident) -> Sequence[User]:
        """People of the incident's company who are told of it."""
        if incident.severity_id < GRAVE or incident.kind in STAFF_ONLY:
            return ()
        return self.members.get(incident.tenant_id, ())

    def readers(self, incident: Incident) -> list[Reader]:
        """Everybody who is told of it, each once."""
        known = {user.pk for user in self.staff}
        return [Reader(user, staff=True) for user in self.staff] + [
            Reader(user, staff=False) for user in self.company(incident) if user.pk not in known
        ]


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
