"""Holds the line: what our shelf alone sees of recorded attacks. ``benchmarks/shelf_coverage.py`` tells the rest."""

import os
import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

from hinomi.library import catalog
from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.detect.sigma import load

ROOT = Path(__file__).parents[4]
RECORDINGS = Path(os.environ.get("HINOMI_CORPUS", ROOT.parent / "shared" / "corpus")) / "evtx"


@pytest.fixture
def coverage() -> ModuleType:
    """The measurement, which is no part of the package."""
    path = ROOT / "benchmarks" / "shelf_coverage.py"
    spec = util.spec_from_file_location("shelf_coverage", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.corpus
@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="no recordings of attacks beside the project (HINOMI_CORPUS)")
def test_the_shelf_alone_sees_four_of_five_recorded_attacks(coverage: ModuleType):
    """Public rules of level medium or higher see 201 of the 277, so at least 72 % of those are ours, too."""
    events = coverage.recordings(RECORDINGS)

    found = coverage.seen(load(catalog.sigma_rules()), events, SeverityId.LOW)

    assert len(found) / events["raw_ref"].n_unique() >= 0.8
