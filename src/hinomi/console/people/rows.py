"""A person as the pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hinomi.tenants import lockout
from hinomi.tenants.models import Membership, Passkey, TotpDevice, User
from hinomi.tenants.people import is_theirs
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability


@dataclass(frozen=True)
class Row:
    """``roles`` are those the viewer may know of; ``is_mine`` says whether the account is theirs to manage."""

    user: User
    roles: tuple[Membership, ...]
    factors: tuple[str, ...]
    is_paused: bool
    is_mine: bool


def rows(actor: User, users: Sequence[User], now: datetime) -> list[Row]:
    operates = may(actor, Ability.OPERATE)
    companies = set(tenants_for(actor, Ability.MANAGE).values_list("pk", flat=True))
    apps = set(TotpDevice.objects.filter(user__in=users).values_list("user_id", flat=True))
    keys = set(Passkey.objects.filter(user__in=users).values_list("user_id", flat=True))
    return [
        Row(
            user,
            tuple(row for row in user.memberships.all() if operates or row.tenant_id in companies),
            tuple(name for name, held in (("app", apps), ("passkey", keys)) if user.pk in held),
            operates and lockout.is_paused(user.username, now),
            is_theirs(actor, user),
        )
        for user in users
    ]
