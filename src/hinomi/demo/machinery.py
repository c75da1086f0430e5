"""What machines of a company do by themselves, in the log of its FortiGate: regular, and nobody's news.

Virus patterns are fetched each hour, a program asks a partner's server for orders every half hour, a printer reports
at night and a clock is set; at a month's end drawings and invoices go out. The partner's server is the company's own:
nobody else talks to it, every thirty minutes, from the first day on.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from hinomi.demo import fortigate_lines as say
from hinomi.demo.fortigate_lines import Body, Flow
from hinomi.demo.hosts import Host, subnet
from hinomi.demo.programme import SensorPlan
from hinomi.demo.websites import BUSINESS, ORDINARY, Site
from hinomi.demo.workdays import DAY, Seconds, days, is_working_day

HOUR = 3600
MONTH_END = 3
"""Last working days of a month, on which much is sent."""
SENT = 40 << 20
"""Bytes of one delivery at a month's end."""
BY_NAME = {site.host: site for site in ORDINARY}

Happening = tuple[int, Flow, int, int]
"""Second of the month, connection, bytes sent and received."""


def partner(tenant: str) -> Site:
    """The server of the partner that orders most from this company; its own."""
    return Site(f"orders-{tenant}.example", f"192.0.2.{100 + int(tenant) % 100}", "ビジネス/経済", BUSINESS, "/next")


def happenings(plan: SensorPlan, month: date) -> list[Happening]:
    """All of it, in no order; the same in every run."""
    first, second, third = plan.bystanders[:3]
    printer = replace(first, name="MFP-01", ip=f"{subnet(plan.tenant)}.15", mac="00:00:5E:00:53:FA", user="", mail="")
    antivirus, cloud = BY_NAME["signature.antivirus.example"], BY_NAME["printer.cloud.example"]
    orders, supplier = partner(plan.tenant), BY_NAME["supplier.portal.example"]
    found: list[Happening] = []
    working = [number for number, day in enumerate(days(month)) if is_working_day(day)]
    for number in range(len(days(month))):
        begin = number * DAY
        found.append(visit(begin + 2 * HOUR + 7 * 60, printer, cloud, 9_000, 1_200))
        if number in working:
            found += [visit(begin + hour * HOUR + 754, second, antivirus, 700, 180_000) for hour in range(8, 18)]
            found += [visit(begin + 8 * HOUR + half * 1800, first, orders, 600, 2_400) for half in range(20)]
        if number in working[-MONTH_END:]:
            found += [visit(begin + hour * HOUR + 1260, third, supplier, SENT, 30_000) for hour in (10, 13, 15, 17)]
    return found


def visit(moment: int, host: Host, site: Site, sent: int, received: int) -> Happening:
    return moment, Flow(host, site, 49_200 + moment % 16_000, 95_000_000 + moment), sent, received


def bodies(plan: SensorPlan, month: date) -> tuple[Seconds, list[Body]]:
    """Moments, and the lines of the traffic log."""
    told = happenings(plan, month)
    moments = np.array([moment for moment, *_ in told], dtype=np.int64)
    return moments, [say.traffic(flow, sent, received, 2) for _, flow, sent, received in told]
