"""Identity providers that the operator lets sign our people in; none unless configured.

One by the environment: HINOMI_OIDC_ISSUER, HINOMI_OIDC_CLIENT_ID, HINOMI_OIDC_CLIENT_SECRET, HINOMI_OIDC_LABEL and
HINOMI_OIDC_DOMAINS (comma separated: domains whose verified addresses the issuer may link to people we have). Several
by HINOMI_OIDC_FILE, a YAML list::

    - name: example                     # part of the address the provider sends people back to
      label: 見本社のアカウント
      issuer: https://login.example.jp
      client_id: hinomi
      client_secret: …                  # left out: a public client, PKCE alone
      ca_file: /etc/ssl/own.pem         # left out: the system's authorities
      second_factor: true               # its sign-in counts as two factors; left out: as one
      domains:
        example.jp:                     # people must exist already
        factory.example.jp: {tenant: "101", role: viewer}   # whoever comes is registered so
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from hinomi.net.fetch import LOOPBACK
from hinomi.net.provider import Provider
from hinomi.tenants.problems import DeskError

NAME = re.compile(r"[a-z0-9-]{1,32}")
COMPANY_ROLES = ("member", "viewer")
KEYS = {"name", "label", "issuer", "client_id", "client_secret", "ca_file", "second_factor", "domains"}


class BadProviders(DeskError):
    """An identity provider's settings cannot be; says which and why."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"OpenID Connect の設定を直してください: {where}: {problem} (mend the settings of OpenID Connect)."
        )


@dataclass(frozen=True)
class Signer:
    """A provider and what it is trusted with; ``domains`` gives tenant and role of newcomers, or None."""

    provider: Provider
    domains: Mapping[str, tuple[str, str] | None]
    is_second_factor: bool

    @property
    def name(self) -> str:
        return self.provider.name

    @property
    def label(self) -> str:
        return self.provider.label


def signers(environ: Mapping[str, str]) -> list[Signer]:
    """Raises :class:`BadProviders`."""
    found = from_file(Path(environ["HINOMI_OIDC_FILE"])) if environ.get("HINOMI_OIDC_FILE") else []
    if issuer := environ.get("HINOMI_OIDC_ISSUER"):
        domains = [domain.strip() for domain in environ.get("HINOMI_OIDC_DOMAINS", "").split(",") if domain.strip()]
        entry = {
            "name": "sso",
            "label": environ.get("HINOMI_OIDC_LABEL") or urlsplit(issuer).hostname,
            "issuer": issuer,
            "client_id": environ.get("HINOMI_OIDC_CLIENT_ID"),
            "client_secret": environ.get("HINOMI_OIDC_CLIENT_SECRET"),
            "domains": dict.fromkeys(domains),
        }
        found.append(signer(entry, "HINOMI_OIDC_ISSUER"))
    if len({one.name for one in found}) < len(found) or len({one.provider.issuer for one in found}) < len(found):
        raise BadProviders("name, issuer", "同じものが二つあります (given twice)")
    return found


def from_file(path: Path) -> list[Signer]:
    try:
        entries = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BadProviders(str(path), f"読めません (cannot be read): {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadProviders(str(path), "「- name: …」の並びにしてください (a list is needed)")
    return [signer(entry, f"{path} [{number}]") for number, entry in enumerate(entries, start=1)]


def signer(entry: Mapping[str, Any], where: str) -> Signer:
    if unknown := set(entry) - KEYS:
        raise BadProviders(where, f"知らない項目です (unknown): {', '.join(sorted(map(str, unknown)))}")
    name, issuer, client = (str(entry.get(key) or "") for key in ("name", "issuer", "client_id"))
    if not NAME.fullmatch(name) or not client:
        raise BadProviders(where, "name (英小文字・数字・-) と client_id が要ります (both are needed)")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise BadProviders(where, "issuer は https:// で始まります (an https address is needed)")
    provider = Provider(
        name,
        str(entry.get("label") or name),
        issuer,
        client,
        str(entry["client_secret"]) if entry.get("client_secret") else None,
        Path(str(entry["ca_file"])) if entry.get("ca_file") else None,
    )
    domains = entry.get("domains") or {}
    if not isinstance(domains, dict):
        raise BadProviders(where, "domains は「ドメイン:」の並びにしてください (a mapping is needed)")
    becomes = {str(domain).lower(): newcomers(made, where) for domain, made in domains.items()}
    return Signer(provider, becomes, entry.get("second_factor") is True)


def newcomers(made: Any, where: str) -> tuple[str, str] | None:
    if made is None:
        return None
    if not isinstance(made, dict) or not made.get("tenant") or made.get("role", "viewer") not in COMPANY_ROLES:
        raise BadProviders(where, "自動で作れるのは企業の人だけです: {tenant: …, role: member か viewer}")
    return str(made["tenant"]), str(made.get("role", "viewer"))
