"""Bytes to OCSF columns, beside the peers that read the same lines, in lines per CPU second.

    .venv/bin/python benchmarks/parse.py [--lines 300000] [--runs 3] [--forwarders DIR] [--tenzir PATH]

Every row is a process of its own over the same file; rows take turns, so that a noisy machine harms all alike. CPU is
user + system of the whole process, interpreter and compiled scanner included; "work" leaves our start-up out. Medians.

* ours: bytes → lines → OCSF columns of the lake (``conform``), nothing written
* plain: our own per-line reference parser, to cells alone
* syslog-ng: kv-parser and format-json into a file; rsyslog: lines in, lines out, nothing parsed
* Tenzir: parse_kv of every line, nothing mapped

Peers are found on the PATH or below DIR (``sh tests/unpack_forwarders.sh DIR``); one that is absent is named and left
out. Other formats are our samples' lines over and over (``library/sources/NAME/samples``).
"""

import argparse
import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent))
import river

PIECE = 16 * 1024 * 1024
SETTLED = 6
"""Looks at a file that no longer grows before its writer counts as done."""
FILES = 50
"""How often a source of whole files reads its small sample."""
FORMATS = {
    "suricata_eve": "eve.log",
    "paloalto_panos": "traffic.log",
    "yamaha_rtx": None,
    "windows_evtx": "workstation.evtx",
}
NG = """@version: 3.38
options {{ flush-lines(100); log-fifo-size(100000); stats-freq(0); }};
source s {{ file("{lines}" flags(no-parse) follow-freq(1) log-iw-size(10000) log-fetch-limit(1000)
    log-msg-size(65536)); }};
parser kv {{ kv-parser(prefix("kv.")); }};
destination d {{ file("{out}" template("$(format-json --key kv.*)\\n")); }};
log {{ source(s); parser(kv); destination(d); }};
"""
RSYSLOG = """module(load="imfile" mode="polling" pollingInterval="1")
global(workDirectory="{folder}")
template(name="raw" type="string" string="%msg%\\n")
input(type="imfile" File="{lines}" Tag="x" readMode="0" reopenOnTruncate="on")
action(type="omfile" file="{out}" template="raw")
"""


def ours(source: str, path: Path, *, plain: bool) -> None:
    """One run in this process; prints lines and the CPU seconds of the work as JSON."""
    from hinomi.library import catalog
    from hinomi.library.contracts import Context, Framing
    from hinomi.library.formats.keyvalue_reference import parse
    from hinomi.library.formats.lines import split
    from hinomi.ocsf.schema import conform

    read, manifest = catalog.source(source), catalog.source_manifest(source)
    context, data, done = Context(ZoneInfo("Asia/Tokyo"), datetime(2022, 12, 1)), path.read_bytes(), 0
    begun = time.process_time()
    whole = manifest.framing is Framing.FILE
    step = len(data) if whole else PIECE
    start = 0
    while start < len(data):
        end = len(data) if start + step >= len(data) else data.rfind(b"\n", start, start + step) + 1
        if plain:
            done += sum(1 for _, raw in split(data[start:end]) if parse(raw.decode()).values)
        else:
            for _ in range(FILES if whole else 1):
                found = read(data[start:end], context)
                conform(found.events.drop("line"))
                done += found.events.height
        start = end
    print(json.dumps({"lines": done, "work": time.process_time() - begun}))


def run_ours(source: str, path: Path, *, plain: bool = False) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, __file__, "--child", source, str(path), *(["--plain"] if plain else [])]
    said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"lines": said["lines"], "cpu": cpu, "work": said["work"]}


