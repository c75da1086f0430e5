from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from hinomi.deliver.report.facts import TenantFacts
from hinomi.deliver.report.monthly import Mark, MonthlyReport, Outcome, Top
from hinomi.deliver.report.pdf import monthly_pdf

MARKUP = '#panic("no") $x^2$ *bold* = title <label> @ref `raw` \\u{41} //x'


def pages(report: MonthlyReport) -> list[str]:
    """Texts of the pages, without the white space that setting them adds."""
    reader = PdfReader(BytesIO(monthly_pdf(report)))
    return ["".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages]


def test_page_one_is_the_administrators_and_the_rest_stands_behind_it(busy: MonthlyReport) -> None:
    front, *details = pages(busy)
    for said in (
        "青空半導体株式会社御中",
        "2022年12月",
        "確認してください",
        "1,647件",
        "していただくこと",
        "見えなかったもの",
    ):
        assert said in front
    for number in (1, 2, 3):
        assert f"確認すること{number}" in front
    assert "確認すること4" not in front
    rest = "".join(details)
    assert details[0].startswith("専門家からの指摘")
    for said in (
        "1,234",
        "+234",
        "10.5",
        "(5者未満)",
        "観測なし",
        "Exploit",
        "不審な動き",
        "LAND",
        "40",
        "確認すること4",
        "広告を表示するソフトが入っています",
        "見ているはずの744時間のうち、記録があるのは700時間(94.1%)",
        "数え方",
    ):
        assert said in rest


def test_every_page_says_whose_it_is_which_it_is_and_from_what_it_was_counted(busy: MonthlyReport) -> None:
    made = pages(busy)
    for number, page in enumerate(made, start=1):
        assert f"{number}/{len(made)}" in page
        assert "エポック7" in page
        assert "0.1.0+test" in page


def test_a_month_before_any_data_says_so(blind: MonthlyReport) -> None:
    front = pages(blind)[0]
    assert "記録がありません" in front
    assert "見えなかったもの" in front


@pytest.mark.parametrize("mark", Mark)
def test_every_mark_has_its_word_and_can_be_set(busy: MonthlyReport, mark: Mark) -> None:
    words = {
        "calm": "異常なし",
        "stopped": "止めました",
        "check": "確認して",
        "act": "今すぐ対応",
        "blind": "記録がありません",
    }
    assert words[mark] in pages(replace(busy, mark=mark))[0]


def test_what_a_sender_wrote_is_set_as_text_and_never_obeyed(busy: MonthlyReport) -> None:
    name = "".join(MARKUP.split())
    hostile = replace(
        busy,
        tenant=TenantFacts("101", MARKUP),
        tops=(Top("検知名", ((MARKUP, 1),), 0),),
        outcomes=(Outcome(MARKUP, 1, 0, 0),),
        summary=MARKUP,
    )
    front, *details = pages(hostile)
    assert front.count(name) >= 2
    assert name in "".join(details)


def test_what_the_font_cannot_show_becomes_a_geta(busy: MonthlyReport) -> None:
    front = pages(replace(busy, tenant=TenantFacts("101", "🎁当選\x07ا")))[0]
    assert "〓当選〓〓御中" in front


def test_the_same_report_is_the_same_file_and_a_screen_reader_can_read_it(busy: MonthlyReport) -> None:
    once, again = monthly_pdf(busy), monthly_pdf(busy)
    assert once == again
    reader = PdfReader(BytesIO(once))
    assert reader.metadata.title == "青空半導体株式会社 セキュリティ月次レポート 2022年12月"
    assert "pdfuaid" in once.decode("latin-1")
    assert reader.trailer["/Root"]["/Lang"] == "ja"


LONG = st.text(st.sampled_from("長い会社名A./-あ "), min_size=40, max_size=120)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=LONG, text=LONG, lines=st.integers(1, 12))
def test_page_one_is_one_page_whatever_is_on_it(busy: MonthlyReport, name: str, text: str, lines: int) -> None:
    full = replace(busy.actions[0], title=text[:40], happened=text, steps=(text,) * 5, avoid=text, contact=text)
    crowded = replace(
        busy,
        tenant=TenantFacts("101", name),
        actions=(full, full, full),
        outcomes=(Outcome(text, 1, 2, 3),) * lines,
        unseen=(text,) * lines,
        summary=text,
    )
    made = pages(crowded)
    assert "おかしいと思ったら" in made[0]
    assert made[1].startswith("専門家からの指摘")
