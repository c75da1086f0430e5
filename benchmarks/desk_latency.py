"""From the last line of a planted incident to the mail that tells of it, through ``hinomi serve`` and a mail server.

    .venv/bin/python benchmarks/desk_latency.py [--seed 1] [--incidents 20] [--json]

Each incident happens at a company of its own, now. FortiGates send over syslog (TCP), what exports files or JSON over
HTTP. The mail server is a real one (aiosmtpd) on the same machine. Nothing is sent before the mail about the incident
before has come: this is the time of one incident on a machine at rest.
"""

import argparse
import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from random import Random
from statistics import median

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from hinomi.demo.batch import csv_header
from hinomi.demo.inventory import companies
from hinomi.demo.planted.attacker import Attacker
from hinomi.demo.planted.casting import free
from hinomi.demo.planted.planting import written
from hinomi.demo.planted.plots import PLOTS
from hinomi.demo.planted.plots.plot import Plot
from hinomi.demo.planted.scene import Scene
from hinomi.demo.planted.witness import Line
from hinomi.demo.programme import MONTHS, SensorPlan

SOURCES = {
    "utm": "fortinet_fortigate",
    "fortinet_fortigate": "fortinet_fortigate",
    "edr": "keepeye",
    "mail": "cloud_mail_security",
    "waf": "modsecurity",
    "cloud": "microsoft_365_audit",
    "windows_forwarded": "windows_forwarded",
}
"""Kind or source that a plot needs to the source that stands for it."""
TABLES = {"keepeye": "keepeye", "cloud_mail_security": "mail"}
PATIENCE = 60
LOADED = 600
"""Seconds within which every process of a busy machine has loaded what it needs."""


@dataclass(frozen=True)
class Measured:
    plot: str
    transport: str
    lines: int
    seconds: float | None
    """None: no mail came."""
    load: float
    """Of the machine, when the last line was sent (processes that want a core, over a minute)."""


class Receiver:
    """When a mail came that names a company."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        self.wanted: tuple[str, ...] = ()

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802
        from email import message_from_bytes, policy

        now = time.time()
        letter = message_from_bytes(bytes(envelope.original_content or b""), policy=policy.default)
        body = letter.get_body(("plain",))
        text = f"{letter['subject']} {body.get_content() if body else ''}"
        for name in self.wanted:
            if name in text:
                self.came.setdefault(name, now)
        await asyncio.sleep(0)
        return "250 taken over"


def free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass(frozen=True)
class Company:
    """One to which one thing happens."""

    plot: Plot
    tenant: str
    plans: tuple[SensorPlan, ...]
    port: int
    """Of its FortiGate."""


def chosen(seed: int, number: int, ports: Sequence[int]) -> list[Company]:
    """Plots that need no past, each at a company of its own."""
    random = Random(f"{seed} latency")
    plots = [plot for plot in PLOTS if not plot.learned]
    drawn = [plot for _ in range(1 + number // len(plots)) for plot in random.sample(plots, len(plots))][:number]
    tenants = random.sample([who.id for who in companies() if len(free(who.id)) > 1], number)
    return [
        Company(plot, tenant, plans(plot, tenant), port)
        for plot, tenant, port in zip(drawn, tenants, ports, strict=True)
    ]


def plans(plot: Plot, tenant: str) -> tuple[SensorPlan, ...]:
    sources = sorted({SOURCES[need] for need in plot.needs})
    return tuple(
        SensorPlan(tenant, f"{tenant}-{source}", source, source, source, False, MONTHS[0], None, ())
        for source in sources
    )


def happens(one: Company, seed: int) -> tuple[Line, ...]:
    """Its lines, the last of which is written now."""
    random = Random(f"{seed} {one.plot.name} {one.tenant}")
    machines = tuple(random.sample(free(one.tenant), min(12, len(free(one.tenant)))))
    wall = datetime.now(UTC).replace(tzinfo=None, microsecond=0) + timedelta(hours=9)

    def at(begin: datetime) -> tuple[Scene, tuple[Line, ...]]:
        again = Random(f"{seed} {one.tenant} scene")
        scene = Scene(one.tenant, machines, one.plans, begin, again, Attacker(again))
        one.plot.act(scene)
        return scene, written(scene, count(seed * 1_000_000 + int(one.tenant) * 1000))[0]

    lasted = at(wall)[0].now - wall
    return at(wall - lasted)[1]


REGISTER = """
import json, sys
from datetime import UTC, datetime
from hinomi.app.data import open_desk
open_desk()
from hinomi.tenants import operations
from hinomi.tenants.models import User
from hinomi.tenants.roles import Role
from hinomi.tenants.tokens import issue
now, tokens = datetime.now(UTC), {}
for tenant, sensors, port in json.loads(sys.argv[1]):
    company = operations.register_tenant(tenant, f"company{tenant}x", now=now, timezone="Asia/Tokyo")
    for name, source in sensors:
        port_of_it = {"listener_port": port} if source == "fortinet_fortigate" else {}
        made = operations.register_sensor(company, name, source=source, kind="", since=now.date(),
                                          timezone="Asia/Tokyo", **port_of_it)
        tokens[name] = issue(made, now)
