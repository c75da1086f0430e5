"""Reading FortiGate lines: the compiled scanner against the plain parser, in lines per CPU second on one core.

    .venv/bin/python benchmarks/parse_keyvalue.py [--lines 50000] [--runs 7]

Writes its own lines (48 fields of traffic, some web filter, DNS and application control). Both parsers read the
same lines in turn in one process, so that the ratio holds whatever else the machine does; the plain parser gets a
tenth of them. Below that, what a short process pays: ten lines from a cold start, in CPU seconds too.
"""

import argparse
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

os.environ.setdefault("POLARS_MAX_THREADS", "1")

from hinomi.library.contracts import Context
from hinomi.library.formats import keyvalue, syslog
from hinomi.library.formats.lines import split
from hinomi.library.sources.fortinet_fortigate.mapping import normalize
from hinomi.library.sources.fortinet_fortigate.records import GRAMMAR

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 15, 3, 0))
HEAD = (
    '<189>date=2023-01-15 time=12:00:{second:02d} devname="FG60F-HONSHA" devid="FGT60FTK00000000" '
    'eventtime={epoch}{fraction:09d} tz="+0900" '
)
ENDS = (
    "srcip=192.168.10.{host} srcport={port} "
    'srcintf="internal" srcintfrole="lan" dstip=203.0.113.{peer} dstport=443 dstintf="wan1" dstintfrole="wan" '
)
KINDS = {
    78: 'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" '
    + ENDS
    + 'srccountry="Reserved" '
    'dstcountry="Japan" sessionid={session} proto=6 action="close" policyid=3 policytype="policy" '
    'poluuid="5f1c0c9a-0000-51ed-0000-000000000003" policyname="LAN to Internet" service="HTTPS" trandisp="snat" '
    'transip=198.51.100.2 transport={port} appid=40568 app="HTTPS.BROWSER" appcat="Web.Client" apprisk="medium" '
    'applist="default" duration={second} sentbyte={sent} rcvdbyte={session} sentpkt=14 rcvdpkt=19 utmaction="allow" '
    'countapp=1 osname="Windows" mastersrcmac="02:00:5e:10:00:{host:02x}" srcmac="02:00:5e:10:00:{host:02x}" '
    "srcserver=0",
    8: 'logid="0316013056" type="utm" subtype="webfilter" eventtype="ftgd_blk" level="warning" vd="root" policyid=3 '
    "sessionid={session} " + ENDS + 'proto=6 service="HTTPS" hostname="site{peer}.example.com" profile="default" '
    'action="blocked" reqtype="direct" url="/path/{session}?q=a=b" sentbyte=1152 rcvdbyte=1130 direction="outgoing" '
    'msg="URL belongs to a denied category in policy" method="domain" cat=26 catdesc="Malicious Websites" crscore=30 '
    'craction=4194304 crlevel="high"',
    6: 'logid="1059028704" type="utm" subtype="app-ctrl" eventtype="signature" level="information" vd="root" '
    "appid=40568 "
    + ENDS
    + 'proto=6 service="SSL" direction="outgoing" policyid=3 sessionid={session} applist="default" action="pass" '
    'appcat="Web.Client" app="HTTPS.BROWSER" hostname="a.example.com" incidentserialno=23465 url="/" '
    'msg="Web.Client: HTTPS.BROWSER," apprisk="medium"',
    5: 'logid="1501054802" type="utm" subtype="dns" eventtype="dns-response" level="notice" vd="root" policyid=3 '
    "sessionid={session} " + ENDS + 'proto=17 profile="default" xid=2234 qname="a.example.com" qtype="A" qtypeval=1 '
    'qclass="IN" ipaddr="203.0.113.9" msg="Domain is monitored" action="pass" cat=23 catdesc="Web-based Email"',
}
COLD = """
from datetime import datetime
from zoneinfo import ZoneInfo
import sys
from hinomi.library.contracts import Context
from hinomi.library.formats import keyvalue
from hinomi.library.sources.fortinet_fortigate.mapping import normalize
keyvalue.worth_compiling.is_paid = sys.argv[1] == "0"
found = normalize(sys.stdin.buffer.read(), Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 15)))
assert found.records == found.events.height == 10
"""


def lines(count: int, seed: int = 1) -> bytes:
    chance = random.Random(seed)
    chosen = chance.choices(list(KINDS.values()), weights=list(KINDS), k=count)
    made = [
        (HEAD + kind).format(
            second=number % 60,
            epoch=1673751600 + number // 50,
            fraction=chance.randrange(10**9),
            host=chance.randrange(2, 250),
            peer=chance.randrange(1, 255),
            port=chance.randrange(1025, 65000),
            session=chance.randrange(1, 10**9),
            sent=chance.randrange(100, 10**6),
        )
        for number, kind in enumerate(chosen)
    ]
    return ("\n".join(made) + "\n").encode()


def scan(payload: bytes, *, compiled: bool) -> None:
    found = split(payload)
    starts = syslog.starts(found)
    for _ in keyvalue.read(found, starts, GRAMMAR, compiled=compiled):
        pass


def map_to_ocsf(payload: bytes, *, compiled: bool) -> None:
    keyvalue.worth_compiling = lambda lines: compiled
    normalize(payload, CONTEXT)


def seconds(work: Callable[[], None]) -> float:
    """User and system CPU of all threads."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def cold(payload: bytes, loading: int, cache: str) -> float:
    """User and system CPU of a process that reads ten lines; the scanner reads more than ``loading``."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", COLD, str(loading)], input=payload, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def rates(task: Callable[..., None], many: bytes, few: bytes, runs: int) -> tuple[float, float]:
    """Lines per second, medians: the scanner on ``many`` lines, the plain parser on ``few``, in turn."""
    fast, plain = [], []
    for _ in range(runs):
        fast.append(many.count(b"\n") / seconds(lambda: task(many, compiled=True)))
        plain.append(few.count(b"\n") / seconds(lambda: task(few, compiled=False)))
    return statistics.median(fast), statistics.median(plain)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    many, few = lines(options.lines), lines(max(1, options.lines // 10))
    print(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{options.lines:,} lines of {len(many) / options.lines:.0f} bytes, medians of {options.runs} runs\n")
    scan(few, compiled=True)
    for title, task in (("lines to columns", scan), ("lines to OCSF", map_to_ocsf)):
        quick, slow = rates(task, many, few, options.runs)
        print(f"{title:18} scanner {quick:9,.0f}/s   plain parser {slow:7,.0f}/s   ratio {quick / slow:5.1f}")
    ten = lines(10)
    with tempfile.TemporaryDirectory() as cache:
        starts: dict[str, list[float]] = {
            "plain parser": [],
            "scanner, compiled before": [],
            "scanner, to be compiled": [],
        }
        cold(ten, 0, cache)
        for number in range(options.runs):
            starts["plain parser"].append(cold(ten, 100, cache))
            starts["scanner, compiled before"].append(cold(ten, 0, cache))
            starts["scanner, to be compiled"].append(cold(ten, 0, f"{cache}/{number}"))
    print("\nten lines from a cold start (interpreter and imports included)")
    for title, times in starts.items():
        print(f"{title:25} {statistics.median(times):5.2f} s")
    saved = statistics.median(starts["scanner, compiled before"]) - statistics.median(starts["plain parser"])
    print(f"the plain parser reads {saved * slow:,.0f} lines to OCSF in the {saved:.2f} s the scanner takes to load")


if __name__ == "__main__":
    main()
