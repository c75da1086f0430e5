"""Reading one document of a server over HTTP, within bounds: of time, of size, of where it may send us.

Certificates are checked against the system's authorities, or against a file of one's own. Redirections are followed
only to the same server, so that a secret goes to nobody else; never to another scheme. No error shows the secret.
"""

import base64
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

TIMEOUT = 30.0
"""Seconds without a sign of the server."""
PATIENCE = 300.0
"""Seconds for one document, however busily it comes."""
MOST = 128 * 1024 * 1024
"""Octets of one document."""
PIECE = 256 * 1024
PORTS = {"https": 443, "http": 80}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
AGENT = "hinomi"


class FetchError(Exception):
    """A document could not be had; says of which server, why, and what to do."""

    def __init__(self, url: str, problem: str, status: int | None = None) -> None:
        super().__init__(f"{shown(url)}: {problem}")
        self.status = status


@dataclass(frozen=True)
class Access:
    """How to get in. ``secret`` is a password where there is a ``user``, else a token."""

    secret: str | None = field(default=None, repr=False)
    user: str | None = None
    scheme: str | None = "Bearer"
    """The word before a token; None where the server wants the token alone, as MISP does."""
    authorities: Path | None = None
    """PEM file of the authorities that certificates are checked against, in place of the system's."""

    def header(self) -> dict[str, str]:
        if self.secret is None:
            return {}
        if self.user is not None:
            pair = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        return {"Authorization": f"{self.scheme} {self.secret}" if self.scheme else self.secret}


@dataclass(frozen=True)
class Document:
    """What a server answered."""

    data: bytes
    headers: Mapping[str, str]


class OneServer(urllib.request.HTTPRedirectHandler):
    """Follows a redirection only to where it came from."""

    max_redirections = 5

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if server(newurl) != server(req.full_url):
            raise FetchError(req.full_url, f"別の場所へ移るように言われました (redirected elsewhere): {shown(newurl)}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)


def shown(url: str) -> str:
    """A URL without its query and without anything secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"[:200]


def checked(url: str, access: Access) -> str:
    """The URL, where it may be asked.

    Raises:
        FetchError: it is none of HTTP, holds a password, or would carry a secret in the clear.
    """
    try:
        parts = urlsplit(url)
        server(url)
    except ValueError as error:
        raise FetchError("", f"URL が読めません (no URL): {error}") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise FetchError(url, "https:// で始まる URL を書いてください (a URL of HTTPS is needed)")
    if parts.password or parts.username:
        raise FetchError(url, "利用者名やパスワードは URL に書かないでください (no user or password in the URL)")
    if parts.scheme == "http" and access.secret is not None and parts.hostname not in LOOPBACK:
        raise FetchError(url, "暗号化されない http に秘密は送りません (no secret over plain http)")
    return url


def fetch(url: str, access: Access, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Document:
    """GET, or POST where there is a body.

    Raises:
        FetchError: the server is away, too slow, not who it says, refuses, or sends too much.
    """
    request = urllib.request.Request(checked(url, access), data=body)  # noqa: S310 (HTTP alone: checked)
    for name, value in {
        "User-Agent": AGENT,
        "Accept-Encoding": "identity",
        **access.header(),
        **(headers or {}),
    }.items():
        request.add_unredirected_header(name, value) if name == "Authorization" else request.add_header(name, value)
    try:
        with opened(access).open(request, timeout=TIMEOUT) as response:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise FetchError(url, "頼んでいない圧縮で届きました (packed, though not asked for)")
            return Document(whole(response, url), {name.lower(): value for name, value in response.headers.items()})
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(url, refusal(error.code), error.code) from error
    except ssl.SSLCertVerificationError as error:
        raise FetchError(url, untrusted(error)) from error
    except urllib.error.URLError as error:
        reason = error.reason
        told = untrusted(reason) if isinstance(reason, ssl.SSLCertVerificationError) else f"つながりません: {reason}"
        raise FetchError(url, told) from error
    except (OSError, HTTPException, ValueError) as error:
        raise FetchError(url, f"通信が途中で切れました (broken off): {error}") from error


def opened(access: Access) -> urllib.request.OpenerDirector:
    """What speaks HTTP and nothing else."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=trust(access.authorities)),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        OneServer(),
    ):
        opener.add_handler(handler)
    return opener


@lru_cache(maxsize=8)
def trust(authorities: Path | None) -> ssl.SSLContext:
    """Reading the system's authorities takes longer than reading most pages."""
    return ssl.create_default_context(cafile=str(authorities) if authorities else None)


def whole(response: IO[bytes], url: str) -> bytes:
    """All octets, unless they are too many or take too long."""
    until, pieces, size = time.monotonic() + PATIENCE, [], 0
    while piece := response.read1(PIECE):  # type: ignore[attr-defined]
        size += len(piece)
        if size > MOST:
            raise FetchError(url, f"{MOST // 1024**2} MiB を超えました (too large)")
        if time.monotonic() > until:
            raise FetchError(url, f"{PATIENCE:.0f} 秒たっても終わりません (too slow)")
        pieces.append(piece)
    return b"".join(pieces)


def refusal(status: int) -> str:
    if status in (401, 403):
        return f"認証に失敗しました。利用者名、パスワード、鍵を確かめてください (HTTP {status}: not let in)"
    if status == 404:
        return "そこには何もありません。URL を確かめてください (HTTP 404: nothing there)"
    return f"サーバーが断りました (HTTP {status})"


def untrusted(error: ssl.SSLCertVerificationError) -> str:
    return (
        f"証明書を信じられません: {error.verify_message}。社内の認証局なら --ca-file で渡してください "
        "(certificate not trusted; give your own authority with --ca-file)"
    )
