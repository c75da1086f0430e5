"""From the moment a line reaches the socket to its finding in the lake, under a steady load of syslog.

    .venv/bin/python benchmarks/latency.py [--rate 5000] [--seconds 600] [--companies 43] [--udp] [--data-dir DIR]

``hinomi serve`` runs as a user starts it, with a FortiGate of each company on a port of its own. A sender (a process of
its own on the same machine) writes lines at the given rate, in slices of 20 ms; every two-hundredth is a page of a
kind that a rule in the data folder looks for. The moment of its slice is the line's start; its end is the commit
of the Delta version that shows the rule's finding. Afterwards every line is looked for in the lake. What ``serve``
said meanwhile is printed: that it is behind, and what UDP lost.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from bisect import bisect_right
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing

EVERY = 200
"""One line in so many is looked for."""
SLICE = 0.02
PATIENCE = 900
RULE = """title: latency marker
id: 5f0a5a0e-0000-4000-8000-000000000001
logsource: {category: proxy}
detection: {page: {c-uri|contains: /latency-marker/}, condition: page}
level: medium
"""
RULE_ID = "5f0a5a0e-0000-4000-8000-000000000001"
HEAD = '<189>date={date} time={time} devname="gate" devid="FG{company:04}" eventtime={now} tz="+0900" '
TRAFFIC = (
    'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=192.168.1.{host} '
    'srcport={port} srcintf="lan" dstip=198.51.100.{peer} dstport=443 dstintf="wan1" sessionid={number} proto=6 '
    'action="close" policyid=3 service="HTTPS" app="HTTPS.BROWSER" duration=61 sentbyte={port} rcvdbyte={number}\n'
)
MARKER = (
    'logid="0316013056" type="utm" subtype="webfilter" eventtype="ftgd_allow" level="notice" vd="root" '
    "srcip=192.168.1.{host} srcport={port} dstip=198.51.100.{peer} dstport=80 sessionid={number} proto=6 "
    'hostname="www.example" url="http://www.example/latency-marker/{number}" action="passthrough" cat=52\n'
)


def lines(first: int, count: int, company: int, companies: int) -> bytes:
    """``count`` lines of a company; line numbers are unique over all companies."""
    moment = time.time()
    local = datetime.fromtimestamp(moment + 9 * 3600, UTC)
    head = HEAD.format(date=local.date(), time=f"{local:%H:%M:%S}", company=company, now=int(moment * 1e9))
    made = []
    for number in range(first, first + count):
        text = MARKER if number % EVERY == 0 else TRAFFIC
        values = {"host": 2 + number % 120, "port": 1024 + number % 60000, "peer": number % 254, "number": number}
        made.append(head + text.format(**values))
    return "".join(made).encode()


def send(ports: list[int], rate: int, seconds: float, *, udp: bool) -> dict[str, Any]:
    """Write at the rate; where the receiver makes us wait, so be it. Start of each slice by its first number."""
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    ends = [socket.socket(socket.AF_INET, kind) for _ in ports]
    for end, port in zip(ends, ports, strict=True):
        end.connect(("127.0.0.1", port))
    starts: list[tuple[int, float]] = []
    begin, number, slice_number = time.time(), 0, 0
    while (now := time.time()) - begin < seconds:
        due = int((now - begin) * rate) - number
        if due <= 0:
            time.sleep(SLICE / 2)
            continue
        company = slice_number % len(ports)
        count = min(due, max(1, int(rate * SLICE)))
        made = lines(number, count, company, len(ports))
        starts.append((number, time.time()))
        if udp:
            for line in made.splitlines():
                ends[company].send(line)
        else:
            ends[company].sendall(made)
        number, slice_number = number + count, slice_number + 1
    took = time.time() - begin
    for end in ends:
        end.close()
    return {"sent": number, "seconds": took, "starts": starts}


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def prepared(data_dir: Path, ports: list[int]) -> None:
    """Companies, sensors and the rule."""
    from hinomi.app.data import open_desk

    open_desk(data_dir)
    from hinomi.tenants import operations

    now = datetime.now(UTC)
    for number, port in enumerate(ports):
        tenant = operations.register_tenant(f"L{number:03}", f"L{number:03}", now=now, timezone="Asia/Tokyo")
        operations.register_sensor(
            tenant, "gate", source="fortinet_fortigate", kind="utm", since=now.date(), timezone="Asia/Tokyo",
            listener_port=port,
        )  # fmt: skip
    (data_dir / "rules").mkdir(exist_ok=True)
    (data_dir / "rules" / "marker.yml").write_text(RULE)
    switch = [sys.executable, "-m", "hinomi.app", "rules", "on", RULE_ID, "--why", "benchmark"]
    subprocess.run(switch, env=environment(data_dir), capture_output=True)


def environment(data_dir: Path) -> dict[str, str]:
    return {**os.environ, "HINOMI_DATA_DIR": str(data_dir)}


def first_shown(root: Path) -> dict[int, float]:
    """When the finding of each marker's number became visible first (seconds since 1970): files that were put
    together since then lie on the disk still, until they are swept."""
    import duckdb

    shown: dict[int, float] = {}
    for version in sorted((root / "findings" / "_delta_log").glob("*.json")):
        actions = [json.loads(line) for line in version.read_text().splitlines()]
        stamp = next(action["commitInfo"]["timestamp"] for action in actions if "commitInfo" in action) / 1000
        files = [str(root / "findings" / unquote(action["add"]["path"])) for action in actions if "add" in action]
        if files:
            numbers = duckdb.sql(
                f"""
                SELECT regexp_extract("url.url_string", '([0-9]+)$', 1)::BIGINT FROM
                read_parquet({files!r}, hive_partitioning = false)
                WHERE "finding_info.analytic.uid" = '{RULE_ID}'
                """
            ).fetchall()
            for (number,) in numbers:
                shown.setdefault(number, stamp)
    return shown


def latencies(lake: Lake, starts: list[tuple[int, float]]) -> list[float]:
    """Seconds for every marker that was found."""
    firsts = [number for number, _ in starts]
    return sorted(
        stamp - starts[bisect_right(firsts, number) - 1][1] for number, stamp in first_shown(lake.root).items()
    )


def held(lake: Lake) -> int:
    return int(lake.ask_population("SELECT count(*) AS n FROM events").rows()[0]["n"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--companies", type=int, default=43)
    parser.add_argument("--udp", action="store_true")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--send", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.send:
        print(json.dumps(send(json.loads(given.send), given.rate, given.seconds, udp=given.udp)))
        return
    data_dir = Path(tempfile.mkdtemp(dir=given.data_dir))
    try:
        run(given, data_dir)
    finally:
        shutil.rmtree(data_dir)


def run(given: argparse.Namespace, data_dir: Path) -> None:
    *ports, console, shared = free_ports(given.companies + 2)
    prepared(data_dir, ports)
    lake, landing = Lake(data_dir / "lake"), Landing(data_dir / "landing")
    said = (data_dir / "serve.log").open("wb")
    words = [sys.executable, "-m", "hinomi.app", "serve", "--port", str(console), "--syslog-host", "127.0.0.1"]
    words += ["--syslog-udp", str(shared), "--syslog-tcp", str(shared)]
    server = subprocess.Popen(words, env=environment(data_dir), stderr=said, stdout=said)
    try:
        listening(ports[0], server)
        time.sleep(15)  # every process has loaded what it needs
        words = [sys.executable, __file__, "--send", json.dumps(ports), "--rate", str(given.rate)]
        words += ["--seconds", str(given.seconds), *(["--udp"] if given.udp else [])]
        sent = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
        done, limit, before = time.time(), time.time() + PATIENCE, -1
        while time.time() < limit:
            time.sleep(3)
            now = held(lake)
            if now >= sent["sent"] or (now == before and not landing.pending()):
                break
            before = now
        caught_up = time.time() - done
    finally:
        server.terminate()
        server.wait(60)
    times = latencies(lake, sent["starts"])
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report(given, sent, times, held(lake), caught_up, used.ru_utime + used.ru_stime)
    for line in (data_dir / "serve.log").read_text(errors="replace").splitlines():
        if any(word in line for word in ("behind", "caught up", "lost", "cannot")):
            print(f"  serve: {line}")


def listening(port: int, server: subprocess.Popen[bytes]) -> None:
    limit = time.time() + 120
    while time.time() < limit and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("serve does not listen")


def report(
    given: argparse.Namespace, sent: dict[str, Any], times: list[float], rows: int, caught_up: float, used: float
) -> None:
    def at(share: float) -> float:
        return times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")

    kind = "UDP" if given.udp else "TCP"
    asked = f"{given.companies} sensors, asked {given.rate:,} lines/s for {given.seconds:.0f} s"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{kind}, {asked}: {sent['sent']:,} sent at {sent['sent'] / sent['seconds']:,.0f}/s")
    print(f"events in the lake: {rows:,} ({rows - sent['sent']:+,}); caught up {caught_up:.0f} s after the last line")
    expected = -(-sent["sent"] // EVERY)
    print(f"findings: {len(times):,} of {expected:,}; seconds from the socket to the lake:")
    middle = median(times) if times else float("nan")
    print(f"  median {middle:.2f}  p90 {at(0.9):.2f}  p99 {at(0.99):.2f}  p99.9 {at(0.999):.2f}  max {at(1):.2f}")
    print(f"CPU seconds of serve and sender: {used:.0f}; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
