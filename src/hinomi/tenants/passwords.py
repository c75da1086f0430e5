"""Sign-in by password, with a pause after repeated failures."""

from datetime import datetime

from django.contrib.auth import authenticate

from hinomi.tenants.lockout import guarded
from hinomi.tenants.models import Factor, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import WrongPassword

LONGEST = 1024
"""Characters; a longer one is not hashed at all."""


def sign_in(username: str, password: str, *, address: str, now: datetime) -> User:
    """The person these belong to; the caller asks for a second factor or starts the session.

    Raises:
        WrongPassword: no such person or password; which of the two is not said, nor to be told from the time it takes.
        TooManyAttempts: see ``lockout.LIMITS``; asks for no hash.
    """
    username = username[:150]
    with guarded(Factor.PASSWORD, username, address, now):
        user = authenticate(username=username, password=password[:LONGEST])
        if not isinstance(user, User) or len(password) > LONGEST:
            raise WrongPassword
    record_audit(actor=user, action="sign_in.by_password", now=now, subject=username, address=address)
    return user
