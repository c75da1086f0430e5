"""End to end: bytes of a FortiGate's log to the committed lake, in lines per CPU second on one core, and peak memory.

    .venv/bin/python benchmarks/river.py [--lines 500000] [--runs 5]

Each run is a process of its own on a fresh folder and on one core: it lands the lines in blocks of 16 MiB, normalises
them, looks for findings with the shelf's rules, and commits. Imports and loading of compiled code are not counted
(``parse.py`` says how long they take); user + system CPU of the whole work is. The stages are what they use of it.
"""

import argparse
import json
import os
import platform
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


def once(path: Path) -> None:
    """One run over the lines in a file, in this process; prints its figures as JSON."""
    from hinomi.lake.lake import Lake
    from hinomi.lake.landing import Landing
    from hinomi.library import catalog
    from hinomi.library.formats import keyvalue
    from hinomi.pipeline import river as stages
    from hinomi.pipeline.collect.files import Payload, payloads, standard_input
    from hinomi.pipeline.detect import Lookout, load
    from hinomi.pipeline.run import River, drain

    used: dict[str, float] = {"normalize": 0.0, "detect": 0.0}

    def timed(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            begin = time.process_time()
            result = work(*arguments)
            used[stage] += time.process_time() - begin
            return result

        return run

    def land(river: River, origin: str, data: bytes) -> None:
        river.landing.append(
            data, tenant="101", sensor="gate", source=GATE, timezone="Asia/Tokyo", received=ARRIVAL, origin=origin
        )

    lookout = Lookout(load(catalog.sigma_rules()))
    keyvalue.worth_compiling.is_paid = True
    with path.open("rb") as file, tempfile.TemporaryDirectory() as folder:
        river = River(Landing(Path(folder) / "landing"), Lake(Path(folder) / "lake"), lookout)
        land(river, "loads everything", b"".join(file.readline() for _ in range(1000)))
        drain(river)
    stages.normalize = timed("normalize", stages.normalize)
    Lookout.look = timed("detect", Lookout.look)  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as folder:
        river = River(Landing(Path(folder) / "landing"), Lake(Path(folder) / "lake"), lookout)
        wall, begin = time.perf_counter(), time.process_time()
        for piece in payloads([str(path)], catalog.source_manifest(GATE), standard_input()):
            assert isinstance(piece, Payload)
            land(river, piece.origin, piece.data)
        used["land"] = time.process_time() - begin
        drain(river)
        used["all"] = time.process_time() - begin
        used["wall"] = time.perf_counter() - wall
        used["rows"] = river.lake.ask("101", "SELECT count(*) AS n FROM events").rows()[0]["n"]
        used["findings"] = river.lake.ask("101", "SELECT count(*) AS n FROM findings").rows()[0]["n"]
    used["peak_mb"] = peak_memory_mb()
    print(json.dumps(used))


def peak_memory_mb() -> float:
    """Peak resident memory of this process; ``ru_maxrss`` would also hold that of the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(options.once)
        return
    os.environ["POLARS_MAX_THREADS"] = "1"
    core = str(max(os.sched_getaffinity(0)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gate.log"
        with path.open("wb") as file:
            subprocess.run([sys.executable, HERE / "lines.py", GATE, str(options.lines)], stdout=file, check=True)
        size = path.stat().st_size
        command = ["taskset", "-c", core, sys.executable, __file__, "--once", str(path)]
        outputs = [subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout for _ in range(options.runs + 1)]
    runs = [json.loads(output) for output in outputs[1:]]  # the first warms caches
    median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    assert median["rows"] == options.lines, median
    show(median, options.lines, size, options.runs)


def show(median: dict[str, float], lines: int, size: int, runs: int) -> None:
    def rate(seconds: float) -> str:
        return f"{lines / seconds:10,.0f} lines ({size / 1e6 / seconds:4.0f} MB) per CPU second"

    to_lake = median["all"] - median["detect"]
    stages = {
        "made safe in the landing zone": median["land"],
        "normalised to OCSF": median["normalize"],
        "read back, written, committed": to_lake - median["land"] - median["normalize"],
        "detection": median["detect"],
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores of which one is used, Python {platform.python_version()}")
    print(f"{lines:,} FortiGate lines, {size / 1e6:.0f} MB; medians of {runs} runs after one warm-up\n")
    print(f"bytes to the committed lake     {rate(to_lake)}")
    print(f"with detection                  {rate(median['all'])}")
    for title, seconds in stages.items():
        print(f"  {title:32}{1e6 * seconds / lines:6.2f} µs of CPU a line")
    print(f"wall {lines / median['wall']:,.0f} lines per second; peak memory {median['peak_mb']:,.0f} MB")
    print(f"{median['findings']:,.0f} findings")


if __name__ == "__main__":
    main()
