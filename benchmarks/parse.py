"""Logs to OCSF columns in lines per CPU second on one core, beside other programs that read the same lines.

    .venv/bin/python benchmarks/parse.py [--lines 300000] [--runs 3] [--peers DIR] [--only WORD]

Every row is whole processes on one core, in turn with all other rows, so that the ratios hold whatever else the
machine does: medians of several runs after one that warms caches. Start-up (interpreter, imports, compiled code) is
what the same process uses for a log of one line; the rate without it is that of a service that runs on. Ratios compare
these rates with syslog-ng's kv-parser and format-json, which does the least that can be called the same: pairs to JSON.
The others write their JSON to a file; ours makes the columns of the lake in memory (``river.py`` measures on to there).
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import peers
from peers import Missing, Used

HERE = Path(__file__).parent
GATE = "fortinet_fortigate"
REFERENCE = "syslog-ng kv-parser, format-json"


@dataclass(frozen=True)
class Row:
    """Something that reads a log of ``lines`` ``times`` times over: ``run`` is given the log and how long it is."""

    title: str
    source: str
    lines: int
    run: Callable[[Path, int], Used]
    times: int = 1


@dataclass(frozen=True)
class Rates:
    """Medians: lines per CPU second of the whole process and without its start-up, start-up in CPU seconds, memory."""

    whole: float
    running: float
    start: float
    peak_mb: float


def ours(core: int, lines: int) -> list[Row]:
    def row(title: str, source: str, lines: int, times: int = 1, *extra: str) -> Row:
        command = [sys.executable, str(HERE / "normalize_file.py"), source, "--times", str(times), *extra]
        return Row(title, source, lines, lambda log, _: peers.measured([*command, str(log)], core), times)

    return [
        row("hinomi FortiGate key=value", GATE, lines, 5),
        row("hinomi FortiGate, plain parser (oracle)", GATE, lines // 10, 1, "--plain"),
        row("hinomi Suricata EVE JSON", "suricata_eve", lines // 3),
        row("hinomi PAN-OS CSV", "paloalto_panos", lines // 3),
        row("hinomi Yamaha RTX syslog", "yamaha_rtx", lines // 3),
        row("hinomi Windows EVTX", "windows_evtx", lines // 15),
    ]


def theirs(core: int, lines: int, folder: Path, unpacked: Path | None) -> list[Row]:
    def beside(peer: Callable[[Path, int, Path, int], Used]) -> Callable[[Path, int], Used]:
        def run(log: Path, lines: int) -> Used:
            with tempfile.TemporaryDirectory(dir=folder) as own:
                return peer(log, lines, Path(own), core)

        return run

    found = []
    for title, share, peer in (
        (REFERENCE, 1, lambda *given: peers.syslog_ng(*given, unpacked)),
        ("rsyslog mmfields, JSON", 1, lambda *given: peers.rsyslog(*given, unpacked)),
        ("Tenzir parse_kv, JSON", 3, lambda *given: peers.tenzir(*given, peers.installed_tenzir(folder / "tenzir"))),
    ):
        found.append(Row(title, GATE, lines // share, beside(peer)))
    return found


def compare(rows: list[Row], runs: int, folder: Path) -> dict[str, Rates]:
    """All rows in turn, ``runs`` times after one that is not counted; a row that cannot run is said and left out."""
    measured: dict[Row, list[tuple[Used, Used]]] = {row: [] for row in rows}
    for number in range(runs + 1):
        for row in list(measured):
            try:
                pair = row.run(log(row.source, 1, folder), 1), row.run(log(row.source, row.lines, folder), row.lines)
            except (Missing, RuntimeError, OSError) as problem:
                print(f"{row.title}: left out ({problem})", file=sys.stderr)
                del measured[row]
                continue
            if number:
                measured[row].append(pair)
    return {row.title: rates(row, found) for row, found in measured.items()}


def rates(row: Row, pairs: list[tuple[Used, Used]]) -> Rates:
    lines = row.lines * row.times
    return Rates(
        whole=statistics.median(lines / whole.cpu for _, whole in pairs),
        running=statistics.median(lines / max(whole.cpu - start.cpu, 1e-3) for start, whole in pairs),
        start=statistics.median(start.cpu for start, _ in pairs),
        peak_mb=max(whole.peak_mb for _, whole in pairs),
    )


def log(source: str, lines: int, folder: Path) -> Path:
    path = folder / f"{source}-{lines}{'.evtx' if source == 'windows_evtx' else '.log'}"
    if not path.exists():
        with path.open("wb") as file:
            subprocess.run([sys.executable, HERE / "lines.py", source, str(lines)], stdout=file, check=True)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", type=Path, help="folder where Debian packages of the peers were unpacked")
    parser.add_argument("--only", default="", help="only rows whose title holds this word")
    options = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = "1"
    core = max(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = [*ours(core, options.lines), *theirs(core, options.lines, folder, options.peers)]
        found = compare([row for row in rows if options.only.lower() in row.title.lower()], options.runs, folder)
        size = log(GATE, options.lines, folder).stat().st_size
    print(f"{platform.machine()}, {os.cpu_count()} cores of which one is used, Python {platform.python_version()}")
    print(
        f"FortiGate: {options.lines:,} lines, {size / options.lines:.0f} bytes each; medians of {options.runs} runs\n"
    )
    print(
        f"{'lines per CPU second':42}{'running':>10}{'ratio':>8}{'whole':>10}{'ratio':>8}{'start s':>9}{'peak MB':>9}"
    )
    reference = found.get(REFERENCE)
    for title, rate in found.items():
        ratios = (rate.running / reference.running, rate.whole / reference.whole) if reference else (0, 0)
        print(
            f"{title:42}{rate.running:10,.0f}{ratios[0]:8.1f}{rate.whole:10,.0f}{ratios[1]:8.1f}"
            f"{rate.start:9.2f}{rate.peak_mb:9.0f}"
        )


if __name__ == "__main__":
    main()
