"""Lines as devices and services send them, and the rule of the shelf that must fire: nothing lost on the way."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import polars as pl
import pytest

from hinomi.library import catalog
from hinomi.library.contracts import Context
from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import load

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2026, 1, 15, 3))
LINES = [orjson.loads(line) for line in Path(__file__).with_name("shelf_lines.jsonl").read_bytes().splitlines()]


def received(number: int, said: dict[str, str]) -> pl.DataFrame:
    found = catalog.source(said["source"])(said["line"].encode(), CONTEXT)
    assert found.rejects == ()
    named = {"source": pl.lit(said["source"]), "metadata.uid": pl.lit(str(number))}
    return conform(found.events.drop("line").with_columns(**named))


@pytest.fixture(scope="module")
def fired() -> set[tuple[str, str]]:
    """Which rule fired on which line."""
    names = {said["rule"] for said in LINES}
    shelf = load(path for path in catalog.sigma_rules() if path.parent.name in names)
    folders = {rule.id: Path(rule.path).parent.name for rule in shelf.rules}
    found = shelf.match(pl.concat(received(number, said) for number, said in enumerate(LINES)))
    rows = found.select("finding_info.analytic.uid", pl.col("finding_info.related_events").list.first()).rows()
    return {(folders[rule], line) for rule, line in rows}


@pytest.mark.parametrize("number", range(len(LINES)), ids=lambda number: f"{number}-{LINES[number]['rule']}")
def test_a_line_as_received_fires_its_rule(number: int, fired: set[tuple[str, str]]):
    assert (LINES[number]["rule"], str(number)) in fired
