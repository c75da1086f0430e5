"""Compiled code made before lines need it, in a process of its own: after a first start or an upgrade it takes half a
minute, in which lines are read by plain Python.

Run as ``python -m hinomi.app.readying DATA_DIR`` it reads and judges the shelf's own samples as the worker would, so
that all that is compiled on the way is kept on disk (:mod:`hinomi.library.formats.machine`). Where everything is kept
already it ends after two seconds.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.app.lookout import lookout
from hinomi.library import catalog
from hinomi.library.contracts import Context
from hinomi.library.formats import keyvalue, lines
from hinomi.library.formats.jsonscan import scanning
from hinomi.library.formats.worth import Worth
from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma.engine import scan

SAMPLES = {"fortinet_fortigate": "*.log", "suricata_eve": "*.log", "windows_forwarded": "*.json"}
"""Sources whose readers and views compiled code is made for, and files of their samples."""
TIMES = 50
NICENESS = 5


class Readying:
    """The process, as the worker sees it: until it has ended, nothing in this one begins to compile."""

    def __init__(self, data_dir: Path) -> None:
        command = [sys.executable, "-m", "hinomi.app.readying", str(data_dir)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 our own program
        Worth.is_held_back = self.runs

    def runs(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def ready(data_dir: Path) -> None:
    """Run all that is compiled once; what was compiled before is only loaded."""
    for worth in (keyvalue.worth_compiling, scanning.worth_compiling, lines.worth_compiling, scan.worth_compiling):
        worth.is_paid = True
    watch, context = lookout(data_dir), Context(ZoneInfo("UTC"), datetime.now(UTC).replace(tzinfo=None))
    for name, files in SAMPLES.items():
        folder = catalog.folders("sources", "manifest.yaml")[name] / "samples"
        payload = b"\n".join(path.read_bytes().strip() for path in sorted(folder.glob(files)))
        events = catalog.source(name)(b"\n".join([payload] * TIMES), context).events.drop("line")
        watch.look(
            conform(events).with_columns(
                pl.lit(name).alias("source"), pl.int_range(pl.len()).cast(pl.String).alias("metadata.uid")
            )
        )


if __name__ == "__main__":
    os.nice(NICENESS)
    ready(Path(sys.argv[1]))
