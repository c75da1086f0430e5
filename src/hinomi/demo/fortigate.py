"""The FortiGates that companies had before the study: syslog lines, and few detections among them."""

from collections.abc import Callable
from datetime import date
from itertools import starmap

import numpy as np

from hinomi.demo import fortigate_lines as say
from hinomi.demo import machinery
from hinomi.demo.allotment import Share
from hinomi.demo.batch import Batch, favour, payload, pick, ports
from hinomi.demo.fortigate_lines import Body, Flow
from hinomi.demo.hosts import Host
from hinomi.demo.lures import MALWARE, RELAYS, SENDERS, SPAM, STRANGERS
from hinomi.demo.signatures import FORBIDDEN_APPLICATIONS, INTRUSIONS
from hinomi.demo.websites import HARMFUL, ORDINARY, UNSUITABLE, Site
from hinomi.demo.workdays import Seconds, around_the_clock, at_work, epoch, stamps

Rng = np.random.Generator


def write(share: Share, rng: Rng, extra: tuple[Batch, ...] = ()) -> bytes:
    """The month's syslog of one device, with the lines of a story, if any, among them."""
    batches = [
        _lines(share, rng, _when(kind)(rng, share.month, count), WRITERS[kind](share, count, rng))
        for kind, count in _ordinary(share.ordinary).items()
    ]
    for kind, count in share.counts.items():
        moments = _when(kind)(rng, share.month, count)
        flows = _flows(share.plan.bystanders, HARMFUL if kind != "webfilter" else UNSUITABLE, count, rng)
        batches += [_lines(share, rng, moments, bodies) for bodies in _detected(share, kind, flows, rng)]
    regular = _lines(share, rng, *machinery.bodies(share.plan, share.month))
    return payload([*batches, regular, *extra])


def records(share: Share) -> int:
    """Lines of that log: a stopped connection is told by its finding and by the traffic log, a virus thrice."""
    regular = len(machinery.happenings(share.plan, share.month))
    return share.ordinary + regular + sum(count * LINES[kind] for kind, count in share.counts.items())


def file_name(share: Share) -> str:
    return f"fortigate_{share.plan.tenant}_{share.month:%Y%m}.log"


def _when(kind: str) -> Callable[[Rng, date, int], Seconds]:
    """Strangers and the device itself do not go home; everything else follows people."""
    return around_the_clock if kind in ("ips", "performance") else at_work


def _ordinary(total: int) -> dict[str, int]:
    """How much of the daily log each part of the device writes."""
    counts = {"webfilter": total * 22 // 100, "dns": total * 14 // 100, "dhcp": total * 3 // 100}
    counts |= {"performance": total * 2 // 100, "login": total // 200}
    return {"traffic": total - sum(counts.values()), **counts}


def _lines(share: Share, rng: Rng, moments: Seconds, bodies: list[Body]) -> Batch:
    start = epoch(share.month)
    fractions = rng.integers(0, 1_000_000_000, len(bodies)).tolist()
    rows = zip(stamps(share.month, moments, say.stamp_form()), moments.tolist(), fractions, bodies, strict=True)
    tenant = share.plan.tenant
    return Batch(
        moments,
        [say.line(tenant, stamp, (start + s) * 1_000_000_000 + part, body) for stamp, s, part, body in rows],
    )


def _flows(hosts: tuple[Host, ...], sites: tuple[Site, ...], count: int, rng: Rng) -> list[Flow]:
    sessions = rng.integers(1_000_000, 90_000_000, count).tolist()
    chosen = favour(rng, sites, count, 0.7)
    return [Flow(*ends) for ends in zip(pick(rng, hosts, count), chosen, ports(rng, count), sessions, strict=True)]


def _visits(share: Share, count: int, rng: Rng) -> list[Flow]:
    return _flows(share.plan.hosts, ORDINARY, count, rng)


def _traffic(share: Share, count: int, rng: Rng) -> list[Body]:
    return list(
        starmap(
            say.traffic,
            zip(
                _visits(share, count, rng),
                rng.integers(400, 40_000, count).tolist(),
                rng.integers(600, 4_000_000, count).tolist(),
                rng.integers(1, 240, count).tolist(),
                strict=True,
            ),
        )
    )


WRITERS: dict[str, Callable[[Share, int, Rng], list[Body]]] = {
    "traffic": _traffic,
    "webfilter": lambda share, count, rng: list(map(say.page_passed, _visits(share, count, rng))),
    "dns": lambda share, count, rng: list(map(say.name_resolved, _visits(share, count, rng))),
    "dhcp": lambda share, count, rng: list(map(say.lease, pick(rng, share.plan.hosts, count))),
    "performance": lambda _, count, rng: list(map(say.performance, rng.integers(2, 40, count).tolist())),
    "login": lambda share, count, _: [say.login(share.plan.tenant)] * count,
}
"""Part of the device to who writes its daily lines."""

LINES = {"virus": 3, "ips": 1, "webfilter": 2, "app-ctrl": 2, "emailfilter": 1}
"""Lines that one detection leaves."""


def _detected(share: Share, kind: str, flows: list[Flow], rng: Rng) -> list[list[Body]]:
    """All that the device writes of some detections; each list has a line of each."""
    stopped = [say.traffic(flow, 740, 312, 1, utm="block") for flow in flows]
    if kind == "virus":
        plain = [flow._replace(service="HTTP") for flow in flows]
        found = [say.virus(f, m.file, m.name) for f, m in zip(plain, pick(rng, MALWARE, len(flows)), strict=True)]
        seen = [say.page_passed(flow._replace(site=_unrated(flow.site))) for flow in plain]
        return [seen, found, [say.traffic(flow, 740, 312, 1, utm="block") for flow in plain]]
    if kind == "webfilter":
        return [list(map(say.page_blocked, flows)), stopped]
    if kind == "app-ctrl":
        apps = favour(rng, FORBIDDEN_APPLICATIONS, len(flows))
        return [[say.application(f, app.name, app.category) for f, app in zip(flows, apps, strict=True)], stopped]
    strangers = pick(rng, STRANGERS, len(flows))
    if kind == "ips":
        attacks = favour(rng, INTRUSIONS, len(flows))
        return [
            [
                say.intrusion(f.host, stranger, f.port, f.session, name, port)
                for f, stranger, (name, port) in zip(flows, strangers, attacks, strict=True)
            ]
        ]
    letters = zip(flows, pick(rng, SENDERS, len(flows)), pick(rng, _plain_subjects(), len(flows)), strict=True)
    relays = pick(rng, RELAYS, len(flows))
    return [
        [
            say.spam(f.host, sender, subject, relay, f.port, f.session)
            for (f, sender, subject), relay in zip(letters, relays, strict=True)
        ]
    ]


def _unrated(site: Site) -> Site:
    """The same site before anyone has judged it: the page passes, the file in it does not."""
    return Site(site.host, site.ip, site.category, (0, "Unrated"), site.path)


def _plain_subjects() -> tuple[str, ...]:
    """Subjects without a quotation mark, which the device would escape."""
    return tuple(subject for subject in SPAM if '"' not in subject)
