"""Which events a rule is for: Sigma's ``logsource`` as the keys by which events are sorted."""

from typing import TYPE_CHECKING, NamedTuple

from hinomi.pipeline.detect.sigma.taxonomy.channels import OTHER_EVENTS, SERVICES, SYSMON, SYSMON_EVENTS
from hinomi.pipeline.detect.sigma.tree import Unsupported

if TYPE_CHECKING:  # pySigma takes long to load, and only reading rules needs it
    from sigma.rule import SigmaLogSource


class Key(NamedTuple):
    """Events of one kind: a Windows channel (folded) and event id, or a view of OCSF columns.

    ``event_id`` None stands for every id of the channel, channel ``*`` for every Windows channel.
    """

    kind: str
    event_id: int | None = None


ANY_CHANNEL = "*"
WINDOWS = "windows"
VIEW = "ocsf:"
"""How the kinds begin that are views (:mod:`~hinomi.pipeline.detect.sigma.taxonomy.ocsf`)."""

CATEGORIES = (
    *("proxy", "webserver", "dns", "firewall", "antivirus"),
    *("ids", "email", "authentication", "account_management", "configuration"),
)
"""Categories of any product, a view each. The last five are our own: Sigma has no words for these events."""
ENDPOINT = ("process_creation", "file_event", "file_delete", "network_connection", "dns_query")
"""Categories that Sigma also gives a product: the events must come from that operating system."""
SYSTEMS = (WINDOWS, "linux", "macos")
EXTRA = {("process_creation", "linux"): "ocsf:linux:auditd:process_creation"}

LINUX = "ocsf:linux"
Named = tuple[str | None, str | None, str | None]
PRODUCTS: dict[Named, str] = {
    ("linux", None, None): LINUX,
    ("linux", None, "syslog"): LINUX,
    (None, None, "apache"): "ocsf:apache",
    ("apache", None, None): "ocsf:apache",
    (None, None, "nginx"): "ocsf:nginx",
    ("nginx", None, None): "ocsf:nginx",
    ("m365", None, None): "ocsf:m365",
    ("fortios", None, None): "ocsf:fortigate",
    ("fortios", None, "sslvpnd"): "ocsf:fortigate:event",
    ("paloalto", "appliance", "globalprotect"): "ocsf:paloalto",
    ("cisco", None, "syslog"): "ocsf:cisco",
    ("juniper", None, "bgp"): "ocsf:juniper",
    ("gcp", None, "google_workspace"): "ocsf:google_workspace",
    ("google_workspace", None, None): "ocsf:google_workspace",
    **{
        (product, None, None): f"ocsf:{product}"
        for product in ("fortigate", "paloalto", "sonicwall", "sophos", "watchguard", "yamaha", "cisco", "juniper",
                        "suricata")
    },
    **{
        ("linux", None, service): f"ocsf:linux:{service}"
        for service in ("auth", "sshd", "sudo", "cron", "auditd", "vsftpd", "clamav", "guacamole")
    },
    **{
        ("m365", None, service): "ocsf:m365"
        for service in ("audit", "exchange", "sharepoint", "threat_management", "threat_detection")
    },
    **{("azure", None, service): f"ocsf:azure:{service}" for service in ("auditlogs", "signinlogs")},
    **{
        ("gcp", None, f"google_workspace.{application}"): f"ocsf:google_workspace:{application}"
        for application in ("admin", "login", "drive", "token", "gmail", "groups", "mobile", "chat")
    },
    **{("fortigate", None, service): f"ocsf:fortigate:{service}" for service in ("event", "traffic", "utm")},
    **{
        ("paloalto", None, service): f"ocsf:paloalto:{service}"
        for service in ("traffic", "threat", "system", "config", "globalprotect")
    },
    **{("cisco", None, service): f"ocsf:cisco:{service}" for service in ("asa", "ios", "aaa", "bgp", "ldp")},
    **{
        ("zeek", None, service): f"ocsf:zeek:{service}"
        for service in ("conn", "dns", "http", "smb_files", "smb_mapping", "rdp", "ssh", "ssl", "kerberos", "dce_rpc",
                        "x509", "ntlm", "ftp")
    },
}  # fmt: skip
"""Log sources of single products, as (product, category, service)."""


def keys(logsource: "SigmaLogSource") -> frozenset[Key]:
    """Raises :class:`Unsupported` where no source of ours gives such events."""
    product, category, service = logsource.product, logsource.category, logsource.service
    found: set[Key] = set()
    if product == WINDOWS:
        found |= windows_keys(category, service)
    if category in ENDPOINT and product in SYSTEMS and service is None:
        found.add(Key(f"{VIEW}{category}:{product}"))
        if extra := EXTRA.get((category, product)):
            found.add(Key(extra))
    elif category in CATEGORIES and product is None and service is None:
        found.add(Key(f"{VIEW}{category}"))
    elif kind := PRODUCTS.get((product, category, service)):
        found.add(Key(kind))
    if not found:
        named = ", ".join(
            f"{name}: {value}"
            for name, value in (("product", product), ("category", category), ("service", service))
            if value
        )
        raise Unsupported(
            f"このログを出す製品がまだ棚にありません (no source on the shelf gives these events): {named}"
        )
    return frozenset(found)


def windows_keys(category: str | None, service: str | None) -> set[Key]:
    if service is not None:
        return {Key(channel) for channel in SERVICES.get(service, ())}
    if category is None:
        return {Key(ANY_CHANNEL)}
    sysmon = {Key(SYSMON, event_id) for event_id in SYSMON_EVENTS.get(category, ())}
    other = {Key(channel, event_id) for channels, event_id in OTHER_EVENTS.get(category, ()) for channel in channels}
    return sysmon | other


def narrowed(found: frozenset[Key], event_ids: frozenset[int] | None) -> frozenset[Key]:
    """The keys, where a condition can only hold for some event ids of a channel."""
    if event_ids is None:
        return found
    whole = {key for key in found if key.event_id is None and not key.kind.startswith(VIEW)}
    return (found - whole) | {Key(key.kind, event_id) for key in whole for event_id in event_ids}
