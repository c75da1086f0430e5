"""Indicators in the river: what they cost a line, how long they take to load, how much memory they hold.

    .venv/bin/python benchmarks/intelligence.py [--lines 100000] [--runs 3]

One process on one core takes the same FortiGate lines from bytes to the committed lake with no indicators, ten
thousand and a million of them (a quarter each of addresses, domains, URLs and SHA-256), in turn; what is told is the
CPU time spent on looking for indicators, and its share of the whole. Below: other ways to ask whether the addresses of
these lines are among a million, in the same run.
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
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
GATE = "fortinet_fortigate"
ARRIVAL = datetime(2022, 12, 1)
SIZES = (0, 10_000, 1_000_000)


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def make(folder: Path, size: int) -> Any:
    """A shelf with so many indicators, none of which the lines meet."""
    import polars as pl

    from hinomi.pipeline.intelligence.indicator import COLUMNS
    from hinomi.pipeline.intelligence.shelf import Shelf

    chance = random.Random(size)
    rows = []
    for _ in range(size // 4):
        four = [chance.choice((5, 45, 91, 185)), *(chance.randrange(256) for _ in range(3))]
        rows += [
            ("ip", ".".join(map(str, four))),
            ("domain", f"{chance.getrandbits(48):x}.{chance.choice(('example', 'test', 'invalid'))}"),
            ("url", f"{chance.getrandbits(40):x}.example/{chance.getrandbits(32):x}/x.php"),
            ("sha256", f"{chance.getrandbits(256):064x}"),
        ]
    frame = pl.DataFrame(rows, schema=["kind", "value"], orient="row").with_columns(
        added=ARRIVAL, confidence=80, purpose=pl.lit("c2"), description=pl.lit("made for measuring")
    )
    missing = [pl.lit(None).alias(name) for name in COLUMNS if name not in frame.columns]
    shelf = Shelf(folder / f"shelf-{size}")
    if size:
        shelf.replace("measured", frame.with_columns(missing).select(*COLUMNS).cast(dict(COLUMNS)))
    return shelf


def once(path: Path, folder: Path) -> None:
    """One run, in this process; prints its figures as JSON."""
    from hinomi.lake.lake import Lake
    from hinomi.lake.landing import Landing
    from hinomi.library import catalog
    from hinomi.library.formats import keyvalue
    from hinomi.pipeline.collect.files import Payload, payloads, standard_input
    from hinomi.pipeline.detect import Lookout, load
    from hinomi.pipeline.intelligence import index, kernel
    from hinomi.pipeline.intelligence.shelf import Shelf
    from hinomi.pipeline.intelligence.told import Told
    from hinomi.pipeline.run import River, drain

    assert kernel is not None
    keyvalue.worth_compiling.is_paid = True
    rules = load(catalog.sigma_rules())
    index.load(Shelf(folder / f"shelf-{SIZES[1]}"))  # loads compiled code, which is not counted
    found: dict[str, Any] = {}
    spent = [0.0]
    sighted = Lookout.sighted

    def timed(self: Any, events: Any) -> Any:
        begin = time.process_time()
        result = sighted(self, events)
        spent[0] += time.process_time() - begin
        return result

    Lookout.sighted = timed  # type: ignore[method-assign]
    for size in (SIZES[1], *SIZES):  # the first warms everything
        before, begin = resident_mb(), time.process_time()
        known = index.load(Shelf(folder / f"shelf-{size}"))
        _ = known.ranges
        loaded = time.process_time() - begin
        held = resident_mb() - before
        with tempfile.TemporaryDirectory() as place:
            lake = Lake(Path(place) / "lake")
            river = River(Landing(Path(place) / "landing"), lake, Lookout(rules, known, Told(lake)))
            spent[0], begin = 0.0, time.process_time()
            for piece in payloads([str(path)], catalog.source_manifest(GATE), standard_input()):
                assert isinstance(piece, Payload)
                river.landing.append(
                    piece.data, tenant="101", sensor="gate", source=GATE, timezone="Asia/Tokyo", received=ARRIVAL,
                    origin=piece.origin,
                )  # fmt: skip
            drain(river)
            found[str(size)] = {
                "all": time.process_time() - begin, "looking": spent[0], "load": loaded, "held_mb": held,
            }  # fmt: skip
    found["alternatives"] = alternatives(path, known)
    found["resident_mb"] = resident_mb()
    print(json.dumps(found))


def alternatives(path: Path, known: Any) -> dict[str, float]:
    """Seconds of CPU to say which source and destination addresses are among the million."""
    from zoneinfo import ZoneInfo

    import numpy as np
    import polars as pl

    from hinomi.library import catalog
    from hinomi.library.contracts import Context
    from hinomi.pipeline.intelligence import scan

    events = catalog.source(GATE)(path.read_bytes(), Context(ZoneInfo("Asia/Tokyo"), ARRIVAL, False)).events
    columns = [events["src_endpoint.ip"], events["dst_endpoint.ip"]]
    values = pl.read_parquet(path.with_name(f"shelf-{SIZES[-1]}") / "feeds" / "measured.parquet")["value"]
    hashes, everything, table = np.sort(values.hash().to_numpy()), set(values), values.to_frame("value")

    def searched(column: pl.Series) -> Any:
        unique = column.unique().hash().to_numpy()
        at = np.searchsorted(hashes, unique)
        return hashes[np.minimum(at, len(hashes) - 1)] == unique

    ways: dict[str, Callable[[pl.Series], Any]] = {
        "this: compiled scan of every value": lambda column: scan.addresses(known, column),
        "unique values in a Python set (memory: 140 MB)": lambda column: [
            one for one in column.unique() if one in everything
        ],
        "unique values, hashes sorted, numpy.searchsorted": searched,
        "polars: is_in": lambda column: column.is_in(values.implode()),
        "polars: semi join": lambda column: column.to_frame("value").join(table, on="value", how="semi"),
    }
    spent = {}
    for name, way in ways.items():
        way(columns[0])
        begin = time.process_time()
        for column in columns:
            way(column)
        spent[name] = time.process_time() - begin
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--once", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(*options.once)
        return
    os.environ["POLARS_MAX_THREADS"] = "1"
    core = str(max(os.sched_getaffinity(0)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "gate.log"
        with path.open("wb") as file:
            subprocess.run([sys.executable, HERE / "lines.py", GATE, str(options.lines)], stdout=file, check=True)
        for size in SIZES:
            make(folder, size)
        command = ["taskset", "-c", core, sys.executable, __file__, "--once", str(path), str(folder)]
        runs = [
            json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout) for _ in range(options.runs)
        ]
    show(runs, options.lines)


def show(runs: list[dict[str, Any]], lines: int) -> None:
    def median(size: int, name: str) -> float:
        return statistics.median(run[str(size)][name] for run in runs)

    print(f"{platform.machine()}, one of {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{lines:,} FortiGate lines, bytes to the committed lake; medians of {len(runs)} runs\n")
    print("indicators    lines per CPU s   looking, a line   share    load (CPU) memory")
    for size in SIZES:
        whole, looking = median(size, "all"), median(size, "looking")
        print(
            f"{size:10,}   {lines / whole:12,.0f}   {1e9 * looking / lines:12,.0f} ns   {looking / whole:6.1%}"
            f"   {median(size, 'load'):5.2f} s   {median(size, 'held_mb'):5.0f} MB"
        )
    print("\nAre two addresses of every line among a million?")
    for name in runs[0]["alternatives"]:
        spent = statistics.median(run["alternatives"][name] for run in runs)
        print(f"  {name:52} {1e9 * spent / lines:10,.0f} ns a line")


if __name__ == "__main__":
    main()
