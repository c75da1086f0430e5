"""Which events a rule is for: Sigma's ``logsource`` as the keys by which events are sorted."""

from typing import NamedTuple

from sigma.rule import SigmaLogSource

from hinomi.pipeline.detect.sigma.channels import OTHER_EVENTS, SERVICES, SYSMON, SYSMON_EVENTS
from hinomi.pipeline.detect.sigma.tree import Unsupported


class Key(NamedTuple):
    """Events of one kind: a Windows channel (folded) and event id, or a view of OCSF columns.

    ``event_id`` None stands for every id of the channel, channel ``*`` for every Windows channel.
    """

    kind: str
    event_id: int | None = None


ANY_CHANNEL = "*"
WINDOWS = "windows"

OCSF_CATEGORIES = {
    "process_creation": "ocsf:process_creation",
    "file_event": "ocsf:file_event",
    "network_connection": "ocsf:network_connection",
    "proxy": "ocsf:proxy",
    "webserver": "ocsf:webserver",
    "dns": "ocsf:dns",
    "firewall": "ocsf:firewall",
    "antivirus": "ocsf:antivirus",
}
ENDPOINT = {"process_creation", "file_event", "network_connection"}
"""Categories that Sigma also gives a product: the events must come from that operating system."""


def view(category: str, product: str) -> str:
    """The view of OCSF columns for endpoint events of an operating system."""
    return f"{OCSF_CATEGORIES[category]}:{product}"


def keys(logsource: SigmaLogSource) -> frozenset[Key]:
    """Raises :class:`Unsupported` where no source of ours gives such events."""
    product, category, service = logsource.product, logsource.category, logsource.service
    found: set[Key] = set()
    if product == WINDOWS:
        found |= windows_keys(category, service)
    if category in ENDPOINT and product in (WINDOWS, "linux", "macos") and service is None:
        found.add(Key(view(category, product)))
    elif category in OCSF_CATEGORIES and product is None and service is None:
        found.add(Key(OCSF_CATEGORIES[category]))
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
    whole = {key for key in found if key.event_id is None and not key.kind.startswith("ocsf:")}
    return (found - whole) | {Key(key.kind, event_id) for key in whole for event_id in event_ids}