analyst = operations.create_user("analyst", role=Role.ANALYST, now=now)
User.objects.filter(pk=analyst.pk).update(email="analyst@watch.example")
print(json.dumps(tokens))
"""


@contextmanager
def served(folder: Path, cast: Sequence[Company], console: int, shared: int, mail: int) -> Iterator[dict[str, str]]:
    """``hinomi serve``, ready; yields the sensors' tokens."""
    environment = {
        **os.environ,
        "HINOMI_DATA_DIR": str(folder / "data"),
        "HINOMI_BASE_URL": f"http://127.0.0.1:{console}",
        "HINOMI_SMTP_URL": f"smtp://127.0.0.1:{mail}?from=soc@watch.example",
    }
    asked = json.dumps([(one.tenant, [(p.sensor, p.source) for p in one.plans], one.port) for one in cast])
    made = subprocess.run(
        [sys.executable, "-c", REGISTER, asked], env=environment, check=True, capture_output=True, text=True
    )
    words = ["serve", "--port", str(console), "--syslog-host", "127.0.0.1"]
    words += ["--syslog-udp", str(shared), "--syslog-tcp", str(shared)]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "hinomi.app", *words], env=environment, stderr=log, stdout=log)
        try:
            for port in (console, shared):
                wait(partial(connects, port), LOADED)
            yield json.loads(made.stdout)
        finally:
            server.terminate()
            server.wait(60)


def connects(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(holds: Callable[[], bool], seconds: float) -> bool:
    limit = time.time() + seconds
    while not holds():
        if time.time() > limit:
            return False
        time.sleep(0.05)
    return True


def send(one: Company, lines: Sequence[Line], tokens: dict[str, str], console: int) -> str:
    """Returns over which ways they went."""
    ways = set()
    for plan in one.plans:
        own = [line.text for line in lines if line.sensor == plan.sensor]
        if not own:
            continue
        if plan.source == "fortinet_fortigate":
            ways.add("syslog/TCP")
            with socket.create_connection(("127.0.0.1", one.port)) as device:
                device.sendall("".join(f"{text}\n" for text in own).encode())
        else:
            ways.add("HTTP")
            head = ""
            if plan.source in TABLES:
                head = csv_header(import_module(f"hinomi.demo.{TABLES[plan.source]}").COLUMNS)
            client = http.client.HTTPConnection("127.0.0.1", console, timeout=60)
            body = (head + "\n".join(own) + "\n").encode()
            client.request("POST", f"/ingest/{plan.sensor}", body, {"Authorization": f"Bearer {tokens[plan.sensor]}"})
            answer = client.getresponse()
            if answer.status >= 300:
                raise SystemExit(f"{plan.sensor}: {answer.status} {answer.read().decode()[:300]}")
    return "+".join(sorted(ways))


def measured(seed: int, number: int) -> list[Measured]:
    console, shared, mail, *ports = free_ports(number + 4)
    receiver, cast = Receiver(), chosen(seed, number + 1, ports)
    receiver.wanted = tuple(f"company{one.tenant}x" for one in cast)
    post = Controller(receiver, hostname="127.0.0.1", port=mail, ready_timeout=30)
    post.start()
    try:
        with tempfile.TemporaryDirectory() as folder, served(Path(folder), cast, console, shared, mail) as tokens:
            found = []
            for place, one in enumerate(cast):
                lines = happens(one, seed)
                ways = send(one, lines, tokens, console)
                sent, name = time.time(), f"company{one.tenant}x"
                came = wait(partial(receiver.came.__contains__, name), PATIENCE if place else LOADED)
                seconds = max(0.0, receiver.came[name] - sent) if came else None
                if place:  # the first one only tells that all have loaded what they need
                    found.append(Measured(one.plot.name, ways, len(lines), seconds, round(os.getloadavg()[0], 1)))
            return found
    finally:
        post.stop()


def report(found: Sequence[Measured]) -> None:
    for one in found:
        took = "no mail" if one.seconds is None else f"{one.seconds:.2f} s"
        print(f"{took:>8}  {one.transport:16}  {one.lines:4} lines  load {one.load:4}  {one.plot}")
    came = sorted(one.seconds for one in found if one.seconds is not None)
    if came:
        told = f"{len(came)} of {len(found)} told"
        print(f"{told}; median {median(came):.2f} s, max {came[-1]:.2f} s; {os.cpu_count()} cores")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--incidents", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measured(asked.seed, asked.incidents)
    print(json.dumps([asdict(one) for one in found], ensure_ascii=False)) if asked.json else report(found)


if __name__ == "__main__":
    main()
