"""The only door for messages over HTTPS: one POST to an address people gave us, which may not be inside our network.

The name is resolved once, every address it has is looked at, and the connection goes to the one that was looked at: a
name that answers otherwise a moment later (DNS rebinding) leads nowhere else. Redirections are not followed. No error
shows more of a URL than its host, for the rest lets people in.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from hinomi.net.fetch import AGENT, trust

TIMEOUT = 10.0
"""Seconds without a sign of the server."""
SHOWN = 200
"""Octets of an answer that are passed on."""
LATER = frozenset((408, 425, 429))
NAT64 = ipaddress.ip_network("64:ff9b::/96")
INSIDE = (
    "宛先が内部のネットワークにあるため送りません。閉じたネットワークで使うなら HINOMI_ALLOW_PRIVATE_WEBHOOKS=1 "
    "(the address is inside a private network; HINOMI_ALLOW_PRIVATE_WEBHOOKS=1 allows that)"
)


class PostError(Exception):
    """A message did not arrive; says at which host and why, and nothing secret."""

    def __init__(self, host: str, problem: str, *, permanent: bool) -> None:
        where = f"{host} に" if host else ""
        super().__init__(f"{where}送れません (cannot be sent): {problem}")
        self.permanent = permanent
        """Trying again would not help."""


class Elsewhere(PostError):
    """The address may not be spoken to."""

    def __init__(self, host: str) -> None:
        super().__init__(host, INSIDE, permanent=True)


def is_inside(address: str) -> bool:
    """Whether an IP address is not one of the public Internet: private, loopback, link-local, shared, reserved."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        carried = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in NAT64:
            carried = ipaddress.ip_address(int(found) & 0xFFFFFFFF)  # type: ignore[assignment]
        if carried is not None and not carried.is_global:
            return True
    return not found.is_global or found.is_multicast


def reached(host: str, port: int, *, private: bool) -> tuple[str, int]:
    """The address to connect to: the name's first, where none of its addresses is inside.

    Raises:
        PostError: there is none.
        Elsewhere: one is inside, and that is not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        problem = f"名前が引けません (no such name): {error}"
        raise PostError(host, problem, permanent=False) from None
    addresses = [str(one[4][0]) for one in found]
    if not private and any(map(is_inside, addresses)):
        raise Elsewhere(host)
    return addresses[0], port


class Pinned(http.client.HTTPSConnection):
    """Speaks to ``address``, and wants the certificate of ``host``."""

    def __init__(self, host: str, address: tuple[str, int], context: ssl.SSLContext) -> None:
        super().__init__(host, address[1], timeout=TIMEOUT, context=context)
        self.address, self.trust = address, context

    def connect(self) -> None:
        bare = socket.create_connection(self.address, TIMEOUT)
        self.sock = self.trust.wrap_socket(bare, server_hostname=self.host)


class PinnedPlain(http.client.HTTPConnection):
    def __init__(self, host: str, address: tuple[str, int]) -> None:
        super().__init__(host, address[1], timeout=TIMEOUT)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection(self.address, TIMEOUT)


def checked(url: str, *, private: bool) -> tuple[str, str, int, str]:
    """Scheme, host, port and what is asked for of a URL that may be posted to.

    Raises:
        PostError: it is no URL of HTTPS (of HTTP neither, unless ``private``), or it holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise PostError("", "URL が読めません (no URL)", permanent=True) from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", *(("http",) if private else ())) or not host:
        raise PostError(host, "https:// で始まる URL を書いてください (a URL of HTTPS is needed)", permanent=True)
    if parts.username or parts.password:
        raise PostError(host, "利用者名やパスワードは URL に書けません (no user in the URL)", permanent=True)
    if not url.isascii() or any(char <= " " for char in url):
        raise PostError(host, "URL に使えない文字があります (a character no URL has)", permanent=True)
    asked = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), asked


def post(url: str, headers: Mapping[str, str], body: bytes, *, private: bool) -> None:
    """Return when the server has taken it over (2xx). ``private`` allows addresses inside, and plain HTTP.

    Raises:
        PostError: it did not; ``permanent`` says whether to try again.
    """
    scheme, host, port, asked = checked(url, private=private)
    address = reached(host, port, private=private)
    secured = scheme == "https"
    connection = Pinned(host, address, trust(None)) if secured else PinnedPlain(host, address)
    try:
        connection.request("POST", asked, body, {"User-Agent": AGENT, **headers})
        answer = connection.getresponse()
        said = answer.read(SHOWN)
    except ssl.SSLCertVerificationError as error:
        raise PostError(
            host, f"証明書を信じられません (certificate): {error.verify_message}", permanent=False
        ) from None
    except (OSError, http.client.HTTPException) as error:
        problem = f"通信できません (cannot be reached): {str(error) or type(error).__name__}"
        raise PostError(host, line(problem, asked), permanent=False) from None
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        permanent = answer.status < 500 and answer.status not in LATER
        problem = f"HTTP {answer.status} {line(said.decode('utf-8', 'replace'), asked)}".rstrip()
        raise PostError(host, problem, permanent=permanent)


def line(said: str, secret: str) -> str:
    """In one line, without what was asked for."""
    if len(secret) > 1:
        said = said.replace(secret, "…")
    return " ".join("".join(char if char.isprintable() else " " for char in said).split())[:SHOWN]
