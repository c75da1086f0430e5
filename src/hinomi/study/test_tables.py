import json
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from hinomi.lake.lake import Lake
from hinomi.study.middle import Middle, middles
from hinomi.study.months import Month
from hinomi.study.population import Enrolment, Study
from hinomi.study.replay import NotATable, replay
from hinomi.study.sheet import Sheet
from hinomi.study.tables import TABLES, document
from hinomi.study.tally import tally

NOW = datetime(2023, 2, 1)
START = date(2022, 11, 1)
EMAIL = 4009


def population(kind: str, *tenants: str, **fields: Any) -> tuple[Enrolment, ...]:
    return tuple(Enrolment(tenant, f"{tenant}-{kind}", kind, START, None, "半導体", **fields) for tenant in tenants)


def study(*enrolments: Enrolment, participants: dict[str, str] | None = None) -> Study:
    return Study(enrolments, (), (Month(2022, 11),), NOW, "test", participants=participants or {})


def test_a_breakdown_ranks_the_sensors_own_classes_and_says_what_is_left(lake: Lake, verdict: Any, fill: Any) -> None:
    counts = {"A": 9, "B": 9, "C": 5, "D": 4, "E": 3, "F": 2, "G": 1}
    day = datetime(2022, 11, 3)
    fill([verdict("a", "a-edr", day, count=n, finding_info__types=[name, "more"]) for name, n in counts.items()])
    fill([verdict("b", "b-edr", day, count=1, finding_info__types=["A"])])
    answer = TABLES["edr-kinds"](lake, study(*population("edr", "a", "b"))).as_dict()
    assert [(row["item"], row["count"], row["companies"]) for row in answer["rows"]] == [
        ("A", 10, 2),
        ("B", 9, 1),
        ("C", 5, 1),
        ("D", 4, 1),
        ("E", 3, 1),
    ]
    assert (answer["total"], answer["rest"]) == (31, 3)


def test_mails_received_hold_the_detected_ones(lake: Lake, event: Any, verdict: Any, fill: Any) -> None:
    day = datetime(2022, 11, 3)
    fill(
        [event("a", "a-mail", day, class_uid=EMAIL) for _ in range(3)]
        + [verdict("a", "a-mail", day, class_uid=EMAIL)]
        + [event("a", "a-mail", day, class_uid=6003)]  # a sign-in to the service is no mail
    )
    table = TABLES["mail-received"](lake, study(*population("mail", "a")))
    month, total = table.as_dict()["rows"]
    assert (month["received"], month["detected"], month["per_company_month"]) == (4, 1, 1)
    assert (total["month"], total["received"]) == ("total", 4)


def test_companies_are_told_by_what_was_installed_and_an_existing_utm_apart(lake: Lake, event: Any, fill: Any) -> None:
    fill([event("a", "a-utm", datetime(2022, 11, 3)), event("x", "x-utm", datetime(2022, 11, 3))])
    enrolments = (
        *population("utm", "a", "b"),
        *population("edr", "a"),
        *population("waf", "w"),
        *population("utm", "x", existing=True),
    )
    participants = {"a": "半導体", "b": "半導体", "w": "航空部品", "x": "航空部品", "n": "航空部品"}
    answer = TABLES["sensors"](lake, study(*enrolments, participants=participants)).as_dict()
    installed = {row["device"]: (row["companies"], row["observed"]) for row in answer["rows"]}
    assert installed["UTM"] == (2, 1)
    assert installed["既設UTM検知レポート活用"] == (1, 1)
    combined = {(row["combination"], row["sector"]): row["companies"] for row in answer["combinations"]}
    assert combined["UTM導入、EDR導入", "合計"] == 1
    assert combined["UTM導入、EDR未導入", "半導体"] == 1
    assert combined["UTM未導入、EDR未導入、WAFかクラウドメールセキュリティ導入", "航空部品"] == 1
    assert combined["全て未導入", "航空部品"] == 2  # the existing UTM was not installed by the programme
    assert combined["合計", "合計"] == 5


@pytest.mark.parametrize("name", TABLES)
def test_a_printed_table_can_be_counted_again_from_its_own_document(
    name: str, lake: Lake, verdict: Any, fill: Callable[[list[dict[str, Any]]], None]
) -> None:
    fill([verdict("a", f"a-{kind}", datetime(2022, 11, 3), count=3) for kind in ("utm", "edr", "waf", "mail")])
    enrolments = tuple(e for kind in ("utm", "edr", "waf", "mail") for e in population(kind, "a", "b", "c"))
    asked = study(*enrolments, participants={"a": "半導体"})
    printed = json.loads(json.dumps(document(name, TABLES[name](lake, asked))))

    assert replay(lake, printed, now=NOW, code_version="test").differences == ()

    fill([verdict("b", f"b-{kind}", datetime(2022, 11, 4)) for kind in ("utm", "edr", "waf", "mail")])
    later = replay(lake, printed, now=NOW, code_version="newer")
    assert later.differences
    assert (later.before["data_cut"]["epoch"], later.after["data_cut"]["epoch"]) == (1, 2)
    assert (later.before["code_version"], later.after["code_version"]) == ("test", "newer")


@pytest.mark.parametrize("printed", [{}, {"table": "no", "rows": [], "inputs": {}}, {"table": "sensors", "rows": 1}])
def test_a_file_that_is_no_table_is_refused(lake: Lake, printed: dict[str, Any]) -> None:
    with pytest.raises(NotATable, match="hinomi study table"):
        replay(lake, printed, now=NOW, code_version="test")


def test_the_middle_is_given_only_where_nobody_can_be_recognised(
    lake: Lake, event: Any, verdict: Any, fill: Any
) -> None:
    day = datetime(2022, 11, 3)
    for tenant, count in {"a": 0, "b": 1, "c": 3, "d": 100, "e": 0}.items():
        heard = [event(tenant, f"{tenant}-{kind}", day) for kind in ("utm", "waf")]
        fill(heard + [verdict(tenant, f"{tenant}-utm", day, utm_category="スパムメール", count=count)] * bool(count))
    asked = study(*population("utm", "a", "b", "c", "d", "e", "silent"), *population("waf", "a", "b", "c", "d"))
    answer = middles(tally(lake, asked))
    assert answer["UTM", "スパムメール", "2022-11"] == Middle(
        Fraction(1), 5
    )  # zeros are companies too, silence is none
    assert answer["UTM", "ランサムウェア", "2022-11"] == Middle(Fraction(0), 5)
    assert answer["WAF", None, "2022-11"] == Middle(None, 4)


def test_a_cell_is_never_read_as_markup() -> None:
    console = Console(width=60, record=True, file=StringIO())
    console.print(Sheet("[red]t", ("[b]h",), (("[link=x]c[/link]",), None), ("[i]n",)))
    text = console.export_text()
    assert "[red]t" in text
    assert "[link=x]c[/link]" in text
