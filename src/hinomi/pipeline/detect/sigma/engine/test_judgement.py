"""What compiled code is sure of is what the pattern says itself."""

import os
import subprocess
import sys
from ipaddress import ip_network
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.library.formats.octets import PLAIN
from hinomi.pipeline.detect.sigma.engine.circuit import circuit
from hinomi.pipeline.detect.sigma.engine.judgement import ACCEPTED, DOUBTED, judged
from hinomi.pipeline.detect.sigma.engine.table import of_frame
from hinomi.pipeline.detect.sigma.pattern import Contains, Exact, Glob, Network, Number, Pattern, Prefix, Regex, Suffix
from hinomi.pipeline.detect.sigma.taxonomy.logsource import Key
from hinomi.pipeline.detect.sigma.tree import Field

HERE = Path(__file__).parent
NUMBERS = ["16", "016", "0x10", "0X1f", "16.0", " 16", "1_6", "-", "nan", "1e1", "0x", "0xg", "9" * 16, "\uff11\uff16"]
ADDRESSES = ["10.1.2.3", "010.1.2.3", "10.1.2", "10.1.2.3.", "10.1.2.256", "1.2.3.4.5", "::ffff:10.1.2.3", "[10.1.2.3]"]
LETTERS = st.text("aAbBkKsSiI\\.*1\u212a\u0130\u017fé火", max_size=14)
TEXTS = LETTERS | st.sampled_from([*NUMBERS, *ADDRESSES, "x" * 70 + "needle" + "y" * 70])
LITERALS = st.text("abks\\.1é", max_size=4) | st.sampled_from(["needle", "0x10"])
PATTERNS = st.one_of(
    st.builds(Exact, LITERALS),
    st.builds(Prefix, LITERALS),
    st.builds(Suffix, LITERALS),
    st.builds(Contains, LITERALS),
    st.builds(Contains, LETTERS, st.just(True)),
    st.builds(Suffix, LETTERS, st.just(True)),
    st.builds(lambda one, other: Glob(((one,), (other,))), LITERALS, LITERALS),
    st.sampled_from([Glob(((None,),)), Glob(((None, "a"), ())), Glob((("a",), (None,)))]),
    st.sampled_from([Number(16), Number(10.5), Number(-1), Regex("abks?"), Regex("(?i)abk")]),
    st.sampled_from([Network(ip_network(text)) for text in ("10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32")]),
)


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(TEXTS | st.none(), min_size=1, max_size=6), patterns=st.lists(PATTERNS, min_size=1, max_size=4))
def test_a_verdict_is_what_the_pattern_says(texts: list[str | None], patterns: list[Pattern]):
    events = of_frame(pl.DataFrame({"a": pl.Series(texts, dtype=pl.String)}), Key("k"))
    pairs = np.arange(len(patterns) * len(texts))

    verdicts = judged(circuit([Field("a", pattern) for pattern in patterns]), events, pairs)

    for (pattern, text), verdict in zip(product(patterns, texts), verdicts.tolist(), strict=True):
        accepted = text is not None and pattern.accepts(text if pattern.cased else text.lower())
        assert verdict == DOUBTED or (verdict == ACCEPTED) == accepted


def test_plain_questions_are_never_doubted():
    texts = [*NUMBERS[:-1], *ADDRESSES[:5], "C:\\Windows\\cmd.exe", "-"]
    patterns = [Exact("16"), Prefix("c:\\"), Suffix("cmd.exe"), Contains("windows")]
    events = of_frame(pl.DataFrame({"a": texts}), Key("k"))
    pairs = np.arange(len(patterns) * len(texts))

    assert DOUBTED not in judged(circuit([Field("a", pattern) for pattern in patterns]), events, pairs)


@pytest.mark.skipif(PLAIN, reason="this is that run")
def test_compiled_code_stays_within_its_arrays():
    """The same tests with the same code as plain Python, which refuses what machine code would do unseen."""
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *options,
            *[str(HERE / f"{name}.py") for name in ("test_judgement", "test_scan")],
        ],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout
