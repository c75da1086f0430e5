"""A mapping that is asked once for each shape of line, and what lines get from it."""

import numpy as np
import polars as pl
import pytest

from hinomi.library.formats import keyvalue, shapes
from hinomi.library.formats.cells import RAW, Wanted
from hinomi.library.formats.keyvalue import Grammar
from hinomi.library.formats.lines import split
from hinomi.library.formats.shapes import Columns, Mapping, cell, has, is_address

WANTED = Wanted(("type", "ip", "app", "service", "n"), addresses=("ip",))
LINES = ["type=a ip=192.0.2.1 app=x n=1", "type=b ip=gate service=y n=2", "type=a ip=192.0.2.3 service=z n=none", "n=4"]


def mapping() -> Mapping:
    return Mapping(
        WANTED,
        ["type"],
        decided=[{"kind": pl.col("type").str.to_uppercase()}, {"is_a": pl.col("kind") == "A", "known": has("ip")}],
        chosen={
            "app": pl.coalesce(cell("app"), cell("service")),
            "address": pl.when(is_address("ip")).then(cell("ip")),
            "name": pl.when(~is_address("ip")).then(cell("ip")),
            "whole": pl.when(pl.col("is_a")).then(cell(RAW)),
            "n": cell("n"),
            "never": pl.when(pl.col("type") == "c").then(cell("n")),
        },
    )


def columns(lines: list[str], declared: Mapping, *, compiled: bool) -> Columns:
    found = split("\n".join(lines).encode())
    [cells] = keyvalue.scan(found, found.starts, Grammar(WANTED), compiled=compiled)
    return declared.columns(cells)


@pytest.fixture(params=[False, True], ids=["plain", "compiled"])
def found(request: pytest.FixtureRequest) -> Columns:
    return columns(LINES, mapping(), compiled=request.param)


def test_decided_columns_follow_from_deciding_values_and_from_what_is_there(found: Columns):
    assert found.decided("kind").to_list() == ["A", "B", "A", None]
    assert found.decided("known").to_list() == [True, True, True, False]
    assert found.decided("known", np.array([3, 0])).to_list() == [False, True]


def test_chosen_columns_are_copied_from_the_cells(found: Columns):
    texts = found.texts(["app", "address", "name", "whole", "never"])

    assert {name: column.to_list() for name, column in texts.items()} == {
        "app": ["x", "y", "z", None],
        "address": ["192.0.2.1", None, "192.0.2.3", None],
        "name": [None, "gate", None, None],
        "whole": [LINES[0], None, LINES[2], None],
    }
    assert found.integers(["n", "never"])["n"].to_list() == [1, 2, None, 4]
    assert found.frame(["never"])["never"].to_list() == [None] * 4


def test_lines_can_be_asked_for_by_what_they_are_and_have(found: Columns):
    assert found.where(pl.col("is_a")).tolist() == [0, 2]
    assert found.where(pl.lit(value=True)).tolist() == [0, 1, 2, 3]
    assert found.having(["name", "never"]).tolist() == [1]
    assert found.texts(["app"], np.array([1, 3]))["app"].to_list() == ["y", None]


def test_what_is_made_of_some_lines_is_null_for_the_rest(found: Columns):
    made = found.refined(["name"], lambda cells: cells.select(pl.col("name").str.to_uppercase().alias("NAME")))

    assert made["NAME"].to_list() == [None, "GATE", None, None]
    assert found.refined(["never"], lambda cells: cells) == {}


def test_a_shape_is_asked_for_once(monkeypatch: pytest.MonkeyPatch):
    declared, asked = mapping(), []
    evaluate = declared.evaluate
    monkeypatch.setattr(declared, "evaluate", lambda shapes: asked.append(len(shapes)) or evaluate(shapes))

    for lines in (LINES, LINES[::-1], [*LINES, "type=b"]):
        columns(lines, declared, compiled=True)

    assert [count for count in asked if count] == [4, 1]


def test_shapes_without_end_are_forgotten_and_asked_for_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shapes, "REMEMBERED", 10)
    declared = mapping()

    for begin in range(0, 60, 7):
        found = columns([f"type={number}" for number in range(begin, begin + 7)], declared, compiled=True)
        assert found.decided("kind").to_list() == [str(number) for number in range(begin, begin + 7)]
