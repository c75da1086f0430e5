"""Passkeys (W3C Web Authentication Level 3): discoverable credentials that verify their user, so that one of them is
both factors. The caller keeps the challenge between the two halves of a ceremony, and spends it whatever comes.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from django.db import IntegrityError, transaction
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hinomi.tenants.lockout import guarded
from hinomi.tenants.models import Factor, Passkey, User
from hinomi.tenants.operations import record_audit
from hinomi.tenants.problems import PasskeyKnown, PasskeyRefused, Unchanged
from hinomi.tenants.sealing import derived

NAME = "火の見 (Hinomi)"
MOST = 20
"""Passkeys of one person."""


@dataclass(frozen=True)
class Site:
    """The relying party: ``origin`` is the console's as browsers say it, ``host`` its name."""

    host: str
    origin: str


def site() -> Site | None:
    """None where passkeys cannot be: an address of numbers is no name, and browsers refuse it."""
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        is_safe = parts.scheme == "https" or host == "localhost"
        return Site(host, f"{parts.scheme}://{parts.netloc}") if host and is_safe else None
    return None


@dataclass(frozen=True)
class Ceremony:
    """``options`` is JSON for the browser; ``challenge`` (base64url) stays here."""

    options: str
    challenge: str


def begin_adding(user: User, here: Site) -> Ceremony:
    """Options of ``navigator.credentials.create``; devices that hold one of this person's keys make no second."""
    options = webauthn.generate_registration_options(
        rp_id=here.host,
        rp_name=NAME,
        user_id=handle(user),
        user_name=user.username,
        user_display_name=str(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(known.credential_id))
            for known in user.passkeys.all()
        ],
    )
    return Ceremony(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def add(
    user: User, credential: str, challenge: str, name: str, here: Site, now: datetime, address: str = ""
) -> Passkey:
    """Keep the key that the browser made (JSON of the credential).

    Raises:
        PasskeyRefused: it answers another challenge or site, verified nobody, or cannot be read; or there are many.
        PasskeyKnown: it is registered already.
    """
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=here.host,
            expected_origin=here.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    if user.passkeys.count() >= MOST:
        raise PasskeyRefused
    with transaction.atomic():
        try:
            with transaction.atomic():
                passkey = Passkey.objects.create(
                    user=user,
                    name=name.strip()[:100] or f"{now:%Y-%m-%d}",
                    credential_id=bytes_to_base64url(made.credential_id),
                    public_key=made.credential_public_key,
                    sign_count=made.sign_count,
                    created=now,
                )
        except IntegrityError as error:
            raise PasskeyKnown from error
        detail = {"name": passkey.name}
        record_audit(actor=user, action="passkey.added", now=now, subject=user.username, detail=detail, address=address)
    return passkey


def begin_signing_in(here: Site) -> Ceremony:
    """Options of ``navigator.credentials.get``; names nobody, the device knows whose keys it holds."""
    options = webauthn.generate_authentication_options(
        rp_id=here.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Ceremony(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def sign_in(credential: str, challenge: str, here: Site, now: datetime, *, address: str) -> User:
    """The person whose key signed the challenge.

    Raises:
        PasskeyRefused: an unknown key, another challenge or site, a copied key, a closed account.
        TooManyAttempts: see ``lockout.LIMITS``.
    """
    with guarded(Factor.PASSKEY, "", address, now):
        passkey = checked(credential, challenge, here, now)
    user = passkey.user
    detail = {"name": passkey.name}
    record_audit(
        actor=user, action="sign_in.by_passkey", now=now, subject=user.username, detail=detail, address=address
    )
    return user


def checked(credential: str, challenge: str, here: Site, now: datetime) -> Passkey:
    try:
        shown = parse_authentication_credential_json(credential)
        passkey = Passkey.objects.select_related("user").filter(credential_id=bytes_to_base64url(shown.raw_id)).first()
        if passkey is None or not passkey.user.is_active or shown.response.user_handle != handle(passkey.user):
            raise PasskeyRefused
        proof = webauthn.verify_authentication_response(
            credential=shown,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=here.host,
            expected_origin=here.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    Passkey.objects.filter(pk=passkey.pk).update(sign_count=proof.new_sign_count, last_used=now)
    return passkey


def remove(user: User, passkey: Passkey, now: datetime, *, address: str = "") -> None:
    """Raises :class:`Unchanged` where it is not theirs, or gone."""
    with transaction.atomic():
        if not Passkey.objects.filter(pk=passkey.pk, user=user).delete()[0]:
            raise Unchanged
        detail = {"name": passkey.name}
        record_audit(
            actor=user, action="passkey.removed", now=now, subject=user.username, detail=detail, address=address
        )


def handle(user: User) -> bytes:
    """What a device calls the person: 32 octets that tell nobody who it is (section 14.6.1)."""
    return derived(f"hinomi passkey handle {user.pk}".encode())
