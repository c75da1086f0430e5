"""OpenID Connect Core 1.0 as a client: authorization code with PKCE (RFC 7636), state and nonce.

An identity provider is asked only when somebody signs in through it. What it says of itself (Discovery 1.0) must name
the issuer that was configured; its ID token must be signed by one of its published keys (JWKS), for us, now, for this
sign-in. State, nonce and verifier are the caller's to keep between the two halves, and to use once.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hinomi.net.fetch import LOOPBACK, Access, FetchError, fetch
from hinomi.net.provider import Provider

SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures with a published key; never ``none``, nor one that a shared secret could make."""
LEEWAY = 60
"""Seconds that clocks may differ."""
KEPT = 300
"""Seconds for which what a provider says of itself is remembered."""


class OidcError(Exception):
    """The sign-in did not come about; for the log, not for the person."""


@dataclass(frozen=True)
class Asked:
    """Where the browser goes, and what must come back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claims:
    """Who the issuer says it is. ``email`` is empty where the issuer has not verified it."""

    issuer: str
    subject: str
    email: str
    name: str


def begin(provider: Provider, callback: str) -> Asked:
    """Raises :class:`OidcError` where the provider does not answer, or is another than was configured."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    url = prepare_grant_uri(
        endpoint(provider, discovered(provider), "authorization_endpoint"),
        provider.client_id,
        "code",
        callback,
        SCOPE,
        state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return Asked(str(url), state, nonce, verifier)


def finish(provider: Provider, callback: str, code: str, *, nonce: str, verifier: str, now: datetime) -> Claims:
    """Change the code for the ID token, and the ID token for what it proves.

    Raises:
        OidcError: the provider refuses the code, or the token is not signed, not for us, not now, not for this nonce.
    """
    known = discovered(provider)
    token = exchanged(provider, endpoint(provider, known, "token_endpoint"), callback, code, verifier)
    keys = read(endpoint(provider, known, "jwks_uri"), Access(authorities=provider.authorities))
    try:
        shown = jwt.decode(str(token["id_token"]), KeySet.import_key_set({"keys": keys["keys"]}), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            shown.claims,
            shown.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise OidcError(f"{provider.issuer}: ID token: {type(error).__name__} {error}") from error
    said = dict(claims)
    if "email" not in said and "userinfo_endpoint" in known and token.get("access_token"):
        access = Access(secret=str(token["access_token"]), authorities=provider.authorities)
        more = read(endpoint(provider, known, "userinfo_endpoint"), access)
        said |= more if more.get("sub") == said["sub"] else {}
    return Claims(
        issuer=provider.issuer,
        subject=str(said["sub"]),
        email=str(said.get("email", "")) if said.get("email_verified") is True else "",
        name=str(said.get("name", "")),
    )


def discovered(provider: Provider) -> Mapping[str, Any]:
    return discovered_lately(provider, int(time.monotonic() // KEPT))


@lru_cache(maxsize=16)
def discovered_lately(provider: Provider, _: int) -> Mapping[str, Any]:
    """Kept for some minutes: strangers can make us ask, and shall not make us ask often."""
    known = read(
        f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", Access(authorities=provider.authorities)
    )
    if known.get("issuer") != provider.issuer:
        raise OidcError(f"{provider.issuer}: calls itself {known.get('issuer')!r}")
    return known


def endpoint(provider: Provider, known: Mapping[str, Any], name: str) -> str:
    url = str(known.get(name, ""))
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise OidcError(f"{provider.issuer}: {name} is no https address")
    return url


def exchanged(provider: Provider, url: str, callback: str, code: str, verifier: str) -> Mapping[str, Any]:
    """The token endpoint's answer; a secret goes in the header (RFC 6749, 2.3.1), never in the address."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
    access = Access(authorities=provider.authorities)
    if provider.client_secret is None:
        form["client_id"] = provider.client_id
    else:
        access = Access(
            secret=quote_plus(provider.client_secret),
            user=quote_plus(provider.client_id),
            authorities=provider.authorities,
        )
    return read(url, access, urlencode(form).encode())


def read(url: str, access: Access, body: bytes | None = None) -> dict[str, Any]:
    try:
        answer = json.loads(fetch(url, access, {"Accept": "application/json"}, body).data)
    except (FetchError, ValueError) as error:
        raise OidcError(str(error)) from error
    if not isinstance(answer, dict):
        raise OidcError(f"{urlsplit(url).hostname}: answered with no object")
    return answer