def run_until_written(command: list[str], out: Path, lines: int, environment: dict[str, str]) -> dict[str, float]:
    """A daemon that never ends by itself: stopped once it has written as many lines as it was given."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        size, unchanged = -1, 0
        while process.poll() is None and unchanged < SETTLED:
            time.sleep(0.5)
            now = out.stat().st_size if out.exists() else 0
            unchanged = unchanged + 1 if now and now == size else 0
            size = now
        stat = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        cpu = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    with out.open("rb") as written:
        found = sum(1 for _ in written)
    assert found >= lines * 0.999, f"{command[0]} wrote {found} of {lines} lines"
    return {"lines": found, "cpu": cpu, "work": cpu}


def daemon(name: str, forwarders: Path | None) -> tuple[str, dict[str, str]] | None:
    """Where a daemon is and what it needs to find its parts; None where it is not."""
    if forwarders and (forwarders / "usr/sbin" / name).exists():
        root = forwarders / "usr/lib"
        folders = [root, *root.glob("*-linux-gnu"), root / "syslog-ng"]
        return str(forwarders / "usr/sbin" / name), {"LD_LIBRARY_PATH": ":".join(map(str, folders))}
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return (found, {}) if found else None


def syslog_ng(path: Path, folder: Path, forwarders: Path | None, lines: int) -> dict[str, float] | None:
    known = daemon("syslog-ng", forwarders)
    if known is None:
        return None
    out, conf = folder / "ng.json", folder / "ng.conf"
    for leftover in (out, folder / "ng.persist"):
        leftover.unlink(missing_ok=True)
    conf.write_text(NG.format(lines=path, out=out))
    modules = sorted(Path(known[0]).parents[1].glob("lib/syslog-ng/*/libaffile.so"))
    paths = ["--module-path", str(modules[-1].parent)] if modules else []
    state = ["-R", str(folder / "ng.persist"), "-c", str(folder / "ng.ctl"), "--pidfile", str(folder / "ng.pid")]
    return run_until_written([known[0], "-F", "--no-caps", "-f", str(conf), *state, *paths], out, lines, known[1])


def rsyslog(path: Path, folder: Path, forwarders: Path | None, lines: int) -> dict[str, float] | None:
    known = daemon("rsyslogd", forwarders)
    if known is None:
        return None
    state = folder / "rsyslog"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    out, conf = folder / "rsyslog.out", folder / "rsyslog.conf"
    out.unlink(missing_ok=True)
    conf.write_text(RSYSLOG.format(lines=path, out=out, folder=state))
    modules = sorted(Path(known[0]).parents[1].glob("lib/*-linux-gnu/rsyslog")) or sorted(
        Path("/usr/lib").glob("*/rsyslog")
    )
    command = [known[0], "-n", "-f", str(conf), "-i", str(folder / "rsyslog.pid"), "-M", str(modules[-1])]
    return run_until_written(command, out, lines, known[1])


def tenzir(path: Path, program: str | None, lines: int) -> dict[str, float] | None:
    found = program or shutil.which("tenzir")
    if found is None:
        return None
    pipeline = f"""from_file "{path}" {{ read_lines }}
this = line.parse_kv(field_split=" ", value_split="=")
summarize n=count()
"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([found, pipeline], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or str(lines) not in done.stdout:
        print(f"tenzir did not run: {(done.stderr or done.stdout)[-300:]}", file=sys.stderr)
        return None
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"lines": lines, "cpu": cpu, "work": cpu}


def repeated(source: str, stem: str | None, folder: Path, size: int) -> Path:
    """Our own samples of a source over and over, to about ``size`` bytes; an .evtx file as it is."""
    from hinomi.library import catalog

    samples = catalog.source_manifest(source).folder / "samples"
    paths = [samples / stem] if stem else sorted(samples.glob("*.log"))
    if paths[0].suffix == ".evtx":
        return paths[0]
    good = b"".join(path.read_bytes().rstrip(b"\n") + b"\n" for path in paths)
    target = folder / f"{source}.log"
    target.write_bytes(good * max(1, size // len(good)))
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--forwarders", type=Path, default=os.environ.get("HINOMI_FORWARDERS"))
    parser.add_argument("--tenzir", default=os.environ.get("HINOMI_TENZIR"))
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        ours(options.child[0], Path(options.child[1]), plain=options.plain)
        return
    with tempfile.TemporaryDirectory() as name:
        compare(options, Path(name))


def compare(options: argparse.Namespace, folder: Path) -> None:
    gate, few = folder / "gate.log", folder / "few.log"
    gate.write_bytes(river.lines(options.lines))
    few.write_bytes(river.lines(options.lines // 10))
    forwarders = Path(options.forwarders) if options.forwarders else None
    rows = {
        "ours: FortiGate to OCSF": lambda: run_ours("fortinet_fortigate", gate),
        "ours: plain parser, to cells": lambda: run_ours("fortinet_fortigate", few, plain=True),
        "syslog-ng kv-parser, to JSON": lambda: syslog_ng(gate, folder, forwarders, options.lines),
        "rsyslog, nothing parsed": lambda: rsyslog(gate, folder, forwarders, options.lines),
        "Tenzir parse_kv": lambda: tenzir(few, options.tenzir, options.lines // 10),
    }
    for source, stem in FORMATS.items():
        path = repeated(source, stem, folder, 40_000_000)
        rows[f"ours: {source} to OCSF"] = lambda source=source, path=path: run_ours(source, path)
    figures: dict[str, list[dict[str, float]]] = {label: [] for label in rows}
    for number in range(options.runs + 1):
        for label, row in rows.items():
            found = row()
            if found and number:  # the first round warms caches
                figures[label].append(found)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    size = gate.stat().st_size / 1e6
    print(f"input: {options.lines:,} FortiGate lines, {size:.0f} MB; medians of {options.runs} rounds")
    print(f"{'':34}{'lines/CPU s':>14}{'work alone':>14}")
    medians = {}
    for label, runs in figures.items():
        if not runs:
            print(f"{label:34}{'not here':>14}")
            continue
        whole = statistics.median(run["lines"] / run["cpu"] for run in runs)
        work = statistics.median(run["lines"] / max(run["work"], 0.01) for run in runs)
        medians[label] = (whole, work)
        print(f"{label:34}{whole:>14,.0f}{work:>14,.0f}")
    mine = medians["ours: FortiGate to OCSF"]
    for label, (whole, _) in medians.items():
        if not label.startswith("ours"):
            print(f"ours : {label} = {mine[0] / whole:.1f} (whole processes), {mine[1] / whole:.1f} (our work alone)")


if __name__ == "__main__":
    main()
