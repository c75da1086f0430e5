"""Lines that go straight to tables meet the rules that their rows would."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.library import catalog
from hinomi.library.contracts import Context
from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import RuleSet, lines
from hinomi.pipeline.detect.sigma.pattern import Contains, Exact, Number
from hinomi.pipeline.detect.sigma.rule import Rule
from hinomi.pipeline.detect.sigma.taxonomy.logsource import ANY_CHANNEL, Key
from hinomi.pipeline.detect.sigma.tree import Field, Keyword, Node, Not, Null

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2022, 12, 1))
CONDITIONS: list[Node] = [
    *(Null(name) for name in ("image", "user", "data", "channel", "computer", "provider_name", "level", "keywords")),
    *(Field("eventid", Number(number)) for number in (1, 4688, 4624)),
    *(Field("image", Contains(text)) for text in ("", "cmd", "true", "1.5")),
    *(Field(name, Contains("needle")) for name in ("a", "data", "commandline", "newname")),
    *(Field("provider_name", Exact(text)) for text in ("", "p", "microsoft-windows-security-auditing")),
    *(Field(name, Contains("0x80")) for name in ("keywords", "level")),
    Field("user", Exact("plant\\sato")),
    Field("channel", Exact("security")),
    Keyword(Contains("needle")),
    Keyword(Contains("ABC".lower())),
    Not(Field("a", Contains("x"))),
]
VALUES = st.one_of(
    st.sampled_from(["needle", "a Needle", "C:\\cmd.exe", "", "-", "ab\u00e9", "x\ny"]),
    st.none() | st.booleans() | st.sampled_from([0, -1, 1.5, 1e20, 4688]),
    st.lists(st.sampled_from(["needle", "b"]), max_size=2),
    st.dictionaries(st.sampled_from(["#text", "B"]), st.just("needle"), max_size=2),
)
NAMES = ["Image", "a", "A", "New Name", "NewProcessName", "SubjectUserName", "SubjectDomainName", "Data", "#attributes"]
DATA = st.dictionaries(st.sampled_from([*NAMES, "Channel", "User", "CommandLine"]), VALUES, max_size=4)
CLASSIC = st.fixed_dictionaries(
    {"Data": st.fixed_dictionaries({"#text": st.lists(VALUES, max_size=2) | VALUES})},
    optional={"Binary": st.sampled_from(["00FF", None]), "A": st.just("needle")},
)
"""As evtx_dump writes data without names."""
HEADS = st.fixed_dictionaries(
    {
        "Provider": st.sampled_from(
            [{"#attributes": {"Name": name}} for name in ("P", "Microsoft-Windows-Security-Auditing", "")] + ["P", None]
        ),
        "EventID": st.sampled_from([1, 4688, "4624", {"#attributes": {"Qualifiers": 7}, "#text": 1}, 70000, None]),
        "Channel": st.sampled_from(["Security", "Microsoft-Windows-Sysmon/Operational", "", None]),
        "Computer": st.sampled_from(["PC-07", ""]),
        "Level": st.sampled_from([4, "0", None]),
        "Keywords": st.sampled_from(["0x8020000000000000", "Audit Success", -9214364837600034816]),
        "EventRecordID": st.just(7),
        "TimeCreated": st.just({"#attributes": {"SystemTime": "2022-12-01T00:00:00Z"}}),
    }
)
TREES = st.builds(
    lambda head, rest: {"System": head, **rest},
    HEADS,
    st.fixed_dictionaries(
        {},
        optional={
            "EventData": DATA | CLASSIC | st.sampled_from([None, "needle", [], {}]),
            "UserData": st.dictionaries(st.sampled_from(["X", "Y"]), DATA | st.just("needle"), max_size=2) | st.none(),
            "Message": st.just("needle"),
        },
    ),
)
DOCUMENTS = st.one_of(
    *[TREES.map(lambda tree: {"Event": tree})] * 6,
    TREES,
    TREES.map(lambda tree: {"Event": tree, "message": "needle"}),
    st.just({"Event": "needle"}),
)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    keys = frozenset([Key(ANY_CHANNEL)])
    made = [
        Rule(f"{number:02}", str(condition), "", SeverityId.LOW, (), None, "", keys, condition)
        for number, condition in enumerate(CONDITIONS)
    ]
    return RuleSet(made)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(DOCUMENTS, min_size=1, max_size=6))
def test_the_quick_way_finds_what_the_rows_would(documents: list[dict[str, Any]], rules: RuleSet):
    payload = b"\n".join(map(orjson.dumps, documents))
    source = catalog.source(lines.SOURCE)

    def by_rows(payload: bytes) -> Counter[str]:
        rows = source(payload, CONTEXT).events.drop("line").with_columns(pl.lit(lines.SOURCE).alias("source"))
        return Counter(rules.match(conform(rows))["finding_info.analytic.uid"])

    read = lines.read(payload, rules.windows.fields, source, CONTEXT)

    quick = Counter(rule.id for table in read.tables for rule in rules.fired(table))
    assert quick + by_rows(read.rest) == by_rows(payload)


@pytest.mark.parametrize("channel", ["Microsoft-Windows-Sysmon/Operational", None])
def test_usual_lines_are_one_table(channel: str | None, rules: RuleSet):
    system = {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
        "EventID": 1,
        "Channel": channel,
        "Computer": "PC-07",
        "Level": 4,
        "Keywords": "0x8000000000000000",
        "EventRecordID": 7,
    }
    line = orjson.dumps({"Event": {"System": system, "EventData": {"Image": "C:\\cmd.exe", "ProcessId": 5}}})

    read = lines.read(line + b"\n" + line, rules.windows.fields, catalog.source(lines.SOURCE), CONTEXT)

    assert (read.rest, [table.height for table in read.tables]) == (b"", [2])
