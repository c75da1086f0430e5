"""Feeds that are pulled from a server: where from, how to get in, how often, and how far it went.

Below ``DATA/intelligence/subscriptions`` lies a file a feed, and beside it what is known of its last pull. Secrets are
in none of them: a subscription names the environment variable or the file that holds its secret.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from hinomi.lake.landing import checked, write_durably
from hinomi.net.fetch import Access
from hinomi.pipeline.intelligence.gather import Defaults
from hinomi.pipeline.intelligence.indicator import Purpose, Tlp


class Server(StrEnum):
    """What kind of server a feed comes from."""

    TAXII = "taxii"
    MISP_FEED = "misp-feed"
    MISP = "misp"


class NoSecret(Exception):
    """The secret is not where the subscription says."""

    def __init__(self, feed: str, where: str) -> None:
        super().__init__(f"フィード「{feed}」の秘密を {where} から読めません (the secret of this feed cannot be read)")


@dataclass(frozen=True)
class Subscription:
    feed: str
    server: Server
    url: str
    collection: str = ""
    user: str = ""
    secret_env: str = ""
    secret_file: str = ""
    ca_file: str = ""
    every_hours: float = 6
    confidence: int | None = None
    expires_days: int | None = 90
    purpose: Purpose = Purpose.UNKNOWN
    tlp: Tlp | None = None

    def access(self, environment: Mapping[str, str] = os.environ) -> Access:
        """Raises :class:`NoSecret`."""
        authorities = Path(self.ca_file) if self.ca_file else None
        return Access(
            self.secret(environment),
            self.user or None,
            None if self.server is Server.MISP else "Bearer",
            authorities,
        )

    def secret(self, environment: Mapping[str, str]) -> str | None:
        if self.secret_env:
            if not environment.get(self.secret_env):
                raise NoSecret(self.feed, f"環境変数 {self.secret_env}")
            return environment[self.secret_env]
        if self.secret_file:
            try:
                return Path(self.secret_file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise NoSecret(self.feed, self.secret_file) from error
        return None

    def defaults(self) -> Defaults:
        expires = timedelta(days=self.expires_days) if self.expires_days else None
        return Defaults(self.confidence, expires, self.purpose, self.tlp)


@dataclass(frozen=True)
class State:
    """How far a feed was pulled. ``pulled`` and ``tried`` are naive UTC."""

    pulled: datetime | None = None
    tried: datetime | None = None
    problem: str = ""
    added_after: str | None = None
    """TAXII: what the server said of the last object it gave."""
    events: dict[str, str] = field(default_factory=dict)
    """MISP feed: events that were read, and what told them from what they were before."""

    def is_due(self, every: timedelta, now: datetime) -> bool:
        return self.tried is None or now - self.tried >= every


class Subscriptions:
    """The subscriptions below ``root``."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "subscriptions"

    def names(self) -> list[str]:
        return sorted(path.name.removesuffix(".json") for path in self.folder.glob("[!.]*.json"))

    def read(self, feed: str) -> Subscription | None:
        path = self.folder / f"{checked(feed)}.json"
        if not path.exists():
            return None
        said = json.loads(path.read_text(encoding="utf-8"))
        tlp = said.pop("tlp")
        server, purpose = Server(said.pop("server")), Purpose(said.pop("purpose"))
        return Subscription(**said, server=server, purpose=purpose, tlp=Tlp(tlp) if tlp else None)

    def write(self, subscription: Subscription) -> None:
        text = json.dumps(asdict(subscription), ensure_ascii=False, indent=1)
        write_durably(self.folder / f"{checked(subscription.feed)}.json", text.encode())
        self.state_path(subscription.feed).unlink(missing_ok=True)  # another server or collection: from the beginning

    def forget(self, feed: str) -> None:
        (self.folder / f"{checked(feed)}.json").unlink(missing_ok=True)
        self.state_path(feed).unlink(missing_ok=True)

    def state_path(self, feed: str) -> Path:
        return self.folder / f"{checked(feed)}.state"

    def state(self, feed: str) -> State:
        path = self.state_path(feed)
        if not path.exists():
            return State()
        said = json.loads(path.read_text(encoding="utf-8"))
        times = {name: datetime.fromisoformat(said[name]) if said[name] else None for name in ("pulled", "tried")}
        return State(**said | times)

    def write_state(self, feed: str, state: State) -> None:
        said = asdict(state)
        times = {name: moment.isoformat() if (moment := said[name]) else None for name in ("pulled", "tried")}
        write_durably(self.state_path(feed), json.dumps(said | times).encode())
