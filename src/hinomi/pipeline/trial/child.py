"""The process in which unknown lines are tried: it may hang or burst, and nobody else is hurt.

Standard input: a line of JSON (``size`` of the sample's data, and what else a sample has), the data, then a line of
JSON for each thing to do. Standard output: ``"ready"``, then a line of JSON for each thing done.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from hinomi.library import catalog
from hinomi.pipeline.trial.attempt import attempt
from hinomi.pipeline.trial.examine import examine
from hinomi.pipeline.trial.sample import Sample, sample

MEMORY = 2 * 1024**3
"""Bytes that a sample may cost beyond what the program itself needs."""
CPU_SECONDS = 120
"""The end of a process whose parent was killed."""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):  # not every system says
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        largest = pages * os.sysconf("SC_PAGE_SIZE") + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (largest, largest))


def main() -> None:
    said = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read(said["size"])
    received = datetime.fromisoformat(said["received"])
    tried = sample("", data, received, lines=said["lines"], complete=said["complete"])
    tell = telling()
    catalog.manifests()
    limit()
    tell("ready")
    for line in sys.stdin.buffer:
        job = json.loads(line)
        tell(DO[job["do"]](tried, job["source"], job["timezone"]))


def telling() -> Callable[[Any], None]:
    """Says one line of JSON; what else is printed goes to standard error."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(value: Any) -> None:
        output.write(json.dumps(value) + "\n")
        output.flush()

    return tell


def tried_one(tried: Sample, source: str, timezone: str) -> dict[str, Any]:
    payload = tried.payload(catalog.source_manifest(source).framing)
    return asdict(attempt(source, payload, timezone, tried.received))


def examined(tried: Sample, source: str, timezone: str) -> dict[str, Any]:
    return asdict(examine(source, tried, timezone))


DO: dict[str, Callable[[Sample, str, str], dict[str, Any]]] = {"attempt": tried_one, "examine": examined}

if __name__ == "__main__":
    main()
