"""The engine agrees with the oracle on any rules and events."""

import re
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.ocsf.classes import SeverityId
from hinomi.pipeline.detect.sigma import oracle, windows
from hinomi.pipeline.detect.sigma.engine import predicate, scan
from hinomi.pipeline.detect.sigma.engine import program as programs
from hinomi.pipeline.detect.sigma.engine.program import Program
from hinomi.pipeline.detect.sigma.pattern import (
    Comparison,
    Contains,
    Exact,
    Glob,
    Network,
    Number,
    Pattern,
    Prefix,
    Regex,
    Suffix,
)
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.taxonomy.channels import SECURITY, SYSMON
from hinomi.pipeline.detect.sigma.taxonomy.logsource import Key
from hinomi.pipeline.detect.sigma.tree import All, AnyOf, Exists, Field, Keyword, Node, Not, Null, Reference

KEY, CREATED = Key(SYSMON, 1), Key(SECURITY, 4688)
NAMES = ["a", "b", "c"]
LETTERS = 'abkiIsS \\"/-0\n*{çßẞſİıKΣσςäÄ\u0307😀火'
"""Among them all letters outside ASCII that fold to ASCII, and others whose small letters are longer or two."""
SPECIAL = [
    *("", "abc", "ABC", "kelvin", "KELVIN", "\u212aelvin", "\u0130stanbul", "i\u0307stanbul", "\u017fystem", "STRASSE"),
    *("straße", "0x10", "16", "16.0", " 16", "1e1", "10.1.2.3", "192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", "-"),
    *("C:\\Windows\\System32\\cmd.exe", "x" * 5000 + "needle" + "y" * 5000, "true", "null", "ΟΔΥΣΣΕΥΣ"),
]
TEXTS = st.text(alphabet=LETTERS, max_size=6) | st.sampled_from(SPECIAL)
FRAGMENTS = TEXTS | st.sampled_from(["cmd.exe", "\\CMD", "needle", "system", "stanbul", "elvin", "windows\\"])


def folded(text: str, cased: bool) -> str:
    return text if cased else text.lower()


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    cased, text = draw(st.booleans()), draw(FRAGMENTS)
    kind = draw(st.sampled_from(["exact", "prefix", "suffix", "contains", "contains", "glob", "regex", "other"]))
    plain = {"exact": Exact, "prefix": Prefix, "suffix": Suffix, "contains": Contains}
    if kind in plain:
        return plain[kind](folded(text, cased), cased)
    if kind == "glob":
        part = st.none() | FRAGMENTS.map(lambda found: folded(found, cased))
        pieces = draw(st.lists(st.lists(part, max_size=2).map(tuple), min_size=1, max_size=3))
        return Glob(tuple(pieces), cased)
    if kind == "regex":
        flags = draw(st.sampled_from([0, re.IGNORECASE, re.DOTALL, re.MULTILINE | re.IGNORECASE]))
        shapes = ["{}", "^{}", "{}$", "(?:{})+", "{}.*a", "(?i){}", "[ab]{}", "{}|b", "x?{}{{1,2}}", "(?i:{})k"]
        return Regex(draw(st.sampled_from(shapes)).format(re.escape(text or "a")), flags)
    return draw(
        st.sampled_from(
            [Number(16), Number(10.0), Number(-1), Comparison("GT", 3), Comparison("NEQ", 16)]
            + [Network(ip_network(text)) for text in ("192.0.2.0/24", "10.0.0.0/8", "2001:db8::/32")]
        )
    )


NAME = st.sampled_from([*NAMES, "channel", "eventid", "absent"])
LEAVES = st.one_of(
    st.builds(Field, NAME, patterns()),
    st.builds(Field, NAME, patterns()),
    st.builds(Keyword, patterns()),
    st.builds(Null, NAME),
    st.builds(Exists, NAME, st.booleans()),
    st.builds(Reference, NAME, NAME, st.booleans(), st.booleans()),
)
NODES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(inner, min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found))),
        inner.map(Not),
    ),
    max_leaves=5,
)
SCALARS = TEXTS | st.none() | st.booleans() | st.integers(-2, 20) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from(["#text", "B", "x"]), SCALARS)
EVENTS = st.dictionaries(st.sampled_from(["a", "A", "b", "B ", "c", "Channel"]), VALUES | TEXTS, max_size=4)


