"""End to end: bytes of a FortiGate's log to the committed lake, in lines per CPU second, and peak memory.

    .venv/bin/python benchmarks/river.py [--lines 200000] [--runs 5]

Each run is a process of its own on a fresh folder: it lands the lines in blocks of 16 MiB, normalises them,
looks for findings with the shelf's rules, and commits. Import time is not counted; user + system CPU of the whole
work is. Prints the median of the runs, and the machine.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

BLOCK = 16 * 1024 * 1024
TRAFFIC = (
    '<189>date=2022-11-{day:02d} time={hour:02d}:{minute:02d}:{second:02d} devname="gate-101" devid="FG100E0000000101" '
    'eventtime={epoch}000000000 tz="+0900" logid="0000000013" type="traffic" subtype="forward" level="notice" '
    'vd="root" srcip=192.168.1.{host} srcport={port} srcintf="port1" srcintfrole="lan" dstip=203.0.113.{peer} '
    'dstport=443 dstintf="wan1" dstintfrole="wan" srccountry="Reserved" dstcountry="Japan" sessionid={session} '
    'proto=6 action="close" policyid=3 policytype="policy" poluuid="4f1c2d4e-0000-51ee-a000-00000000{host:04d}" '
    'service="HTTPS" trandisp="snat" transip=198.51.100.2 transport={port} appid=40568 app="HTTPS.BROWSER" '
    'appcat="Web.Client" apprisk="medium" duration=61 sentbyte={sent} rcvdbyte={rcvd} sentpkt=14 rcvdpkt=19 '
    'utmaction="allow" countapp=1 osname="Windows" srchwvendor="Example" mastersrcmac="02:00:5e:10:00:{host:02x}" '
    'srcmac="02:00:5e:10:00:{host:02x}" srcserver=0\n'
)
WEBFILTER = (
    '<188>date=2022-11-{day:02d} time={hour:02d}:{minute:02d}:{second:02d} devname="gate-101" devid="FG100E0000000101" '
    'eventtime={epoch}000000000 tz="+0900" logid="0316013056" type="utm" subtype="webfilter" eventtype="ftgd_blk" '
    'level="warning" vd="root" policyid=3 sessionid={session} srcip=192.168.1.{host} srcport={port} srcintf="port1" '
    'srcintfrole="lan" dstip=203.0.113.{peer} dstport=80 dstintf="wan1" dstintfrole="wan" proto=6 service="HTTP" '
    'hostname="site{peer}.example" profile="default" action="blocked" reqtype="direct" url="/page/{session}" '
    'sentbyte={sent} rcvdbyte={rcvd} direction="outgoing" msg="URL belongs to a denied category in policy" '
    'method="domain" cat=26 catdesc="Malicious Websites" crscore=30 craction=4194304 crlevel="high"\n'
)


def lines(count: int, seed: int = 1) -> bytes:
    """FortiGate lines, one detection in twenty; about 800 bytes each."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        day, second = 1 + number * 28 // count, chance.randrange(86400)
        values = {
            "day": day,
            "hour": second // 3600,
            "minute": second // 60 % 60,
            "second": second % 60,
            "epoch": 1667228400 + (day - 1) * 86400 + second,
            "host": chance.randrange(2, 250),
            "peer": chance.randrange(1, 255),
            "port": chance.randrange(1024, 65535),
            "session": number,
            "sent": chance.randrange(100, 100000),
            "rcvd": chance.randrange(100, 1000000),
        }
        made.append((WEBFILTER if number % 20 == 0 else TRAFFIC).format(**values))
    return "".join(made).encode()


def once(path: Path) -> None:
    """One run over the lines in a file, in this process; prints its figures as JSON."""
    from hinomi.lake.lake import Lake
    from hinomi.lake.landing import Landing
    from hinomi.library import catalog
    from hinomi.pipeline.collect.files import Payload, payloads, standard_input
    from hinomi.pipeline.detect.sigma import load
    from hinomi.pipeline.run import River, drain

    rules = load(catalog.sigma_rules())
    catalog.source("fortinet_fortigate")
    with tempfile.TemporaryDirectory() as folder:
        river = River(Landing(Path(folder) / "landing"), Lake(Path(folder) / "lake"), rules)
        wall, cpu = time.perf_counter(), time.process_time()
        for piece in payloads([str(path)], catalog.source_manifest("fortinet_fortigate"), standard_input()):
            assert isinstance(piece, Payload)
            river.landing.append(
                piece.data,
                tenant="101",
                sensor="gate",
                source="fortinet_fortigate",
                timezone="Asia/Tokyo",
                received=datetime(2022, 12, 1),
                origin=piece.origin,
            )
        landed = time.process_time()
        drain(river)
        figures = {
            "landing_cpu": landed - cpu,
            "cpu": time.process_time() - cpu,
            "wall": time.perf_counter() - wall,
            "rows": river.lake.ask("101", "SELECT count(*) AS n FROM events").rows()[0]["n"],
            "findings": river.lake.ask("101", "SELECT count(*) AS n FROM findings").rows()[0]["n"],
        }
    figures["peak_mb"] = peak_memory_mb()
    print(json.dumps(figures))


def peak_memory_mb() -> float:
    """Peak resident memory of this process; ``ru_maxrss`` would also hold that of the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(options.once)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gate.log"
        path.write_bytes(lines(options.lines))
        size = path.stat().st_size
        runs = []
        for number in range(options.runs + 1):
            command = [sys.executable, __file__, "--once", str(path)]
            figures = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            if number:  # the first run warms caches
                runs.append(figures)
    median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    assert median["rows"] == options.lines, median
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"input: {options.lines:,} FortiGate lines, {size / 1e6:.0f} MB; {options.runs} runs after one warm-up, medians"
    )
    rate, megabytes = options.lines / median["cpu"], size / 1e6 / median["cpu"]
    print(f"bytes to lake: {rate:,.0f} lines per CPU second ({megabytes:.0f} MB)")
    print(f"  of which making it safe (landing): {median['landing_cpu'] / median['cpu']:.0%} of the CPU time")
    print(f"wall: {options.lines / median['wall']:,.0f} lines per second; peak memory {median['peak_mb']:,.0f} MB")
    print(f"findings: {median['findings']:,.0f}")


if __name__ == "__main__":
    main()
