"""Secrets that must be read again, kept so that the database alone gives them to nobody.

Sealed with AES-256-GCM (NIST SP 800-38D) under a key that HKDF-SHA256 (RFC 5869) draws from the deployment's secret
key, which stands in a file beside the database and is never in it. What a secret is for is bound to it: a sealed
value moved to another row does not open.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12
"""Octets."""


class Unopenable(Exception):
    """Sealed under another secret key, for something else, or damaged."""


def seal(secret: bytes, purpose: str) -> bytes:
    """Nonce and ciphertext; twice the same secret gives two values."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(derived(b"hinomi sealing")).encrypt(nonce, secret, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Raises :class:`Unopenable`."""
    try:
        return AESGCM(derived(b"hinomi sealing")).decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise Unopenable from error


def derived(info: bytes) -> bytes:
    """32 octets for one use, from the deployment's secret key."""
    return HKDF(SHA256(), 32, salt=None, info=info).derive(settings.SECRET_KEY.encode())
