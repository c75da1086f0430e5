"""One way to write what feeds write in many: defanged, in capitals, with ports, dots, brackets and other scripts.

    normalised("hxxps://Evil[.]EXAMPLE:443/a/")      # (Kind.URL, "evil.example/a")
    normalised("例え.テスト.", Kind.DOMAIN)            # (Kind.DOMAIN, "xn--r8jz45g.xn--zckzah")

URLs are kept without scheme, the scheme's own port, user, fragment and last slash; one without a path is its host.
"""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from hinomi.pipeline.intelligence.indicator import Kind

LONGEST = 2048
OWN_PORTS = {"http": 80, "https": 443, "ftp": 21}
WIDEST = {4: 8, 6: 19}
"""A network wider than this is a part of the world, not an indicator."""
DEFANGED = (
    (re.compile(r"^\s*(?:h(?:xx|tt|\*\*|XX)p)(s?)(?=\[?:)", re.IGNORECASE), r"http\1"),
    (re.compile(r"^\s*(?:fxp)(s?)(?=\[?:)", re.IGNORECASE), r"ftp\1"),
    (re.compile(r"\[:?//\]?|\[:\]//|\[://\]|:\[//\]"), "://"),
    (re.compile(r"[\[({]\s*(?:\.|dot)\s*[\])}]|\\\.|。|．", re.IGNORECASE), "."),
    (re.compile(r"[\[({]\s*(?:@|at)\s*[\])}]", re.IGNORECASE), "@"),
    (re.compile(r"[\[({]\s*:\s*[\])}]"), ":"),
)
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
PLAIN_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
HEX = re.compile(r"[0-9a-fA-F]+")
DIGESTS = {64: Kind.SHA256, 40: Kind.SHA1, 32: Kind.MD5}
WITH_PORT = re.compile(r"([^:/\[\]]+|\[[^\]]+\]):(\d{1,5})")
FILE = re.compile(r"[^\\/:*?\"<>|\x00-\x1f]{1,200}\.[A-Za-z0-9]{1,10}")
MAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]+")


class Unusable(ValueError):
    """A value that can be no indicator; the message says why."""


def refanged(text: str) -> str:
    """Text as it was before somebody made it harmless to click."""
    text = text.strip().strip("\"'`<> \t").strip()
    for pattern, plain in DEFANGED:
        text = pattern.sub(plain, text)
    return text


def normalised(text: str, kind: Kind | None = None) -> tuple[Kind, str]:
    """Kind and value in the one form; ``kind`` is what the feed says it is, else it is guessed.

    Raises:
        Unusable: it is nothing of that kind, or nothing we know.
    """
    if len(text) > LONGEST:
        raise Unusable("長すぎます (too long)")
    text = refanged(text)
    if not text:
        raise Unusable("空です (empty)")
    return WRITERS[kind or guessed(text)](text)


def guessed(text: str) -> Kind:
    """What a refanged text looks like."""
    if HEX.fullmatch(text) and len(text) in DIGESTS:
        return DIGESTS[len(text)]
    if "://" in text:
        return Kind.URL
    if MAIL.fullmatch(text.removeprefix("mailto:")):
        return Kind.EMAIL
    if is_address(text):
        return Kind.IP
    host, slash, rest = text.partition("/")
    if slash:
        return Kind.CIDR if is_address(host) and rest.isdigit() else Kind.URL
    return Kind.DOMAIN


def is_address(text: str) -> bool:
    try:
        address(text)
    except Unusable:
        return False
    return True


def address(text: str) -> str:
    """An IP address without brackets, zone and port; one of IPv4 inside IPv6 is that of IPv4."""
    bare = text.strip().strip("[]").partition("%")[0]
    if (found := WITH_PORT.fullmatch(text.strip())) and int(found[2]) <= 65535:
        bare = found[1].strip("[]")
    try:
        parsed = ip_address(bare)
    except ValueError:
        raise Unusable("IP アドレスではありません (no IP address)") from None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(parsed)


def as_address(text: str) -> tuple[Kind, str]:
    return as_network(text) if "/" in text else (Kind.IP, address(text))


