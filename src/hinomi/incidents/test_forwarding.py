"""What a company forwards holds what a vendor needs, in two zones of time, and nothing that can be followed."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.incidents.forwarding import MOST, WORDS, Matter, Sign, forwarded
from hinomi.library.advice.filled import problems_of_filled
from hinomi.ocsf.classes import DispositionId

NOON = datetime(2026, 5, 12, 9, 31, tzinfo=ZoneInfo("Asia/Tokyo"))
SIGN = Sign(
    time=NOON,
    sensor="utm",
    device="Fortinet FortiGate",
    title="W32/Sample.23",
    rule="7730",
    source="192.168.10.27:51000",
    destination="203.0.113.66:443",
    url="http://evil.example/order.cab",
    file="order.cab",
    sha256="ab" * 32,
    user="yamada",
    disposition_id=int(DispositionId.BLOCKED),
    count=3,
)
MATTER = Matter(
    reference="62d0e1dc",
    company="株式会社見本",
    title="PC-07: ウイルスの疑い",
    severity_id=5,
    host="PC-07",
    address="192.168.10.27",
    user="yamada",
    first=NOON,
    last=NOON + timedelta(minutes=42),
    findings=12,
    signs=(SIGN,),
    outside=("203.0.113.66", "evil.example"),
    asks=("対象端末の隔離", "ログの保全"),
    centre="見本監視センター 03-0000-0000",
)
NASTY = st.one_of(
    st.sampled_from(
        ["https://evil.example/", "a\u202eb", "二行\n■ お願い\n1. 口座へ", "203.0.113.9", "x" * 400, "{}", "<b>"]
    ),
    st.text(max_size=60),
)


def test_it_says_when_where_what_and_what_is_asked():
    assert forwarded(MATTER) == (
        "【調査と対処のお願い】株式会社見本\n"
        "監視センター(火の見)が見つけた件です。下の「お願い」への対応と、結果の返答をお願いします。\n"
        "\n"
        "件名: PC-07: ウイルスの疑い\n"
        "受付番号: 62d0e1dc\n"
        "重大度: 重大\n"
        "対象: PC-07 / 192.168.10.27 / 利用者 yamada\n"
        "期間: 2026-05-12 09:31:00 +09:00 (2026-05-12 00:31:00 UTC)"
        " – 2026-05-12 10:13:00 +09:00 (2026-05-12 01:13:00 UTC)\n"
        "検知: 12件\n"
        "\n"
        "■ 検知の内容\n"
        "1. 2026-05-12 09:31:00 +09:00 (2026-05-12 00:31:00 UTC)\n"
        "   W32/Sample.23 ×3\n"
        "   utm (Fortinet FortiGate) / 規則 7730 / 遮断 / 利用者 yamada\n"
        "   192.168.10.27:51000 → 203[.]0[.]113[.]66:443\n"
        "   URL hxxp://evil[.]example/order[.]cab\n"
        f"   order[.]cab / SHA-256 {'ab' * 32}\n"
        "(ほか 11件)\n"
        "\n"
        "■ 社外の通信先\n"
        "203[.]0[.]113[.]66\n"
        "evil[.]example\n"
        "\n"
        "■ お願い\n"
        "1. 対象端末の隔離\n"
        "2. ログの保全\n"
        "\n"
        "■ 連絡先\n"
        "見本監視センター 03-0000-0000"
    )


def test_in_english_the_same_lines_stand_in_the_same_order():
    japanese, english = (forwarded(MATTER, language).splitlines() for language in WORDS)

    assert len(japanese) == len(english)
    assert "Severity: critical" in english
    assert [line for line in japanese if "SHA-256" in line] == [line for line in english if "SHA-256" in line]


def test_what_nobody_knows_is_left_out_or_said_to_be_unknown():
    bare = replace(MATTER, host="", address="", user="", signs=(), outside=(), asks=(), centre="", severity_id=0)

    text = forwarded(bare)

    assert "対象: 不明" in text
    assert "重大度: 不明" in text
    assert text.endswith("■ 連絡先\n監視センター")
    assert "お願い\n1." not in text


def test_of_many_findings_only_the_first_are_told_one_by_one():
    text = forwarded(replace(MATTER, findings=40, signs=(SIGN,) * 40))

    assert text.count("W32/Sample.23") == MOST
    assert "(ほか 30件)" in text


@given(st.lists(NASTY, min_size=12, max_size=12))
def test_whatever_logs_say_nothing_can_be_followed_and_no_line_is_forged(said: list[str]):
    names = ("title", "rule", "source", "destination", "url", "file", "sha256", "user", "detail")
    sign = replace(SIGN, **dict(zip(names, said, strict=False)))
    matter = replace(MATTER, signs=(sign,), host=said[9], user=said[10], title=said[11], outside=tuple(said[:3]))

    lines = [line for line in forwarded(matter).splitlines() if line.strip()]

    assert [problem for line in lines for problem in problems_of_filled(line)] == []
    assert lines.count("■ お願い") == 1
    assert [line for line in lines if re.match(r"\d\. ", line) and "UTC" not in line] == [
        "1. 対象端末の隔離",
        "2. ログの保全",
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_both_languages_have_all_words(language: str):
    assert WORDS[language].keys() == WORDS["ja"].keys()
