"""An identity provider, as settings name it; apart from :mod:`hinomi.net.oidc`, which takes long to load."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Provider:
    """An issuer, and what it knows us as. ``authorities`` is a PEM file in place of the system's authorities."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    authorities: Path | None = None
