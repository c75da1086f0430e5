"""Saying that one has read it, by a link that needs no sign-in. ``now`` is timezone-aware.

The token follows from a random number in the message's row and the deployment's secret key, so that a second attempt
sends the same link; the token itself is nowhere, only its hash.
"""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from hinomi.deliver.notify.models import Guess, Notification
from hinomi.tenants.models import User
from hinomi.tenants.operations import hashed, record_audit
from hinomi.tenants.problems import DeskError

LIFETIME = timedelta(days=14)
GUESSES, WHILE = 20, timedelta(minutes=15)
"""So many links that are none may be asked for from one address in this time."""
PAGE = "/ack/"


class LinkUnknown(DeskError):
    def __init__(self) -> None:
        super().__init__(
            "この確認用リンクは正しくないか、期限が切れています。新しいお知らせのリンクを使うか、監視センターへ"
            "電話してください (unknown or expired link; use the newest message or call the monitoring centre)."
        )


class TooManyGuesses(DeskError):
    def __init__(self) -> None:
        super().__init__(
            "正しくないリンクが続いたため、しばらく開けません。15分ほど待ってください "
            "(too many wrong links; wait about 15 minutes)."
        )


def token(nonce: str) -> str:
    digest = salted_hmac("hinomi.notify.acknowledge", nonce, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def url(row: Notification) -> str:
    """The link of a message that asks for one, known from now on; empty where it asks for none."""
    if not row.nonce:
        return ""
    made = token(row.nonce)
    if row.token_hash != hashed(made):
        Notification.objects.filter(pk=row.pk).update(token_hash=hashed(made))
    return f"{settings.BASE_URL}{PAGE}{made}"


def find(given: str, now: datetime, *, address: str) -> Notification:
    """The message this link came with.

    Raises:
        TooManyGuesses: ``address`` asked for too many that are none; no link is looked at.
        LinkUnknown: there is none, or not any more.
    """
    if Guess.objects.filter(address=address, at__gt=now - WHILE).count() >= GUESSES:
        raise TooManyGuesses
    rows = Notification.objects.select_related("incident", "incident__tenant", "recipient", "contact")
    row = rows.filter(token_hash=hashed(given)).first()
    if row is None or row.created + LIFETIME < now:
        Guess.objects.create(address=address, at=now)
        raise LinkUnknown
    return row


def acknowledge(row: Notification, now: datetime, *, address: str, caller: User | None = None) -> bool:
    """Note that it was read; False where it was noted before, and then nothing changes.

    ``caller`` is who told of it on the telephone instead.
    """
    with transaction.atomic():
        if not Notification.objects.filter(pk=row.pk, acknowledged_at=None).update(acknowledged_at=now):
            row.refresh_from_db()
            return False
        record_audit(
            actor=caller,
            action="notification.acknowledged",
            now=now,
            tenant=row.tenant_id or "",
            subject=row.incident_id or "",
            detail={"to": row.address, "key": row.key},
            address=address,
        )
    row.acknowledged_at = now
    return True


def forget_guesses(now: datetime) -> None:
    Guess.objects.filter(at__lt=now - WHILE).delete()
