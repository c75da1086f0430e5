"""Sigma rules over JSON lines of Windows events, beside the engine of Zircolite, in one run and per CPU second.

    .venv/bin/python benchmarks/match.py --rules DIR --evtx DIR [--events 100000] [--zircolite PATH]

The events are those of a folder of .evtx files, repeated to so many for the steady state. The peer is pySigma's
SQLite backend over a flat table (``match_sqlite.py``), in an environment of its own below ``--peer`` that is made
when it is not there. One shot is a process from start to end: over the events of the folder, and over so many of them
(``--shot``, each several times) as the two public sets of recordings hold together that Zircolite was measured over.
``--zircolite`` also runs ``PATH --events … --ruleset …`` once over the events of the folder.
Everything is user + system CPU of one thread: from the bytes of the same lines to the hits.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hinomi

HERE = Path(__file__).parent
BATCH = 10_000
PEER = ("pysigma-backend-sqlite==2.0.0", "pysigma-pipeline-windows==2.0.1", "pysigma-pipeline-sysmon==2.0.0")


def lines_of(folder: Path) -> list[bytes]:
    from evtx import PyEvtxParser

    found = []
    for path in sorted(folder.rglob("*.evtx")):
        try:
            found += [record["data"].encode() for record in PyEvtxParser(str(path)).records_json() if record]
        except RuntimeError as damaged:
            print(path, damaged, file=sys.stderr)
    return found


def batches(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        while found := [line.rstrip() for _, line in zip(range(BATCH), file, strict=False)]:
            yield found


def steady(rules_folder: Path, path: Path) -> None:
    """In this process: batches of ten thousand, by part; prints figures as JSON."""
    import orjson
    import polars as pl

    from hinomi.library import catalog
    from hinomi.library.contracts import Context
    from hinomi.library.formats.jsonscan import scanning
    from hinomi.ocsf.schema import conform
    from hinomi.pipeline.detect.sigma import cache, lines
    from hinomi.pipeline.detect.sigma.engine import scan

    scanning.worth_compiling.is_paid = scan.worth_compiling.is_paid = True  # as in a process that has read thousands
    rules, source = cache.load([rules_folder]), catalog.source(lines.SOURCE)
    context = Context(ZoneInfo("UTC"), datetime(2022, 12, 1))
    parts: dict[str, list[float]] = {"read": [], "match": [], "rest": [], "orjson": []}
    hits: Counter[str] = Counter()
    number = 0

    def timed(part: str, begin: float) -> float:
        now = time.process_time()
        parts[part].append(now - begin)
        return now

    for batch in batches(path):
        payload = b"\n".join(batch)
        begin = time.process_time()
        for line in batch:
            orjson.loads(line)
        begin = timed("orjson", begin)
        read = lines.read(payload, rules.windows.fields, source, context)
        begin = timed("read", begin)
        hits.update(rule.id for table in read.tables for rule in rules.fired(table))
        begin = timed("match", begin)
        rows = source(read.rest, context).events
        if rows.height:
            events = conform(rows.drop("line").with_columns(pl.lit(lines.SOURCE).alias("source")))
            hits.update(rules.match(events)["finding_info.analytic.uid"].to_list())
        timed("rest", begin)
        number += len(batch)
    cache.remember(rules)
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({"events": number, "parts": parts, "hits": hits, "rules": len(rules.rules), "peak_mb": peak}))


def cpu(command: list[str], environment: dict[str, str] | None = None) -> tuple[float, str]:
    """User and system CPU seconds of a process, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
                          env={**os.environ, **(environment or {})})  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def ratio(parts: dict[str, list[float]]) -> float:
    """Evaluation beside orjson, by which the middle one of several runs is chosen: the machine may be shared."""
    return statistics.median(parts["match"][1:]) / statistics.median(parts["orjson"][1:])


