"""Codes become sentences: every one of them, in both languages."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from hinomi.console.conftest import NOW, Town, story_of
from hinomi.console.incidents import assessed, summary, wording
from hinomi.console.templatetags.shell import runs
from hinomi.incidents.assessment import Assessment
from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record
from hinomi.incidents.test_assessment import course
from hinomi.ocsf.course import (
    TACTICS,
    Around,
    Cause,
    Check,
    Contact,
    Happening,
    Lookback,
    Point,
    Priority,
    Reason,
    Sight,
    Spread,
    Stage,
    StageName,
    Trace,
    Urgency,
)
from hinomi.tenants.models import Tenant

MOMENT = datetime(2022, 12, 6, 1, 12)
LANGUAGES = ("ja", "en")


def stage(name: StageName, minute: int, *findings: str, stopped: bool = False) -> Stage:
    time = MOMENT + timedelta(minutes=minute)
    return Stage(name, time, time, stopped, findings)


def test_every_code_has_its_words() -> None:
    assert set(wording.STAGES) == set(StageName)
    assert set(wording.TACTICS) == set(TACTICS.values())
    assert set(wording.CHECKS) == set(Check)
    assert set(wording.HAPPENING) == set(Happening)
    assert set(wording.TRACES) == set(Trace)
    assert set(wording.CANNOT) == {*Cause, None}
    assert list(wording.STEPS) == list(range(1, 14))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_point_says_in_one_sentence_what_it_saw_or_why_not(language: str) -> None:
    with override(language):
        sentences = {
            (number, sight, cause): assessed.sentence(Point(number, sight, cause))
            for number in range(1, 6)
            for sight, cause in [
                (Sight.SEEN, None),
                (Sight.NOTHING, None),
                (Sight.BLIND, Cause.ENCRYPTED),
                *((Sight.NOT_THERE, cause) for cause in Cause),
            ]
        }

    assert all(re.fullmatch(r"[^%]+[。.]", sentence) for sentence in sentences.values())
    assert all(re.search("[ぁ-ん]", sentence) is None for sentence in sentences.values()) == (language == "en")


def test_a_point_names_its_device_and_what_it_looks_for() -> None:
    with override("ja"):
        assert assessed.sentence(Point(4, Sight.BLIND, Cause.ENCRYPTED)) == (
            "通信がhttpsで暗号化されていたため、UTMは攻撃用ツールのダウンロードの中身を調べられませんでした。"
        )
        assert assessed.sentence(Point(1, Sight.NOT_THERE, Cause.NO_EDR_ON_MACHINE)) == (
            "このPCにはEDRが入っていないため、ファイルの暗号化や脅迫文の表示は見えません。"
        )


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        ((3,), "想定動作③と考えられます。"),
        ((2, 3), "想定動作②③のどちらかと考えられます。"),
        ((1, 2, 3), "①②③のどれであったかは、まだ絞れません。"),
    ],
)
def test_the_set_of_patterns_in_a_sentence(patterns: tuple[int, ...], said: str) -> None:
    with override("ja"):
        assert assessed.verdict(patterns) == said


def test_a_course_leads_to_the_lines_that_prove_it() -> None:
    told = assessed.course(course("PC-07", called=("f1", "hidden"), fetched=("f2",)), {"f1": 4, "f2": 9})

    assert [pattern.possible for pattern in told.patterns] == [False, False, True]
    assert [point.steps for point in told.points] == [(), (), (4,), (9,), ()]
    assert [(step.number, step.patterns) for step in told.steps if step.happening == "seen"] == [(6, "②③"), (10, "③")]
    assert len(told.steps) == 13


def test_reasons_say_names_instead_of_codes() -> None:
    reasons = (
        Reason("stage", "impact", 40),
        Reason("severity", "5", 15),
        Reason("sensors_agree", "edr+utm", 10),
        Reason("role_server", "SV-01", 15),
        Reason("all_stopped", "", -15),
    )
    with override("ja"):
        told = assessed.reasons(Priority(Urgency.NOW, 65, reasons))

    assert [(reason.words, reason.weight) for reason in told] == [
        ("「暗号化などの被害」まで進んだ", 40),
        ("重大度が「緊急」", 15),
        ("種類の違う機器がともに見つけた (EDR、UTM)", 10),
        ("SV-01 はサーバー", 15),
        ("見つかったものは、すべて機器が止めた", -15),
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "はじめの痕跡と同時"),
        (720, "はじめの痕跡の 12 分後"),
        (7300, "はじめの痕跡の 2 時間後"),
        (3 * 86400, "はじめの痕跡の 3 日後"),
    ],
)
def test_a_delay_in_the_unit_a_person_would_say(seconds: float, said: str) -> None:
    with override("ja"):
        assert assessed.delay(seconds) == said


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((), []),
        ((3,), [(3, 3)]),
        ((3, 4), [(3, 3), (4, 4)]),
        ((1, 3, 4, 5, 6, 9), [(1, 1), (3, 6), (9, 9)]),
    ],
)
def test_many_lines_in_a_row_are_said_as_from_and_to(numbers: tuple[int, ...], said: list[tuple[int, int]]) -> None:
    assert runs(numbers) == said


def incident(**values: Any) -> Incident:
    return Incident(tenant=Tenant(uid="701"), first_seen=MOMENT.replace(tzinfo=UTC), host="PC-07", **values)


def test_in_short_where_it_began_how_far_it_went_and_whom_it_touches() -> None:
    spread = Spread(("PC-07", "SV-01"), ("yamada",), (), MOMENT, MOMENT, MOMENT, before_watch=True)
    stages = (stage(StageName.EXECUTION, 3), stage(StageName.DELIVERY, 0), stage(StageName.IMPACT, 9, stopped=True))

    with override("ja"):
        told = summary.summary(incident(), Assessment(stages=stages, spread=spread))

    assert told == [
        "2022-12-06 10:12、PC-07で「不審なメールやサイトなどの入口」に始まり、"
        "「不審なプログラムの実行」まで進みました。",
        "2 台の機器に関わります。",
        "見守りを始める前から続いていたおそれがあり、いつ始まったかは分かりません。",
    ]


def test_in_short_that_everything_was_stopped() -> None:
    with override("ja"):
        told = summary.summary(incident(), Assessment(stages=(stage(StageName.CALL, 0, stopped=True),)))

    assert told == [
        "2022-12-06 10:12、PC-07で「指令サーバ(C&C)との通信」が見つかりました。",
        "見つかったものは、すべて機器が止めています。",
    ]


def tell(town: Town, machine: str = "PC-701-3") -> str:
    """The town's incident, told again with all that correlation may make of it; its page's address."""
    findings = town.findings["701"][:3]
    base = story_of("701", findings)
    call = Stage(StageName.CALL, base.first_seen, base.last_seen, stopped=False, findings=(findings[2],))
    mail = Around(base.first_seen - timedelta(minutes=5), "e1", "mail", "mail", "", Trace.MAIL, "invoice-701.zip")
    record(
        [
            replace(
                base,
                courses=(course(machine, called=(findings[2],)),),
                stages=(call,),
                spread=Spread(
                    (machine,),
                    ("suzuki-701",),
                    ("203.0.113.66",),
                    mail.time,
                    call.last,
                    call.first,
                    files=("drawing-701.dxf.locked",),
                ),
                priority=Priority(Urgency.NOW, 60, (Reason("stage", "call", 20),)),
                lookback=Lookback((mail,), (Contact("203.0.113.66", mail.time, 3, (machine,)),), mail.time),
            )
        ],
        NOW,
    )
    return reverse("incidents-detail", args=(town.incidents["701"],))


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_all_of_it(town: Town, language: str) -> None:
    shown = town.client("analyst").get(tell(town), headers={"accept-language": language}).content.decode()

    said = {
        "ja": ("今すぐ", "想定動作②③のどちらか", "TA0011 指揮統制", "に関わるメールが届いた", "ふつうの記録", "3 回"),
        "en": (
            "Now",
            "one of the patterns ②③",
            "TA0011 Command and Control",
            "A mail came",
            "Ordinary event",
            "3 times",
        ),
    }
    for words in said[language]:
        assert words in shown
    assert "drawing-701.dxf.locked" in shown
    assert "<svg" in shown
    assert 'style="' not in shown


@pytest.mark.django_db
def test_a_company_reads_what_happened_and_what_to_do_first_and_unfolds_the_rest(town: Town) -> None:
    address = tell(town)
    plain, desk = (town.client(who).get(address).content.decode() for who in ("member", "analyst"))

    assert plain.index("ひとことで") < plain.index("いまやること") < plain.index("何が起きたか")
    assert '<details class="panel">' in plain
    assert '<details class="panel" open>' not in plain
    assert desk.count('<details class="panel" open>') == 3
    assert "incidents-split" not in plain
    assert "選んだ検知を分ける" not in plain
    assert "選んだ検知を分ける" in desk


@pytest.mark.django_db
def test_a_machines_name_is_text_and_no_page(town: Town) -> None:
    shown = town.client("analyst").get(tell(town, '"><script>alert(1)</script>\u202e')).content.decode()

    assert "<script>alert" not in shown
    assert "\u202e" not in shown
