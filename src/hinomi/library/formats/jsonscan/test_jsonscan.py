"""JSON documents to columns: the scanner and the plain reader find what orjson finds, whatever they are given.

``make fuzz`` (HINOMI_FUZZ=examples) goes on for longer than ``make test`` does; ``NUMBA_DISABLE_JIT=1`` runs the same
scanner as plain Python, which refuses any access outside its arrays.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hinomi.library.formats.jsonscan import Found, Kind, Status, Wanted, of_column, of_lines, scan
from hinomi.library.formats.lines import split
from hinomi.library.formats.octets import PLAIN

EXAMPLES = int(os.environ.get("HINOMI_FUZZ", "40")) // (10 if PLAIN else 1)
WANTED = Wanted(
    {
        "image": ("Event.EventData.Image", "EventData.Image", "winlog.event_data.Image", "Image"),
        "data": "Event.EventData",
        "any": ["UserData.*.x", "a.*"],
        "both": ("a.b", "*.c"),
        "deep": "a.b.c.d",
        "dotted": [("a.b", "c")],
        "名前": "表.名前",
        "empty": "a.",
    },
    fold=True,
)
CLOSE = Wanted(
    {"image": ("Event.EventData.Image", "Image"), "c": "a.c", "newvalue": "New Value"}, fold=True, close=True
)
EXACT = Wanted({"a": "a", "b": ("b", "a.b"), "A": "A", "c": "a.c"})
KEYS = st.sampled_from(
    ["Event", "EventData", "winlog", "event_data", "Image", "image", "UserData", "a", "A", " A", "b", "c", "d", "x",
     "New Value", "newvalue", "Ima ge", "a.b", "", "表", "名前", "É",
     "K", "quote\"d", "back\\slash", "a key that is longer than a word or two than 32 octets"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=50),
    st.text(alphabet='\\"/\b\n\0表é😀 x', max_size=90),
    st.sampled_from(["C:\\Windows\\System32\\" * 4, "x" * 31 + '"', "\r\n\t" * 20, "twelve octet", "thirteen octe"]),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
LAST = b'{"a":"%s"}' % (b"x" * 90)
"""A document so long that no other one ends near the end."""
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=8)
SPICE = st.sampled_from(
    [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\t", b"\r", b"\0", b"\x1f", b"\x7f", b"\xff", b"-", b"-0",
     b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe3\x81", b"\xef\xbb\xbf", b"01", b"1.", b".5", b"1e400", b"1e",
     b"1E+02", b"9" * 120, b"1" * 400, b"NaN", b"Infinity", b"null", b"true", b"fals", b"\\ud800", b"\\ud83d\\ude00",
     b"\\u0000", b"\\u30ab", b"\\x", b"[" * 70, b'{"a":' * 70, b'"a":1,', b'"A":{"b":2},', b'"a":{"c":[]},',
     b'"\\u0061":1,']
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """JSON in many spellings, a third of it damaged; without line ends."""
    value = draw(st.one_of(OBJECTS, OBJECTS, OBJECTS, VALUES))
    spelling = {"ensure_ascii": draw(st.booleans()), "separators": draw(st.sampled_from([(",", ":"), (", ", " : ")]))}
    found = json.dumps(value, **spelling).encode("utf-8", "replace")
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        at, until = sorted((draw(st.integers(0, len(found))), draw(st.integers(0, len(found)))))
        match draw(st.sampled_from(["cut", "insert", "remove", "double"])):
            case "cut":
                found = found[:until]
            case "insert":
                found = found[:at] + draw(SPICE) + found[at:]
            case "remove":
                found = found[:at] + found[at + 1 + (until - at) % 3 :]
            case _:
                found = found[:at] + found[at:until] + found[at:]
    return found.replace(b"\n", b" ")


def expected(document: bytes | None, wanted: Wanted) -> tuple[Status, dict[str, Any]]:
    """What orjson finds: values by column."""
    if document is None:
        return Status.NO_DOCUMENT, {}
    try:
        value = orjson.loads(document)
    except orjson.JSONDecodeError:
        return Status.NOT_JSON, {}
    if not isinstance(value, dict):
        return Status.NOT_AN_OBJECT, {}
    found = {}
    for name, paths in wanted.paths.items():
        matches = [list(matching(value, path, wanted)) for path in paths]
        last = next((each[-1] for each in matches if each), None)
        if any(matches):
            found[name] = last
    return Status.READ, found


def matching(value: Any, path: tuple[str, ...], wanted: Wanted) -> Iterator[Any]:
    if not path:
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            one, other = (text.encode().lower() if wanted.fold else text.encode() for text in (key, path[0]))
            if wanted.close:
                one, other = one.replace(b" ", b""), other.replace(b" ", b"")
            if path[0] == "*" or one == other:
                yield from matching(inner, path[1:], wanted)


def value_of(kind: int, text: str | None) -> Any:
    if kind == Kind.NULL:
        return None
    assert text is not None
    return text if kind == Kind.STRING else orjson.loads(text)


def check(given_documents: list[bytes | None], founds: list[Found], wanted: Wanted) -> None:
    row = 0
    for found in founds:
        columns = {name: found.column(name).to_list() for name in wanted.names}
        assert found.frame().to_dict(as_series=False) == columns
        for place in range(len(found)):
            status, values = expected(given_documents[row], wanted)
            assert found.status[place] == status, given_documents[row]
            for name in wanted.names:
                kind = found.kind(name)[place]
                assert (kind == Kind.ABSENT) == (name not in values), (name, given_documents[row])
                if kind:
                    value = value_of(kind, columns[name][place])
                    assert (value, type(value)) == (values[name], type(values[name])), given_documents[row]
                else:
                    assert columns[name][place] is None
            row += 1
    assert row == len(given_documents)


def texts_of(founds: list[Found]) -> list[Any]:
    return [(found.frame().to_dict(as_series=False), found.kinds.tolist(), found.status.tolist()) for found in founds]


@pytest.mark.parametrize("wanted", [WANTED, EXACT, CLOSE], ids=["folded", "exact", "close"])
def test_lines_are_read_as_orjson_reads_them(wanted: Wanted):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(documents(), max_size=12), st.booleans())
    @example([b'{"a":{"c":1},"a":{"b":2}}', b'{"a":{"c":1},"a":5}', b'{"a":1,"A":{"b":1}}'], True)
    @example([b'{"a":1}', b'{"a":1} ', b' {"a":-0}', b'{"a":0}x', b"{}", b'{"a":"\\ud800"}', b'{"a\\u0000":1}'], True)
    def reads(lines: list[bytes], padded: bool) -> None:
        found = split(b"\n".join(lines + [LAST] * padded))
        given_documents = [raw for _, raw in found]

        quick = list(scan(of_lines(found), wanted, compiled=True))
        plain = list(scan(of_lines(found), wanted, compiled=False))

        check(given_documents, quick, wanted)
        assert texts_of(quick) == texts_of(plain)

    reads()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(st.none(), documents()), max_size=12), st.booleans())
def test_a_column_is_read_as_orjson_reads_it(found: list[bytes | None], sliced: bool):
    texts = [None if each is None else each.decode("utf-8", "replace") for each in [*found, LAST]]
    column = pl.Series(["{}", *texts, "{}"])[1:-1] if sliced else pl.Series(texts, dtype=pl.String)

    quick = list(scan(of_column(column), WANTED, compiled=True))

    check([None if each is None else each.encode() for each in texts], quick, WANTED)


def ordinary(rows: int) -> list[bytes]:
    return [
        orjson.dumps({"Event": {"EventData": {"Image": f"C:\\Windows\\{row}.exe", "n": row}}, "a": {"b": row / 2}})
        for row in range(rows)
    ]


def read(lines: list[bytes], wanted: Wanted = WANTED) -> Found:
    (found,) = scan(of_lines(split(b"\n".join(lines))), wanted, compiled=True)
    return found


def test_what_is_ordinary_is_left_to_the_scanner():
    found = read(ordinary(100))

    assert found.reread == 0
    assert found.column("image").to_list() == [f"C:\\Windows\\{row}.exe" for row in range(100)]


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1e400}',
        b'{"Image":"\\ud800"}',
        b'{"\\u0061":1}',
        b'{"a":{"b":1},"a":2}',
        b'{"x":' * 80 + b"1" + b"}" * 80,
    ],
)
def test_what_is_rare_is_read_once_more(line: bytes):
    found = read([line, *ordinary(10)])

    assert found.reread == 1
    check([line, *ordinary(10)], [found], WANTED)


def test_of_the_paths_of_a_column_the_first_counts():
    found = read([b'{"Image":"flat","EventData":{"IMAGE":"within"}}', b'{"EventData":{},"image":"flat"}', *ordinary(9)])

    assert found.column("image")[:2].to_list() == ["within", "flat"]
    assert found.reread == 0


def test_an_array_is_given_as_it_is_written():
    found = read([b'{"Event":{"EventData":{"Data": [1, "2"] }}}', b'{"Event":{"EventData":["x",{"Image":1}]}}'])

    assert found.column("data").to_list() == ['{"Data": [1, "2"] }', '["x",{"Image":1}]']
    assert found.kind("data").tolist() == [Kind.NESTED, Kind.NESTED]


def test_absent_null_and_empty_are_told_apart():
    found = read([b'{"Image":null}', b'{"Image":""}', b"{}"])

    assert found.column("image").to_list() == [None, "", None]
    assert found.kind("image").tolist() == [Kind.NULL, Kind.STRING, Kind.ABSENT]


def test_a_long_document_is_read_to_the_end_of_the_payload():
    lines = [*ordinary(10), orjson.dumps({"a": {"b": ["x" * 1000] * 70}})]

    found = read(lines)

    assert found.reread == 1
    check(lines, [found], WANTED)


@pytest.mark.skipif(PLAIN, reason="so many take long")
def test_more_keys_than_are_remembered_are_still_read():
    lines = [orjson.dumps({f"key{row}": row, "Image": f"{row}", f"other{row}": {"x": row}}) for row in range(5000)]

    assert read(lines).column("image").to_list() == [f"{row}" for row in range(5000)]


def test_nothing_is_found_in_nothing():
    assert list(scan(of_lines(split(b"")), WANTED)) == []
    assert list(scan(of_column(pl.Series([], dtype=pl.String)), WANTED)) == []
    (found,) = scan(of_column(pl.Series([None, None], dtype=pl.String)), WANTED, compiled=True)
    assert found.status.tolist() == [Status.NO_DOCUMENT] * 2
    assert found.frame([]).height == 2


@pytest.mark.parametrize("paths", ["", [()], ["a"] * 33])
def test_paths_that_cannot_be_found_are_refused(paths: Any):
    with pytest.raises(ValueError):
        Wanted({"a": paths})


@pytest.mark.skipif(PLAIN, reason="this is that run")
def test_the_scanner_stays_within_its_arrays():
    """The same tests with the same code as plain Python, which refuses what machine code would do unseen."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", __file__]
    done = subprocess.run(command, env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout
