"""The checker finds each slip of the pen, and nothing in a card that is well written."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hinomi.library import catalog
from hinomi.library.advice.check import problems
from hinomi.library.contracts import Card, Ending, Question, Tree

GOOD = catalog.cards()["ransomware"]


def said(card: Card) -> str:
    return "\n".join(map(str, problems(card)))


def steps(ja: str, en: str = "Do it.") -> Callable[[Card], Card]:
    return lambda card: replace(card, steps={"ja": (ja,), "en": (en,)}, level="check")


def part(name: str, ja: str, en: str = "x") -> Callable[[Card], Card]:
    return lambda card: replace(card, **{name: {"ja": ja, "en": en}})  # type: ignore[arg-type]


def only(ja: tuple[str, ...], en: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {"ja": ja, "en": en}


SLIPS: dict[str, tuple[Callable[[Card], Card], str]] = {
    "missing reader": (lambda card: replace(card, president={}), "president (ja): 書かれていません"),
    "missing vendor": (lambda card: replace(card, vendor={"ja": ("a",)}), "vendor (en): 書かれていません"),
    "missing language": (lambda card: replace(card, avoid={"ja": "しないでください。"}), "avoid (en): 書かれて"),
    "unknown level": (lambda card: replace(card, level="soon"), "soon"),
    "four steps": (lambda card: replace(card, steps=only(("見てください。",) * 4, ("x",) * 4)), "3つまで"),
    "other count": (lambda card: replace(card, steps=only(("電話してください。",), ("x", "y"))), "数が違います"),
    "long": (part("title", "長" * 25), "24字を超えます"),
    "long sentence": (steps("あ" * 56 + "してください。"), "1文が60字"),
    "unknown slot": (steps("「{password}」を変えてください。"), "password"),
    "slot elsewhere": (part("avoid", "「{host}」に触らないでください。", "Do not touch {host}."), "ここでは使えない枠"),
    "lone brace": (steps("「{host」を見てください。"), "a brace stands alone"),
    "link": (steps("www.example を見てください。"), "リンクになる"),
    "mail address": (steps("a@b に送ってください。"), "リンクになる"),
    "phone number": (steps("03-0000-0000 に電話してください。"), "電話番号"),
    "jargon": (steps("EDRの画面を見てください。"), "専門用語"),
    "English jargon": (steps("見てください。", "Look at the EDR."), "EDR"),
    "no asking": (steps("LANケーブルを抜きます。"), "「〜してください」"),
    "commanding": (steps("抜いて下さい。抜いてください。"), "「ください」と書きます"),
    "please": (steps("見てください。", "Please look."), "命令形"),
    "no forbidding": (part("avoid", "電源を切るのはだめです。"), "「〜しないでください」"),
    "harm first": (
        lambda card: replace(card, steps=only(("監視センターに電話してください。",), ("Call the centre.",))),
        "害を止める",
    ),
    "whom to call": (
        lambda card: replace(card, steps=only(("LANケーブルを抜いてください。",), ("Unplug the network cable.",))),
        "だれに電話するか",
    ),
    "centre": (part("contact", "保守会社", "The maintenance company"), "監視センターを書きます"),
    "slots differ": (part("happened", "「{host}」です。", "It is {machine}."), "枠が違います"),
    "numbers differ": (part("within", "30分以内", "Within 20 minutes"), "数字が違います"),
    "facts differ": (part("contact", "監視センターと警察", "The monitoring centre"), "片方にしか"),
    "no machine": (part("happened", "ウイルスです。", "A virus."), "どの機器かだれかを書きます"),
    "nameless person": (
        lambda card: replace(card, steps=only(("使っている人に聞いてください。",), ("Ask the user.",)), level="check"),
        "手順に出る人",
    ),
    "three sentences": (part("president", "あ。い。う。", "A. B."), "社長へは2文まで"),
}


def test_a_good_card_has_no_problem():
    assert problems(GOOD) == ()


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_found(slip: str):
    spoil, found = SLIPS[slip]

    assert found in said(spoil(GOOD))


def test_jargon_with_its_explanation_is_allowed_and_the_vendor_needs_none():
    explained = steps("EDR(パソコンの見張りソフト)を見てください。", "Look at the EDR (the watch software on PCs).")(
        GOOD
    )
    technical = replace(GOOD, vendor={"ja": ("EDRのログ",), "en": ("EDR logs",)})

    assert "専門用語" not in said(explained)
    assert said(technical) == ""


def asked(yes: str, no: str) -> Question:
    words = {"ja": "電話しましたか。", "en": "Did you call?"}
    return Question(words, {"ja": "電話を切ってください。", "en": "Hang up."}, yes, no)


ENDING = Ending({"ja": "終わり", "en": "Done"}, {"ja": ("閉じてください。",), "en": ("Close it.",)})


ENDS = {"end": ENDING}
LONG = {"a": asked("b", "end"), "b": asked("c", "end"), "c": asked("d", "end"), "d": asked("e", "end")}
ONE_LANGUAGE = replace(asked("end", "end"), if_yes={"ja": "切ってください。"})
STEPLESS = replace(ENDING, steps={"ja": (), "en": ()})


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        (Tree("a", {"a": asked("a", "end")}, ENDS), "4問で終わりません"),
        (Tree("a", LONG | {"e": asked("end", "end")}, ENDS), "4問で終わりません"),
        (Tree("a", {"a": asked("nowhere", "end")}, ENDS), "「nowhere」という質問も結びもありません"),
        (Tree("a", {"a": asked("end", "end")}, ENDS | {"island": ENDING}), "island: どの答えからも"),
        (Tree("a", {"a": asked("end", "end")}, {"end": STEPLESS}), "1つから3つ"),
        (Tree("a", {"a": ONE_LANGUAGE}, ENDS), "if_yes (en): 書かれて"),
    ],
)
def test_a_tree_that_does_not_end_well_is_found(tree: Tree, found: str):
    assert found in said(replace(GOOD, tree=tree))
