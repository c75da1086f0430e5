"""Few values are looked at by plain Python, many by compiled code: both find the same."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.pipeline.detect.sigma.engine import needles, scan

LETTERS = st.text(st.sampled_from("abAB\u212a\u0130\u017fé火"), max_size=12)
NEEDLES = st.builds(
    lambda before, literal, behind: before + literal.encode() + behind,
    st.sampled_from([b"", b"\xff"]),
    st.text("abks", min_size=3, max_size=5),
    st.sampled_from([b"", b"\xff"]),
)

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


@settings(max_examples=50)
@given(texts=st.lists(LETTERS, min_size=1, max_size=5), wanted=st.lists(NEEDLES, min_size=1, max_size=6, unique=True))
def test_plain_and_compiled_find_the_same(texts: list[str], wanted: list[bytes]) -> None:
    table, column = needles.table(wanted), scan.Texts.of(pl.Series(texts))
    asked = (table, column, np.arange(len(texts)))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan, "worth_compiling", lambda looks: True)
        patched.setattr(scan, "FEW", 0)
        compiled, odd = scan.found(*asked)
    plain, strange = scan.plainly_found(*asked)

    assert sorted(plain.tolist()) == sorted(compiled.tolist())
    assert strange.tolist() == odd.tolist()
    assert {(number, place) for number, place in plain.tolist()} == {
        (number, place)
        for number, literal in enumerate(wanted)
        for place, text in enumerate(texts)
        if literal in b"\xff" + text.encode().lower() + b"\xff"
    }


@settings(max_examples=50)
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=5),
    wanted=st.lists(st.sampled_from([b"needle", b"needless:", b"kelvin::x"]), min_size=1, unique=True),
)
def test_of_long_texts_only_some_octets_are_looked_at_and_the_same_is_found(texts: list[str], wanted: list[bytes]):
    column, escape = scan.Texts.of(pl.Series(texts)), b"\\u006"
    tables = needles.table([*wanted, escape]), needles.far([*wanted, escape])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan, "worth_compiling", lambda looks: True)
        patched.setattr(scan, "FEW", 0)
        all_octets, some_octets = (scan.scan(each, column) for each in tables)

    assert tables[1].sampled is not None
    assert sorted(all_octets.tolist()) == sorted(some_octets.tolist())
