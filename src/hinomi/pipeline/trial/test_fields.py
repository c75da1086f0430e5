"""Fields are found by their names in any text, and a text without one of them is still a text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.pipeline.trial.fields import named


def names(text: str, *, is_whole: bool = False) -> list[list[tuple[str, str]]]:
    found = named(text.encode(), is_whole=is_whole)
    return [list(record) for record in found.records if record] if found else []


def without(text: str, name: str, *, is_whole: bool = False) -> str:
    found = named(text.encode(), is_whole=is_whole)
    assert found is not None
    return found.without(name).decode()


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('<189>a=1 b="x y" c=', [("a", "1"), ("b", "x y"), ("c", "")]),
        ('k1="v1",k2="v,2",k3=v3,k4="v4"', [("k1", "v1"), ("k2", "v,2"), ("k3", "v3"), ("k4", "v4")]),
        (
            "CEF:0|V|P|1|100|name|5|src=10.0.0.1 msg=two words cs1Label=x",
            [("src", "10.0.0.1"), ("msg", "two words"), ("cs1Label", "x")],
        ),
        ("LEEF:1.0|V|P|1|100|src=10.0.0.1\tusrName=a b", [("src", "10.0.0.1"), ("usrName", "a b")]),
        (
            'Jan  1 host x: {"a": {"b": 1, "c": [true, null]}, "d.e": "f"}',
            [("a.b", "1"), ("a.c", "true"), ("a.c", ""), ("d.e", "f")],
        ),
        ("one=1 only", []),
        ("no fields at all", []),
    ],
)
def test_fields_of_a_line(line: str, fields: list[tuple[str, str]]) -> None:
    assert names(line) == ([fields] if fields else [])


def test_a_table_has_the_fields_of_its_heading() -> None:
    table = '日時,種別,備考\n2022/11/01,ウイルス,"a,b"\n'

    assert names(table, is_whole=True) == [[("日時", "2022/11/01"), ("種別", "ウイルス"), ("備考", "a,b")]]
    assert without(table, "備考", is_whole=True).split() == ["日時,種別,備考", "2022/11/01,ウイルス,"]


def test_a_line_without_a_field_is_the_same_line_else() -> None:
    assert without('<1>a=1 b="x y" c=3', "b") == "<1>a=1  c=3"
    assert without("CEF:0|V|P|1|1|n|5|src=1 msg=two words dst=2", "msg") == "CEF:0|V|P|1|1|n|5|src=1 dst=2"
    assert json.loads(without('{"a": {"b": 1, "c": 2}, "d.e": 3}', "a.b")) == {"a": {"c": 2}, "d.e": 3}
    assert json.loads(without('{"a": {"b": 1}, "d.e": 3}', "d.e")) == {"a": {"b": 1}}
    assert json.loads(without('[{"a": 1, "b": 2}]', "a", is_whole=True)) == [{"b": 2}]


def test_bytes_of_a_workbook_have_no_names() -> None:
    assert named(b"PK\x03\x04\0\0a=1 b=2", is_whole=True) is None


@given(
    st.text(alphabet=st.sampled_from(list('{}[]"=:,;|\\ \t\nab1CEF-.')), max_size=200) | st.text(max_size=100),
    st.booleans(),
)
def test_whatever_comes_it_is_taken_apart_and_put_together(text: str, is_whole: bool) -> None:
    found = named(text.encode("utf-8", "replace"), is_whole=is_whole)
    for name in {name for record in (found.records if found else ()) for name, _ in record}:
        assert found is not None
        assert isinstance(found.without(name), bytes)