def rule(number: int, condition: Node) -> Rule:
    return Rule(f"{number:03}", "", "", SeverityId.HIGH, (), None, "", keys=frozenset([KEY]), condition=condition)


def document(data: dict[str, Any], channel: str = "Microsoft-Windows-Sysmon/Operational", event_id: str = "1") -> str:
    head = {"Channel": channel, "EventID": event_id, "Provider_Name": "P"}
    return orjson.dumps({**head, "EventData": data}).decode()


@pytest.fixture(autouse=True)
def scanned(monkeypatch: pytest.MonkeyPatch):
    """Few documents are enough for the compiled scanner here."""
    monkeypatch.setattr(windows, "worth_compiling", lambda documents: documents > 1)


def found(program: Program, documents: Sequence[str]) -> set[tuple[int, str]]:
    return {
        (int(rows[place]), rule.id)
        for rows, table in windows.tables(pl.Series(documents, dtype=pl.String), program.fields)
        for place, rule in program.hits(table)
    }


def expected(rules: Sequence[Rule], documents: Sequence[str], key: Key = KEY) -> set[tuple[int, str]]:
    events = [windows.as_event(key, orjson.loads(document)) for document in documents]
    return {(row, rule.id) for rule in rules for row, event in enumerate(events) if oracle.check(rule.condition)(event)}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    conditions=st.lists(NODES, min_size=1, max_size=4),
    data=st.lists(EVENTS, min_size=1, max_size=5),
    copies=st.sampled_from([1, 1, 1, 70]),
    compiled=st.booleans(),
)
def test_the_engine_agrees_with_the_oracle(
    conditions: list[Node], data: list[dict[str, Any]], copies: int, compiled: bool
):
    """So many copies are measured, which changes the literals that are looked for, not what is found."""
    rules = [rule(number, condition) for number, condition in enumerate(conditions)]
    documents = [document(one) for one in data] * copies
    program = Program(rules)

    with pytest.MonkeyPatch.context() as patched:
        for used in (programs, scan):
            patched.setattr(used, "worth_compiling", lambda looks: compiled)
        assert found(program, documents) == expected(rules, documents)
        assert found(program, documents) == expected(rules, documents)


def test_a_condition_too_long_for_python_is_left_to_the_oracle(monkeypatch: pytest.MonkeyPatch):
    many = AnyOf(tuple(Field("a", Contains(f"w{number}")) for number in range(50)))
    monkeypatch.setattr(predicate, "MOST_PARTS", 10)
    program = Program([rule(1, many)])

    assert found(program, [document({"a": "xw7x"}), document({"a": "x"})]) == {(0, "001")}


def test_a_deep_condition_is_left_to_the_oracle():
    deep: Node = Field("a", Contains("word"))
    for _ in range(300):
        deep = Not(Not(deep))

    assert found(Program([rule(1, deep)]), [document({"a": "a word"})]) == {(0, "001")}


CREATIONS = st.fixed_dictionaries(
    {},
    optional={
        "NewProcessName": st.sampled_from(["C:\\cmd.exe", "", None, 5]),
        "ParentProcessName": st.sampled_from(["C:\\a.exe", None]),
        "SubjectLogonId": st.just("0x3e7"),
        "SubjectDomainName": st.sampled_from(["PLANT", "", None]),
        "SubjectUserName": st.sampled_from(["sato", "", None]),
        "MandatoryLabel": st.sampled_from(["S-1-16-12288", "s-1-16-0", "x", None]),
        "Image": st.sampled_from(["C:\\own.exe", None]),
        "User": st.just("own"),
    },
)
ANSWERS = {"image": "c:\\cmd.exe", "parentimage": "", "logonid": "0x3e7", "integritylevel": "high", "user": "sato"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(CREATIONS, min_size=2, max_size=6), other=st.lists(CREATIONS, max_size=2))
def test_processes_of_the_security_log_answer_to_sysmons_names_in_columns_too(
    data: list[dict[str, Any]], other: list[dict[str, Any]]
):
    conditions = [Field(name, Contains(text)) for name, text in ANSWERS.items()] + [Null(name) for name in ANSWERS]
    rules = [replace(rule(number, one), keys=frozenset([CREATED])) for number, one in enumerate(conditions)]
    documents = [document(one, "Security", "4688") for one in data] + [document(one) for one in other]

    assert found(Program(rules), documents) == expected(rules, documents[: len(data)], CREATED)
