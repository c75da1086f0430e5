"""HTTP intake: lines over loopback to the landing zone, in MB of lines per CPU second of the receiving process.

    .venv/bin/python benchmarks/ingest.py [--megabytes 256] [--data-dir DIR]

The receiver is a process of its own, as ``hinomi serve --ingest`` runs it: same server, same intake, blocks fsynced
below DIR (at first the temporary folder). Its CPU time (user and system, all threads) is read before and after each
row; wall time includes the sender, which shares the machine. Every byte that was answered is counted in the landing
zone at the end.
"""

import argparse
import asyncio
import gzip
import http.client
import os
import platform
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import zstandard

LINE = (
    '<189>date=2022-11-{day:02d} time=12:00:00 devname="gate-101" devid="FG100E0000000101" logid="0000000013" '
    'type="traffic" subtype="forward" level="notice" vd="root" srcip=192.168.1.{host} srcport={port} srcintf="port1" '
    'srcintfrole="lan" dstip=203.0.113.{host} dstport=443 dstintf="wan1" dstintfrole="wan" srccountry="Reserved" '
    'dstcountry="Japan" sessionid={session} proto=6 action="close" policyid=3 policytype="policy" service="HTTPS" '
    'trandisp="snat" transip=198.51.100.2 transport={port} appid=40568 app="HTTPS.BROWSER" appcat="Web.Client" '
    'apprisk="medium" duration=61 sentbyte={session} rcvdbyte={port} sentpkt=14 rcvdpkt=19 utmaction="allow"\n'
)


def serve(data_dir: Path) -> None:
    """The receiver: prints its port, then its CPU seconds for every line on standard input."""
    from hinomi.app.ingest import IntakeServer, now
    from hinomi.lake.landing import Landing
    from hinomi.pipeline.collect.http import Intake
    from hinomi.pipeline.collect.logbook import Logbook
    from hinomi.pipeline.collect.reception import Reception
    from hinomi.pipeline.collect.routes import Route
    from hinomi.pipeline.collect.syslog import Listener, Transport

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    async def find(token: str) -> Route:
        return Route("101", "gate", "fortinet_fortigate", "Asia/Tokyo")

    intake = Intake(find, Reception(Landing(data_dir / "landing"), now), Logbook(data_dir / "strangers.json"))
    server = IntakeServer(intake, Listener(Transport.TCP, port, "127.0.0.1"))

    def report() -> None:
        for _ in sys.stdin:
            print(time.process_time(), flush=True)
        server.should_exit = True

    threading.Thread(target=report, daemon=True).start()
    print(port, flush=True)
    asyncio.run(server.listen())


class Receiver:
    def __init__(self, data_dir: Path) -> None:
        command = [sys.executable, __file__, "--serve", str(data_dir)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)

    def cpu(self) -> float:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=30)


def send(port: int, bodies: list[bytes], coding: str, senders: int) -> None:
    """Every body once, over ``senders`` connections that wait for each answer."""
    headers = {"Authorization": "Bearer x", **({"Content-Encoding": coding} if coding else {})}

    def run(mine: list[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for body in mine:
            connection.request("POST", "/ingest/gate", body, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
        connection.close()

    threads = [threading.Thread(target=run, args=(bodies[number::senders],)) for number in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def batches(lines_each: int, count: int, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    return [
        "".join(
            LINE.format(
                day=1 + number % 28,
                host=chance.randrange(2, 250),
                port=chance.randrange(1025, 65000),
                session=chance.randrange(10**9),
            )
            for number in range(lines_each)
        ).encode()
        for _ in range(count)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=256)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    size = len(batches(1, 1, 0)[0])
    whole = options.megabytes * 1_000_000 // size
    pack: dict[str, Callable[[bytes], bytes]] = {
        "": bytes,
        "gzip": lambda body: gzip.compress(body, 6),
        "zstd": zstandard.ZstdCompressor(level=3).compress,
    }
    rows = [
        ("1,000 lines, plain", 1000, whole // 1000, "", 2),
        ("1,000 lines, gzip", 1000, whole // 1000, "gzip", 2),
        ("1,000 lines, zstd", 1000, whole // 1000, "zstd", 2),
        ("20,000 lines, zstd", 20_000, max(1, whole // 20_000), "zstd", 2),
        ("50 lines, plain", 50, 4000, "", 16),
        ("1 line, plain", 1, 4000, "", 16),
    ]
    print(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores, lines of {size} bytes")
    print(f"{'a request holds':20} {'MB':>6} {'requests':>9} {'MB/CPU s':>9} {'requests/CPU s':>15} {'MB/s':>7}")
    with tempfile.TemporaryDirectory(dir=options.data_dir) as folder:
        receiver = Receiver(Path(folder))
        warm = batches(10, 10, 99)
        send(receiver.port, warm, "", 1)
        sent = sum(map(len, warm))
        for seed, (title, lines_each, count, coding, senders) in enumerate(rows):
            plain = batches(lines_each, count, seed)
            packed = [pack[coding](body) for body in plain]
            total = sum(map(len, plain))
            before, begun = receiver.cpu(), time.perf_counter()
            send(receiver.port, packed, coding, senders)
            wall, cpu = time.perf_counter() - begun, receiver.cpu() - before
            sent += total
            print(
                f"{title:20} {total / 1e6:6.0f} {count:9,} {total / 1e6 / cpu:9.0f} {count / cpu:15,.0f} "
                f"{total / 1e6 / wall:7.0f}"
            )
        receiver.stop()
        from hinomi.lake.landing import Landing

        kept = sum(header.bytes for header in Landing(Path(folder) / "landing").pending())
        print(f"answered and in the landing zone: {kept / 1e6:.1f} MB of {sent / 1e6:.1f} MB")
        assert kept == sent


if __name__ == "__main__":
    main()
