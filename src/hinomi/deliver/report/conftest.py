"""A month written by hand, for what is made of it."""

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from hinomi.deliver.report.facts import ExpertFacts, IncidentFacts, TenantFacts
from hinomi.deliver.report.monthly import (
    Account,
    Action,
    Comparison,
    Coverage,
    Day,
    Mark,
    MonthlyReport,
    Outcome,
    Top,
)
from hinomi.ocsf.expert import Evidence, Example
from hinomi.ocsf.incident import Exclusion
from hinomi.study.expert_kinds import BY_KEY
from hinomi.study.ledger import NO_AVERAGE, DataCut
from hinomi.study.middle import Middle
from hinomi.study.months import Month

TEXT = {"ja": "数え方", "en": "how"}
MONTH = Month(2022, 12)


def action(number: int) -> Action:
    return Action(
        title=f"確認すること{number}",
        where=f"PC-0{number}(sato さん)",
        happened="見慣れないソフトが動きました。",
        steps=("使っている人に聞いてください。", "監視センターに知らせてください。"),
        avoid="再起動しないでください。",
        within="今週中",
        contact="監視センター",
        level="check",
    )


def pointed_out() -> ExpertFacts:
    noon = datetime(2022, 12, 6, 3)
    examples = (Example("C:\\Users\\Public\\CouponBar.exe", "PC-03", 2), Example("=cmd|' /C x'!A0", "PC-04", 1))
    evidence = Evidence(3, ("101-edr",), ("b:1:verdict",), ("PC-03", "PC-04"), examples, noon, noon)
    return ExpertFacts(BY_KEY["adware"], "広告を表示するソフトが入っています。要らなければ消してください。", evidence)


@pytest.fixture
def busy() -> MonthlyReport:
    """A month with something of everything."""
    noon = datetime(2022, 12, 6, 3)
    aside = Exclusion("101", "101-utm", "land", "LAND", noon, noon, 40, "機器の不具合")
    return MonthlyReport(
        tenant=TenantFacts("101", "青空半導体株式会社", contact="山形ネット 023-000-0000"),
        month=MONTH,
        made=datetime(2023, 1, 5, 1),
        cut=DataCut(7, datetime(2022, 12, 31, 14, 59)),
        code_version="0.1.0+test",
        mark=Mark.CHECK,
        summary="下の3点を確認してください。",
        actions=tuple(action(number) for number in (1, 2, 3)),
        further=(action(4),),
        outcomes=(Outcome("迷惑メール", 0, 976, 0), Outcome("ホームページへの攻撃", 1500, 0, 147)),
        unseen=("暗号化された通信", "工場の中だけの通信"),
        comparisons=(
            Comparison("UTM", "不正サイト", 1234, 1000, Middle(Fraction(21, 2), 15), TEXT, (aside,)),
            Comparison("WAF", None, 0, None, Middle(None, 4), TEXT, ()),
        ),
        days=tuple(Day(day, "UTM", day.day, heard=day.day != 10) for day in MONTH.days()),
        tops=(Top("検知名", (("Exploit", 30), ("Worm", 2)), 5),),
        incidents=(IncidentFacts("i1", "不審な動き", "malware", 5, noon, noon, "新規", True, "PC-07", user="yamada"),),
        expert=(pointed_out(),),
        exclusions=(aside,),
        coverage=(Coverage("101-utm", "UTM(Cloud Edge)", "UTM", 31, 30, 1, date(2022, 12, 31), False, 744, 700),),
        accounts=(Account("UTM・不正サイト 件数", Fraction(1234), TEXT, 1234, None, NO_AVERAGE, (aside,)),),
    )


@pytest.fixture
def blind(busy: MonthlyReport) -> MonthlyReport:
    """A month before any data."""
    return replace(
        busy,
        mark=Mark.BLIND,
        cut=DataCut(0, None),
        **dict.fromkeys(("actions", "further", "outcomes", "comparisons", "days", "tops", "incidents", "expert"), ()),
        **dict.fromkeys(("exclusions", "coverage", "accounts"), ()),
    )
