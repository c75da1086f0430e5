"""The rules of a data folder, made in a process of its own: thousands of them cost seconds that no line should wait.

Run as ``python -m hinomi.app.compiling DATA_DIR`` it writes the rules to its output, in pieces, so that whoever
reads them is not held up by all of them at once.
"""

import logging
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import IO

from hinomi.app.lookout import rule_set
from hinomi.pipeline.detect.sigma import RuleSet

log = logging.getLogger("hinomi")

PIECE = 100
NICENESS = 5


def rules_made_aside(data_dir: Path) -> RuleSet:
    """The rules as the folder says now; made here where the other process fails."""
    command = [sys.executable, "-m", "hinomi.app.compiling", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 our own program
        assert process.stdout
        try:
            made = received(process.stdout)
        except (EOFError, pickle.UnpicklingError):
            made = None
            process.kill()
    if made is None:
        log.warning("ルールを別のプロセスで作れませんでした。ここで作ります (making the rules here instead)")
        return rule_set(data_dir)
    return made


def send(made: RuleSet, to: IO[bytes]) -> None:
    for part in (made.rules, made.refused, made.correlations):
        for first in range(0, len(part), PIECE):
            pickle.dump(part[first : first + PIECE], to)
        pickle.dump((), to)


def received(source: IO[bytes]) -> RuleSet:
    """What our own child sent.

    Raises:
        EOFError, pickle.UnpicklingError: it ended before it was done.
    """
    parts: list[list[object]] = [[], [], []]
    for part in parts:
        while piece := pickle.load(source):  # noqa: S301 of a process that we started
            part.extend(piece)
    return RuleSet(*parts)  # type: ignore[arg-type]


if __name__ == "__main__":
    os.nice(NICENESS)
    send(rule_set(Path(sys.argv[1])), sys.stdout.buffer)
