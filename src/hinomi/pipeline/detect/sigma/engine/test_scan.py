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


@settings(max_examples=50)
@given(texts=st.lists(LETTERS, min_size=1, max_size=5), wanted=st.lists(NEEDLES, min_size=1, max_size=6, unique=True))
def test_plain_and_compiled_find_the_same(texts: list[str], wanted: list[bytes]) -> None:
    table, column = needles.table(wanted), scan.Texts.of(pl.Series(texts))
    asked = (table, column, np.arange(len(texts)))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan, "worth_compiling", lambda looks: True)
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