def as_network(text: str) -> tuple[Kind, str]:
    try:
        network: IPv4Network | IPv6Network = ip_network(text.strip().strip("[]"), strict=False)
    except ValueError:
        raise Unusable("ネットワークではありません (no network)") from None
    if network.prefixlen < WIDEST[network.version]:
        raise Unusable(f"ネットワークが広すぎます (wider than /{WIDEST[network.version]})")
    if network.num_addresses == 1:
        return Kind.IP, address(str(network.network_address))
    return Kind.CIDR, str(network)


def name(text: str) -> str:
    """A domain name in lower case and ASCII (RFC 5891's A-labels), without a last dot and port."""
    host = text.strip().lower()
    if found := WITH_PORT.fullmatch(host):
        host = found[1]
    host = host.rstrip(".")
    if PLAIN_NAME.fullmatch(host):
        return host
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise Unusable("ドメイン名ではありません (no domain name)") from None
    labels = host.split(".")
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise Unusable("ドメイン名ではありません (no domain name)")
    if len(labels) < 2:
        raise Unusable("ドットのない名前です (a single label)")
    return host


def as_name(text: str, kind: Kind) -> tuple[Kind, str]:
    if "://" in text:  # a column called "domain" that holds URLs
        text = urlsplit(text).hostname or ""
    if is_address(text):
        return Kind.IP, address(text)
    is_wide = text.startswith(("*.", "."))
    return Kind.DOMAIN if is_wide else kind, name(text.removeprefix("*").removeprefix("."))


def as_url(text: str) -> tuple[Kind, str]:
    try:
        key = url_key(text)
    except ValueError:
        raise Unusable("URL として読めません (no URL)") from None
    host, slash, _ = key.partition("/")
    if slash:
        return Kind.URL, key
    return as_name(host.partition(":")[0] if host[:1] != "[" else host, Kind.HOSTNAME)


def url_key(text: str) -> str:
    """Host, port where it is not the scheme's own, path and query: what two URLs are compared by.

    Raises:
        ValueError: it is no URL of HTTP or FTP.
    """
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if parts.scheme not in OWN_PORTS or not parts.hostname:
        raise Unusable("http、https、ftp の URL ではありません (no URL of HTTP or FTP)")
    host = address(parts.hostname) if is_address(parts.hostname) else name(parts.hostname)
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, OWN_PORTS[parts.scheme]) else f":{parts.port}"
    query = f"?{parts.query}" if parts.query else ""
    path = parts.path or ("/" if query else "")
    return f"{host}{port}{path}{query}".rstrip("/")


def as_digest(text: str, kind: Kind) -> tuple[Kind, str]:
    if not HEX.fullmatch(text) or DIGESTS.get(len(text)) is not kind:
        raise Unusable(f"{kind} のハッシュ値ではありません (no digest of this kind)")
    return kind, text.lower()


def as_mail(text: str) -> tuple[Kind, str]:
    found = MAIL.search(text.removeprefix("mailto:"))
    if found is None:
        raise Unusable("メールアドレスではありません (no mail address)")
    local, _, domain = found[0].rpartition("@")
    return Kind.EMAIL, f"{local.lower()}@{name(domain)}"


def as_file(text: str) -> tuple[Kind, str]:
    last = re.split(r"[\\/]", text)[-1].strip()
    if not FILE.fullmatch(last) or len(last) < 6:
        raise Unusable("ファイル名として短すぎるか、読めません (no telling file name)")
    return Kind.FILE_NAME, last.lower()


WRITERS = {
    Kind.IP: as_address,
    Kind.CIDR: as_address,
    Kind.DOMAIN: lambda text: as_name(text, Kind.DOMAIN),
    Kind.HOSTNAME: lambda text: as_name(text, Kind.HOSTNAME),
    Kind.URL: as_url,
    Kind.SHA256: lambda text: as_digest(text, Kind.SHA256),
    Kind.SHA1: lambda text: as_digest(text, Kind.SHA1),
    Kind.MD5: lambda text: as_digest(text, Kind.MD5),
    Kind.EMAIL: as_mail,
    Kind.FILE_NAME: as_file,
}
