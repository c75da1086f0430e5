"""Logs for benchmarks, made from templates of our own: FortiGate, Suricata EVE, PAN-OS, Yamaha RTX, Windows EVTX.

    .venv/bin/python benchmarks/lines.py fortinet_fortigate 1000 > gate.log

Times ascend over the days of a month; hosts, peers, applications and countries take few values often and many rarely,
as in a company's log. Equal arguments give equal lines.
"""

import random
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from templates import ACTIONS, APPS, COUNTRIES, EVE, FORTIGATE, GATE, PANOS, PROGRAMS, SERVICES, USERS, YAMAHA

from hinomi.library.sources.windows_evtx.evtx_writer import Record, write

DAYS = 28
START, EPOCH = datetime(2022, 11, 1), 1667228400
"""When the first line was written: local time (Asia/Tokyo), and seconds since 1970."""


def lines(templates: dict[str, int], count: int, seed: int = 1) -> bytes:
    """So many lines of ``templates``, chosen by their weights; each is filled with values of its own."""
    chance = random.Random(seed)
    made = []
    for number, template in enumerate(chance.choices(list(templates), weights=list(templates.values()), k=count)):
        second = number * DAYS * 86400 // count
        rare = int(chance.paretovariate(1.2))
        values = {
            "now": START + timedelta(seconds=second),
            "epoch": EPOCH + second,
            "fraction": chance.randrange(10**9),
            "micro": chance.randrange(10**6),
            "net": 1 + rare % 4,
            "host": 2 + chance.randrange(120),
            "third": rare % 256,
            "peer": chance.randrange(1, 255),
            "port": chance.randrange(1024, 65535),
            "service_port": (443, 443, 443, 80, 53, 8443)[rare % 6],
            "session": chance.randrange(1, 10**8),
            "country": COUNTRIES[rare % len(COUNTRIES)],
            "app": APPS[rare % len(APPS)],
            "appid": 40000 + rare % 100,
            "service": SERVICES[rare % len(SERVICES)],
            "action": ACTIONS[rare % len(ACTIONS)],
            "policy": 1 + rare % 12,
            "user": USERS[rare % len(USERS)],
            "duration": chance.randrange(1, 600),
            "sent": int(100 * chance.paretovariate(0.6)) % 10**9,
            "rcvd": int(100 * chance.paretovariate(0.5)) % 10**9,
            "packets": rare % 50,
        }
        made.append(template.format(**values))
    return ("\n".join(made) + "\n").encode()


def fortigate(count: int) -> bytes:
    return lines({GATE + template: weight for template, weight in FORTIGATE.items()}, count)


def eve(count: int) -> bytes:
    return lines(EVE, count)


def panos(count: int) -> bytes:
    return lines(PANOS, count)


def yamaha(count: int) -> bytes:
    return lines(YAMAHA, count)


def evtx(count: int) -> bytes:
    """A Windows event log of Sysmon's process starts."""
    chance = random.Random(1)
    records = [
        Record(
            "Microsoft-Windows-Sysmon/Operational",
            "Microsoft-Windows-Sysmon",
            1,
            START + timedelta(seconds=number),
            "KEIRI-PC01.example.co.jp",
            {
                "Image": chance.choice(PROGRAMS),
                "CommandLine": f"{chance.choice(PROGRAMS)} --session {chance.randrange(10**6)}",
                "ParentImage": chance.choice(PROGRAMS),
                "User": f"EXAMPLE\\user{chance.randrange(30)}",
                "ProcessId": chance.randrange(4, 30000),
            },
        )
        for number in range(count)
    ]
    return write(records)


LOGS: dict[str, Callable[[int], bytes]] = {
    "fortinet_fortigate": fortigate,
    "suricata_eve": eve,
    "paloalto_panos": panos,
    "yamaha_rtx": yamaha,
    "windows_evtx": evtx,
}
"""Maker of a log by the name of its source."""

if __name__ == "__main__":
    sys.stdout.buffer.write(LOGS[sys.argv[1]](int(sys.argv[2])))
