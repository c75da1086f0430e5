"""Reading key=value lines: the grammar, and that the fast scanner finds the same cells as the plain parser."""

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from hinomi.library.formats import cells, keyvalue
from hinomi.library.formats.cells import ABOUT, RAW, Wanted
from hinomi.library.formats.keyvalue import Grammar
from hinomi.library.formats.keyvalue_reference import parse
from hinomi.library.formats.lines import split

KEYS = ("date", "user", "msg", "a", "ab", "x-y", "名", "a-key-of-16-octs", "a-key-of-17-octet", "a-key-of-17-octes")
FORTINET = " ,"
BLANKS = ("", "a", "N/A", "12345678")


def columns(
    payload: bytes, *, compiled: bool, separators: str = FORTINET, assign: str = "=", blanks: tuple[str, ...] = ()
) -> pl.DataFrame:
    lines, grammar = split(payload), Grammar(Wanted(KEYS, blanks=blanks), separators, assign)
    empty = pl.DataFrame(schema={**dict.fromkeys((*KEYS, RAW), pl.String()), **ABOUT})
    return pl.concat([empty, *keyvalue.read(lines, lines.starts, grammar, compiled=compiled)])


def test_a_line_is_pairs_between_spaces():
    found = parse('date=2023-01-15  user="山田 太郎" msg=""')

    assert found.values == {"date": "2023-01-15", "user": "山田 太郎", "msg": ""}
    assert (found.count, found.truncated) == (3, False)


def test_the_separator_that_ends_the_first_pair_is_the_only_one():
    assert parse('date=2023-01-15,user="a, b",msg=two words', FORTINET).values == {
        "date": "2023-01-15",
        "user": "a, b",
        "msg": "two words",
    }
    assert parse("date=2023-01-15 user=a,b", FORTINET).values == {"date": "2023-01-15", "user": "a,b"}


def test_words_without_a_value_are_skipped():
    found = parse("Jan 15 12:00:00 relay date=2023-01-15 =lost user=a")

    assert (found.values, found.count) == ({"date": "2023-01-15", "user": "a"}, 2)


def test_a_quote_within_a_value_is_escaped_and_a_lone_backslash_is_itself():
    assert parse(r'msg="he said \"no\"" path="\\srv\share" user="CORP\taro"').values == {
        "msg": 'he said "no"',
        "path": r"\srv\share",
        "user": r"CORP\taro",
    }


def test_a_value_that_looks_like_pairs_stays_a_value():
    found = parse('url="/?user=root msg=none" user=guest').values

    assert found == {"url": "/?user=root msg=none", "user": "guest"}


def test_of_equal_keys_the_first_counts():
    assert parse("user=guest user=root").values == {"user": "guest"}


def test_a_quote_that_never_ends_runs_to_the_end_and_is_said():
    found = parse('user=a msg="cut in the mid')

    assert (found.values["msg"], found.truncated) == ("cut in the mid", True)


def test_other_products_assign_and_separate_differently():
    found = parse('action:"Drop; quietly"; src:192.0.2.1;', separators=";", assign=":")

    assert found.values == {"action": "Drop; quietly", "src": "192.0.2.1"}


def test_the_line_itself_is_described_beside_its_cells():
    good = 'user="山田" msg="ok"'
    payload = b"\n".join([good.encode(), b"", 'user="山田'.encode("cp932"), b'msg="cut', b"no pairs at all"])

    for compiled in (False, True):
        found = columns(payload, compiled=compiled)
        assert found[cells.LINE].to_list() == [1, 3, 4, 5]
        assert found[RAW].to_list() == [good, 'user="山田', 'msg="cut', "no pairs at all"]
        assert found[cells.PAIRS].to_list() == [2, 1, 1, 0]
        assert found[cells.TRUNCATED].to_list() == [False, True, True, False]
        assert found[cells.RECODED].to_list() == [None, "recoded:cp932", None, None]
        assert found["user"].to_list() == ["山田", "山田", None, None]


