import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hinomi
from hinomi.app.readying import Readying
from hinomi.library.formats.worth import Worth


@pytest.fixture
def _let_go() -> Iterator[None]:
    yield
    Worth.is_held_back = lambda: False


@pytest.mark.usefixtures("_let_go")
def test_nothing_compiles_here_while_another_process_does(tmp_path: Path) -> None:
    worth = Worth("hinomi.library.formats.keyvalue_kernel", "scan", kept=10, unkept=100)
    readying = Readying(tmp_path)

    assert readying.runs()
    assert not worth(1000)
    readying.stop()

    assert worth(0), "what was done meanwhile counts"


def test_what_it_compiles_is_kept_for_the_worker(tmp_path: Path) -> None:
    told = "import hinomi.library.formats.keyvalue_kernel as k, hinomi.pipeline.detect.sigma.engine.kernel as e; " \
           "print(k.scan.is_kept, e.find.is_kept)"  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(Path(hinomi.__file__).parents[1])}
    subprocess.run([sys.executable, "-m", "hinomi.app.readying", str(tmp_path)], env=environment, check=True)

    said = subprocess.run([sys.executable, "-c", told], env=environment, check=True, capture_output=True, text=True)

    assert said.stdout.split() == ["True", "True"]
