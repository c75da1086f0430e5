"""Other people's programs that read the same lines, each as a process of its own; CPU seconds are user and system.

A peer that is not installed says how it can be. Debian installs only one of syslog-ng and rsyslog: unpack the other
(``apt-get download rsyslog && dpkg -x rsyslog_*.deb DIR``) and give DIR as ``--peers``.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATIENCE = 300.0
"""Seconds in which a peer must have written as many lines as it was given."""

SYSLOG_NG = """@version: {version}
options {{ flush-lines(1000); log-fifo-size(1000000); stats-freq(0); }};
source lines {{ file("{source}" flags(no-parse) log-fetch-limit(1000) log-iw-size(100000) log-msg-size(65536)); }};
parser pairs {{ kv-parser(prefix("kv.")); }};
destination json {{ file("{target}" template("$(format-json --key kv.*)\\n")); }};
log {{ source(lines); parser(pairs); destination(json); }};
"""
RSYSLOG = """global(workDirectory="{folder}" maxMessageSize="64k")
module(load="imfile")
module(load="mmfields")
template(name="json" type="list") {{ property(name="$!all-json") constant(value="\\n") }}
input(type="imfile" File="{source}" Tag="gate" ruleset="fields" addMetadata="off")
ruleset(name="fields") {{
  action(type="mmfields" separator=" ")
  action(type="omfile" file="{target}" template="json" ioBufferSize="1m")
}}
"""
TENZIR = """from_file "{source}" {{ read_lines }}
this = line.parse_kv()
to_file "{target}" {{ write_ndjson }}
"""


class Missing(Exception):
    """A peer is not on this machine; the message says how to get it."""


@dataclass(frozen=True)
class Used:
    """What a process used: CPU seconds, and its peak resident memory in MB."""

    cpu: float
    peak_mb: float


def measured(
    command: Sequence[str], core: int, *, until: Path | None = None, lines: int = 0, library: str = ""
) -> Used:
    """Run a process on one core and account for it.

    With ``until`` it is a daemon: it is ended once that file holds as many ``lines``. Raises RuntimeError if it fails.
    """
    environment = {**os.environ, "LD_LIBRARY_PATH": library} if library else None
    process = subprocess.Popen(
        ["taskset", "-c", str(core), *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if until is not None:
        wait_for(until, lines, process)
        process.send_signal(signal.SIGTERM)
    assert process.stdout
    assert process.stderr
    output = process.stdout.read() + process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode and until is None:
        raise RuntimeError(f"{' '.join(command)}: {output.decode(errors='replace')[-2000:]}")
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def wait_for(file: Path, lines: int, process: subprocess.Popen[bytes]) -> None:
    found, place, deadline = 0, 0, time.monotonic() + PATIENCE
    while found < lines and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.1)
        if file.exists():
            with file.open("rb") as written:
                written.seek(place)
                while piece := written.read(1 << 24):
                    found, place = found + piece.count(b"\n"), place + len(piece)
    if found < lines:
        process.kill()
        raise RuntimeError(f"{process.args}: wrote {found} of {lines} lines")


def found(name: str, unpacked: Path | None, package: str) -> Path:
    """The program, installed or unpacked."""
    places = [unpacked / "usr/sbin" / name] if unpacked else []
    installed = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    program = next((place for place in [*places, *([Path(installed)] if installed else [])] if place.exists()), None)
    if program is None:
        raise Missing(f"apt-get install {package}")
    return program


def syslog_ng(source: Path, lines: int, folder: Path, core: int, unpacked: Path | None) -> Used:
    """kv-parser and format-json, into a file."""
    program = found("syslog-ng", unpacked, "syslog-ng-core")
    modules = next((program.parents[2] / "usr/lib/syslog-ng").glob("[0-9]*"))
    target = folder / "syslog-ng.json"
    configuration = folder / "syslog-ng.conf"
    configuration.write_text(SYSLOG_NG.format(version=modules.name, source=source, target=target))
    state = (f"--{name}={folder / f'syslog-ng.{name}'}" for name in ("persist-file", "control", "pidfile"))
    command = [str(program), "-F", "--no-caps", f"--cfgfile={configuration}", f"--module-path={modules}", *state]
    return measured(command, core, until=target, lines=lines, library=str(modules.parent))


def rsyslog(source: Path, lines: int, folder: Path, core: int, unpacked: Path | None) -> Used:
    """mmfields and JSON, into a file: only split at blanks, also within quotes (it has no reader of quoted pairs)."""
    program = found("rsyslogd", unpacked, "rsyslog")
    modules = program.parents[2] / "usr/lib/x86_64-linux-gnu/rsyslog"
    configuration, target = folder / "rsyslog.conf", folder / "rsyslog.json"
    configuration.write_text(RSYSLOG.format(folder=folder, source=source, target=target))
    command = [str(program), "-n", "-M", str(modules), "-f", str(configuration), "-i", str(folder / "rsyslog.pid")]
    return measured(command, core, until=target, lines=lines)


def tenzir(source: Path, lines: int, folder: Path, core: int, program: Path) -> Used:
    """parse_kv and JSON, into a file."""
    pipeline = folder / "pipeline.tql"
    pipeline.write_text(TENZIR.format(source=source, target=folder / "tenzir.json"))
    return measured([str(program), "-f", str(pipeline)], core)


@cache
def installed_tenzir(folder: Path) -> Path:
    """The ``tenzir`` on the path, else the wheel of PyPI in an environment of its own."""
    if known := shutil.which("tenzir"):
        return Path(known)
    print("installing tenzir into a temporary environment …", file=sys.stderr)
    venv.create(folder, with_pip=True)
    done = subprocess.run([folder / "bin/python", "-m", "pip", "install", "-q", "tenzir"], capture_output=True)
    if done.returncode:
        raise Missing("pip install tenzir")
    return folder / "bin/tenzir"
