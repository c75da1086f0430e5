"""HTTP in the words of OCSF: the activity of a method, and a URL put together from its parts."""

from functools import cache
from urllib.parse import urlsplit

from hinomi.ocsf import vocabulary
from hinomi.ocsf.classes import ClassUid

OTHER = 99
OWN_PORTS = {"http": 80, "https": 443}


@cache
def activities() -> dict[str, int]:
    """Methods whose names are the captions of HTTP Activity's activities (``GET`` is ``Get``)."""
    captions = vocabulary.load()["classes"][str(int(ClassUid.HTTP_ACTIVITY))]["activities"]
    return {caption.upper(): int(uid) for uid, caption in captions.items()}


def activity_id(method: str | None) -> int:
    """0 (unknown) without a method, 99 (other) for one that OCSF has no activity for."""
    return activities().get(method.upper(), OTHER) if method else 0


def url(scheme: str, host: str | None, target: str | None, port: int | None = None) -> dict[str, str | None]:
    """Columns of a URL from a request's host (perhaps with a port) and target (path, or whole URL at a proxy).

    ``port`` is said in the URL where it is not the scheme's own.
    """
    if not target:
        return {"url.hostname": hostname(host)} if host else {}
    path = target.partition("?")[0]
    if "://" in path:
        return absolute(target)
    if not host:
        return {"url.url_string": target, "url.path": path}
    said = port and port != OWN_PORTS.get(scheme) and ":" not in host
    whole = f"{scheme}://{host}{f':{port}' if said else ''}{target if target[0] == '/' else '/' + target}"
    return {"url.url_string": whole, "url.hostname": hostname(host), "url.path": path}


def hostname(host: str) -> str | None:
    """A ``Host`` header without its port: ``www.example.com``, ``2001:db8::1``."""
    if host.startswith("["):
        return host[1:].partition("]")[0] or None
    return host.partition(":")[0].lower() or None


def absolute(whole: str) -> dict[str, str | None]:
    try:
        parts = urlsplit(whole)
        return {"url.url_string": whole, "url.hostname": parts.hostname, "url.path": parts.path or None}
    except ValueError:  # "http://[" is no URL, yet somebody asked for it
        return {"url.url_string": whole}