def test_values_that_stand_for_nothing_make_no_cells():
    payload = b'user="" msg=N/A a="N/A " ab=0 user=root'

    for compiled in (False, True):
        [found] = columns(payload, compiled=compiled, blanks=BLANKS).to_dicts()
        assert (found["user"], found["msg"], found["a"], found["ab"]) == (None, None, "N/A ", "0")


def test_keys_in_another_order_than_in_the_line_before_are_found_too():
    payload = b"date=1 user=2 msg=3 a=4\nuser=5 date=6 other=0 a=7 msg=8\na=9 ab=10 date=11\n=x date==12 user"

    fast, plain = (columns(payload, compiled=compiled) for compiled in (True, False))

    assert fast.to_dicts() == plain.to_dicts()
    assert fast["date"].to_list() == ["1", "6", "11", "=12"]


def test_no_key_may_be_wanted():
    lines = split(b"a=1 =x\n=")

    [found] = keyvalue.read(lines, lines.starts, Grammar(Wanted(())), compiled=True)

    assert found[RAW].to_list() == ["a=1 =x", "="]
    assert found[cells.PAIRS].to_list() == [1, 0]


def test_a_header_before_the_pairs_belongs_to_the_line_but_not_to_its_cells():
    lines = split("user=header user=管理者\n".encode() * 3)

    for compiled in (False, True):
        [found] = keyvalue.read(lines, lines.starts + 12, Grammar(Wanted(KEYS)), compiled=compiled)
        assert found["user"].to_list() == ["管理者"] * 3
        assert found[RAW][0] == "user=header user=管理者"


TOKENS = st.sampled_from(
    [
        *KEYS,
        "=",
        "=",
        '="',
        '"',
        " ",
        " ",
        ",",
        "\\",
        '\\"',
        "\\\\",
        "  ",
        "a=1",
        ' msg="',
        "日本",
        "\t",
        "\r",
        "<189>",
        "N/A",
        "12345678",
    ]
)
LINES = st.lists(TOKENS, max_size=20).map(lambda tokens: "".join(tokens).encode())
LINES |= st.lists(TOKENS, max_size=9).map(lambda tokens: "".join(tokens).encode("cp932"))
LINES |= st.binary(max_size=40)


@given(st.lists(LINES, max_size=6), st.sampled_from([(" ", "="), (FORTINET, "="), (";", ":"), (" \t", "=")]))
@example([b'a="x\\"'], (" ", "="))
@example([b'a="\\\\" ab="12345678901234"'], (" ", "="))
@example([b"a=x=y,ab=z w"], (FORTINET, "="))
@example([b"a", b"ab=", b"=", b'="', b'a="'], (FORTINET, "="))
def test_the_scanner_finds_the_same_cells_as_the_plain_parser_in_any_input(
    found: list[bytes], grammar: tuple[str, str]
):
    separators, assign = grammar
    payload = b"\n".join(found)

    for blanks in ((), BLANKS):
        fast = columns(payload, compiled=True, separators=separators, assign=assign, blanks=blanks)
        plain = columns(payload, compiled=False, separators=separators, assign=assign, blanks=blanks)

        assert fast.to_dicts() == plain.to_dicts()


@given(st.text())
def test_any_text_can_be_parsed(text: str):
    found = parse(text, FORTINET)

    assert found.count >= len(found.values)
    assert all(value.replace("\\", "") in text.replace("\\", "") for value in found.values.values())


def test_payloads_larger_than_a_chunk_keep_every_line(monkeypatch):
    monkeypatch.setattr(keyvalue, "CHUNK_LINES", 7)
    monkeypatch.setattr(keyvalue, "CHUNK_BYTES", 100)
    payload = b"".join(b'a=%d msg="%s"\n' % (number, b"x" * (number % 40)) for number in range(100))

    found = columns(payload, compiled=True)

    assert found.equals(columns(payload, compiled=False))
    assert found["a"].to_list() == [str(number) for number in range(100)]
