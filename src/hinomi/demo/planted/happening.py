"""What happens, before any sensor has seen it: the words in which plots are written.

A happening says nothing of logs. Which of a company's sensors see it, and in which words, is the business of
:mod:`hinomi.demo.planted.witness`.
"""

from dataclasses import dataclass
from enum import Enum

from hinomi.demo.hosts import Host
from hinomi.demo.websites import Site


class Gate(Enum):
    """What the company's gateway makes of a connection."""

    PASSED = "passed"
    BLOCKED = "blocked"
    UNSUITABLE = "unsuitable"
    """Blocked, for its category is not wanted at work."""
    CALLBACK = "callback"
    """Known as a call to a C&C server, and let through."""
    CALLBACK_BLOCKED = "callback blocked"
    TOOL = "tool"
    """The application is recognised, and let through."""


@dataclass(frozen=True)
class Verdict:
    """What the EDR says of a process: its own kind, and how grave it thinks that is (低, 中, 高, 緊急)."""

    kind: str
    severity: str = "高"
    text: str = ""
    action: str = "検知のみ"


@dataclass(frozen=True)
class Started:
    """A program was started."""

    host: Host
    path: str
    command: str
    parent: str
    parent_command: str = ""
    user: str = ""
    """Account without its domain, where it is not the machine's usual user."""
    verdict: Verdict | None = None
    file: str = ""


@dataclass(frozen=True)
class Wrote:
    """A program wrote a file."""

    host: Host
    path: str
    """The program's."""
    file: str
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Connected:
    """A program of a machine talked to somebody outside."""

    host: Host
    path: str
    site: Site
    secure: bool = True
    sent: int = 1_800
    received: int = 9_400
    seconds: int = 4
    gate: Gate = Gate.PASSED
    threat: str = ""
    """The gateway's name of it: a botnet, or the application that it is."""
    port: int = 0
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Fetched:
    """A file came in over the web; ``threat`` is its name where the gateway knew it and kept it out."""

    host: Host
    path: str
    site: Site
    file: str
    threat: str = ""
    secure: bool = False


@dataclass(frozen=True)
class Asked:
    """A machine asked for the address of a name."""

    host: Host
    name: str
    kind: str = "A"


@dataclass(frozen=True)
class Reached:
    """A machine reached for another one in a network of the company's own, past the gateway."""

    host: Host
    target: str
    """Address."""
    port: int
    outward: str = "lan"
    """The gateway's interface on the other side."""
    refused: bool = False


@dataclass(frozen=True)
class Mailed:
    """A mail came in; ``threat`` is what the mail security found in it before it delivered it all the same."""

    reader: Host
    sender: str
    address: str
    subject: str
    attachment: str = ""
    threat: str = ""
    link: str = ""
    kept: bool = False
    """It was kept back."""


@dataclass(frozen=True)
class LoggedOn:
    """Somebody logged on to a machine over the network; ``kind`` is Windows' logon type."""

    host: Host
    origin: str
    """Address."""
    user: str
    kind: int = 3
    failed: bool = False


@dataclass(frozen=True)
class Service:
    """A service was installed."""

    host: Host
    name: str
    command: str


@dataclass(frozen=True)
class Setting:
    """A program wrote into the registry."""

    host: Host
    path: str
    key: str
    value: str


@dataclass(frozen=True)
class Antivirus:
    """Windows' own antivirus speaks; ``event`` is the number of the record."""

    host: Host
    event: int
    threat: str = ""
    file: str = ""


@dataclass(frozen=True)
class Request:
    """Somebody asked the company's web site for something; ``rules`` are places in the WAF's tables."""

    client: str
    method: str
    uri: str
    code: int
    purpose: str = ""
    """Of an attack, in the study's words; empty where the WAF sees none."""


@dataclass(frozen=True)
class Cloud:
    """Somebody did something in the company's mail and file cloud."""

    user: str
    """Mail address."""
    operation: str
    address: str
    details: tuple[tuple[str, str], ...] = ()
    """Parameters of the operation."""
    failed: bool = False


@dataclass(frozen=True)
class Gateway:
    """Somebody did something to the gateway itself: a line of its own log of events."""

    kind: str
    """``login failed``, ``login``, ``admin added``, ``settings taken``, ``vpn failed`` or ``vpn``."""
    user: str
    address: str
    detail: str = ""


@dataclass(frozen=True)
class Flooded:
    """A broken device sends packets that seem to come from where they go; the gateway notes each of them."""

    host: Host
    signature: str
    count: int


Happening = (
    Started
    | Wrote
    | Connected
    | Fetched
    | Asked
    | Reached
    | Mailed
    | LoggedOn
    | Service
    | Setting
    | Antivirus
    | Request
    | Cloud
    | Gateway
    | Flooded
)
