"""Few values are looked at by plain Python, many by compiled code: both find the same."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.pipeline.detect.sigma.engine import needles, scan
from hinomi.pipeline.detect.sigma.engine.cells import Cells
from hinomi.pipeline.detect.sigma.engine.texts import Texts

LETTERS = st.text(st.sampled_from("abAB\u212a\u0130\u017fé火"), max_size=12)
NEEDLES = st.builds(
    lambda before, literal, behind: before + literal.encode() + behind,
    st.sampled_from([b"", b"\xff"]),
    st.text("abks", min_size=3, max_size=5),
    st.sampled_from([b"", b"\xff"]),
)

REPEATED = st.sampled_from([1, 1, 40])

WORDS = [
    "needle",
    "NEEDLESS:",
    "needl",
    "Kelvin::X",
    "\u212aelvin::x",
    "\\u006eeedle",
    "\\\\u",
    "火の見",
    "\u2019",
    "x" * 40,
]


SOME = st.lists(NEEDLES, max_size=6, unique=True)
VALUES = st.lists(st.lists(LETTERS | st.none(), min_size=3, max_size=3), min_size=1, max_size=4)


@settings(max_examples=50)
@given(texts=VALUES, parts=st.lists(SOME, min_size=2, max_size=2), copies=REPEATED)
def test_plain_and_compiled_find_the_same(texts: list[list[str | None]], parts: list[list[bytes]], copies: int) -> None:
    """A column of its own for each of two parts; the last value of each is not looked at."""
    columns = [[one[number] for one in texts] * copies for number in range(len(parts))]
    asked = (
        needles.table(parts),
        Cells.of([Texts.of(pl.Series(column, dtype=pl.String)) for column in columns], len(columns[0])),
        np.arange(len(parts), dtype=np.int32),
        np.array([0, 1] * len(columns[0]), dtype=np.int32)[: len(columns[0])],
        np.array([[True, True], [True, False]]),
    )

    compiled, plain = found_by(asked, compiled=True), found_by(asked, compiled=False)

    assert compiled == plain
    assert plain == {
        (number, row)
        for number, (part, literal) in enumerate((part, literal) for part, some in enumerate(parts) for literal in some)
        for row, text in enumerate(columns[part])
        if text is not None and not (part == 1 and row % 2) and literal in b"\xff" + lowered(text).encode() + b"\xff"
    }


def lowered(text: str) -> str:
    """As patterns are compared: without the case of ASCII, and with the letters that fold to it."""
    folded = "".join(letter.lower() if letter.isascii() else letter for letter in text)
    return folded.translate(scan.ODD)


def found_by(asked: tuple[Any, ...], *, compiled: bool) -> set[tuple[int, int]]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan, "worth_compiling", lambda looks: compiled)
        return {(number, row) for number, row in scan.scan(*asked).tolist()}


@settings(max_examples=50)
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=5),
    wanted=st.lists(st.sampled_from([b"needle", b"needless:", b"kelvin::x"]), min_size=1, unique=True),
)
def test_of_long_texts_only_some_octets_are_looked_at_and_the_same_is_found(texts: list[str], wanted: list[bytes]):
    """As in JSON, the last letter is of ASCII."""
    cells, escape = Cells.of([Texts.of(pl.Series([f"{text}}}" for text in texts]))], len(texts)), b"\\u006"
    everywhere = np.zeros(1, dtype=np.int32), np.zeros(len(texts), dtype=np.int32), np.ones((1, 1), dtype=np.bool_)
    tables = needles.table([[*wanted, escape]]), needles.far([[*wanted, escape]])

    all_octets, some_octets = (found_by((each, cells, *everywhere), compiled=True) for each in tables)

    assert tables[1].sampled is not None
    assert all_octets == some_octets