def peer_python(folder: Path) -> str:
    python = folder / "bin" / "python"
    if not python.exists():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True)
        subprocess.run([*uv, "pip", "install", "-q", "--python", str(python), *PEER], check=True)
    return str(python)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=Path, required=True)
    parser.add_argument("--evtx", type=Path)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--peer-batches", type=int, default=3)
    parser.add_argument("--shot", type=int, default=25_062)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--zircolite", type=Path)
    parser.add_argument("--peer", type=Path, default=Path.home() / ".cache" / "hinomi-benchmark-peer")
    parser.add_argument("--steady", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.steady:
        steady(options.rules, options.steady)
        return
    os.environ["POLARS_MAX_THREADS"] = "1"
    python = peer_python(options.peer)
    with tempfile.TemporaryDirectory() as name:
        compare(options, python, Path(name))


def compare(options: argparse.Namespace, python: str, folder: Path) -> None:
    lines = lines_of(options.evtx)
    names = ("once.jsonl", "longer.jsonl", "many.jsonl", "some.jsonl", "queries.json")
    once, longer, many, some, queries = (folder / name for name in names)
    repeated = (lines * (options.events // len(lines) + 1))[: options.events]
    for path, wanted in ((once, lines), (many, repeated), (some, repeated[: options.peer_batches * BATCH])):
        path.write_bytes(b"\n".join(wanted) + b"\n")
    print(f"{platform.machine()}, Python {platform.python_version()}; {len(lines):,} events of .evtx files,")
    print(
        f"{once.stat().st_size / len(lines):,.0f} bytes a line; repeated to {options.events:,} for the steady state\n"
    )

    # A copy of the code: a set of rules is kept by what the code holds, which others may change meanwhile.
    copied = shutil.copytree(Path(hinomi.__file__).parent, folder / "code" / "hinomi",
                             ignore=shutil.ignore_patterns("test_*.py"))  # fmt: skip
    kept = {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(copied.parent)}
    peer = [python, str(HERE / "match_sqlite.py")]
    ours = [sys.executable, "-c", "from hinomi.app.cli import main; main()", "match", "--rules", str(options.rules),
            "--source", "windows_forwarded"]  # fmt: skip
    cold, _ = cpu([*ours, str(once)], kept)
    converted, _ = cpu([*peer, "convert", str(options.rules), str(queries)])
    warm = statistics.median(cpu([*ours, str(once)], kept)[0] for _ in range(options.runs))
    told = cpu([*ours, str(once)], kept)[1]
    shots = [cpu([*peer, "run", str(queries), str(once), str(len(lines))]) for _ in range(options.runs)]
    shot = statistics.median(seconds for seconds, _ in shots)
    longer.write_bytes(b"\n".join((lines * (options.shot // len(lines) + 1))[: options.shot]) + b"\n")
    long = [cpu([*ours, str(longer)], kept)[0] for _ in range(options.runs)]
    theirs_long = [cpu([*peer, "run", str(queries), str(longer), str(options.shot)])[0] for _ in range(options.runs)]
    measuring = [sys.executable, __file__, "--rules", str(options.rules), "--steady", str(many)]
    runs = [json.loads(cpu(measuring, kept)[1]) for _ in range(options.runs)]
    figures = sorted(runs, key=lambda run: ratio(run["parts"]))[len(runs) // 2]
    slow = json.loads(cpu([*peer, "run", str(queries), str(some), str(BATCH)])[1])
    shown = {
        f"{len(lines):,} events, cold": (cold, converted + shot),
        f"{len(lines):,} events, warm": (warm, shot),
        f"{options.shot:,} events, warm": (statistics.median(long), statistics.median(theirs_long)),
    }
    show(figures, slow, shown)
    theirs = json.loads(shots[0][1])
    differences({one["rule_id"]: one["count"] for one in map(json.loads, told.splitlines())}, theirs)
    if options.zircolite:
        command = [sys.executable, str(options.zircolite), "--events", str(once), "--jsonl", "--ruleset"]
        seconds, _ = cpu([*command, str(options.rules), "--pipeline", "sysmon", "--pipeline", "windows-logsources",
                          "--outfile", str(folder / "zircolite.json")])  # fmt: skip
        found = json.loads((folder / "zircolite.json").read_text())
        print(f"\nZircolite, one shot from YAML: {seconds:.1f} CPU s, {len(found)} rules fired")


def show(ours: dict[str, Any], peer: dict[str, Any], shots: dict[str, tuple[float, float]]) -> None:
    parts = {name: statistics.median(seconds[1:]) for name, seconds in ours["parts"].items()}
    whole = statistics.median(
        sum(each) for each in list(zip(*(ours["parts"][name] for name in ("read", "match", "rest")), strict=True))[1:]
    )
    theirs = statistics.median(peer["seconds"])
    print(f"steady state, batches of {BATCH:,} (medians; {ours['rules']:,} rules)  events/CPU s")
    for title, seconds in (
        ("lines to hits", whole),
        ("  lines to columns", parts["read"]),
        ("  evaluation alone", parts["match"]),
        ("  lines that are no events, by rows", parts["rest"]),
        ("orjson.loads of the same lines", parts["orjson"]),
        ("peer: SQLite", theirs),
    ):
        print(f"  {title:36}{BATCH / seconds:12,.0f}" if seconds else f"  {title:36}           -")
    print(
        f"  {theirs / whole:.0f} times the peer; evaluation {parts['orjson'] / parts['match']:.2f} times orjson's speed"
    )
    for name, (seconds, other) in shots.items():
        print(f"one shot over {name}: {seconds:.2f} CPU s, peer {other:.2f}")
        print(f"  {other / seconds:.1f} times the peer")
    print(f"peak memory {ours['peak_mb']:,.0f} MB, peer {peer['peak_mb']:,.0f} MB")


def differences(ours: dict[str, int], peer: dict[str, Any]) -> None:
    """Rules whose counts differ, and what SQLite said of those it could not run."""
    theirs = peer["hits"]
    failed = dict(one.split(": ", 1) for one in peer["failed"])
    other = {uid for uid in ours.keys() | theirs.keys() if ours.get(uid, 0) != theirs.get(uid, 0)}
    print(f"\nrules that fired: {len(ours)}, peer {len(theirs)}; with other counts: {len(other)}")
    for uid in sorted(other):
        print(f"  {uid}  {ours.get(uid, 0):5} {theirs.get(uid, 0):5}  {failed.get(uid, '')}")


if __name__ == "__main__":
    main()
