"""A million Windows events with all public rules and a million indicators: peak memory, and what it costs.

    .venv/bin/python benchmarks/memory.py --rules DIR --evtx DIR [--events 1000000] [--indicators 1000000]

One process lands the events of a folder of .evtx files, repeated to so many, as JSON lines in blocks of 16 MiB, and
drains each block as the worker of ``hinomi serve`` does: normalised, looked at with the shelf's rules, the rules of
the folder and the indicators, and committed. The peak is the process's own (VmHWM), start and loading included.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from intelligence import make
from match import lines_of
from river import peak_memory_mb

BLOCK = 16 << 20
SOURCE = "windows_forwarded"
ARRIVAL = datetime(2022, 12, 1)


def blocks(lines: list[bytes], count: int) -> Iterator[bytes]:
    """``count`` lines, those given over and over, in pieces of about a block's size."""
    held: list[bytes] = []
    size = 0
    for number in range(count):
        line = lines[number % len(lines)]
        held.append(line)
        size += len(line) + 1
        if size >= BLOCK:
            yield b"\n".join(held) + b"\n"
            held, size = [], 0
    if held:
        yield b"\n".join(held) + b"\n"


def once(options: argparse.Namespace) -> None:
    """In this process: prints figures as JSON."""
    from hinomi.lake.lake import Lake
    from hinomi.lake.landing import Landing
    from hinomi.library import catalog
    from hinomi.pipeline.detect import Lookout
    from hinomi.pipeline.detect.sigma import cache
    from hinomi.pipeline.intelligence import index
    from hinomi.pipeline.intelligence.shelf import Shelf
    from hinomi.pipeline.intelligence.told import Told
    from hinomi.pipeline.run import River, drain

    folder = options.once
    rules = cache.load([*catalog.sigma_rules(), options.rules])
    indicators = index.load(Shelf(folder / f"shelf-{options.indicators}"))
    lake = Lake(folder / "lake")
    river = River(Landing(folder / "landing"), lake, Lookout(rules, indicators, Told(lake)))
    loaded = peak_memory_mb()
    lines = (folder / "once.jsonl").read_bytes().splitlines()
    begin = time.process_time()
    for number, block in enumerate(blocks(lines, options.events)):
        river.landing.append(
            block, tenant="101", sensor="windows", source=SOURCE, timezone="UTC", received=ARRIVAL,
            origin=f"block {number}",
        )  # fmt: skip
        drain(river)
    used = time.process_time() - begin
    held = {
        table: lake.ask("101", f"SELECT count(*) AS n FROM {table}").rows()[0]["n"] for table in ("events", "findings")
    }
    print(
        json.dumps({"rules": len(rules.rules), "loaded_mb": loaded, "peak_mb": peak_memory_mb(), "cpu": used, **held})
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=Path, required=True)
    parser.add_argument("--evtx", type=Path, required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--indicators", type=int, default=1_000_000)
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(options)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "once.jsonl").write_bytes(b"\n".join(lines_of(options.evtx)))
        make(folder, options.indicators)
        command = [sys.executable, __file__, *sys.argv[1:], "--once", name]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{options.events:,} events, {found['rules']:,} rules, {options.indicators:,} indicators")
    print(f"peak memory {found['peak_mb']:,.0f} MB, of which {found['loaded_mb']:,.0f} MB after loading")
    print(f"{found['cpu']:,.0f} CPU s: {options.events / found['cpu']:,.0f} events per CPU second, lines to the lake")
    print(f"{found['events']:,} events in the lake, {found['findings']:,} findings")


if __name__ == "__main__":
    main()
