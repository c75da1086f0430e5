"""Every card can be followed by someone in general affairs who has never heard of any of this."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library import catalog
from hinomi.library.advice import filled as filling
from hinomi.library.advice.check import problems
from hinomi.library.advice.filled import problems_of_filled
from hinomi.library.advice.measures import jargon
from hinomi.library.advice.said import everything
from hinomi.library.contracts import MalformedItem
from hinomi.library.harmless import filled, harmless_slots

CARDS = catalog.cards()
NASTY = (
    "http://evil.example/a?b=c",
    "HTTPS://www.evil.example:8443",
    "ftp://192.0.2.7/x",
    "evil.example",
    "support@evil.example",
    "203.0.113.66:443",
    "2001:db8::66",
    "PC-" + "7" * 300,
    "gpj\u202eexe.scr",
    "{host} {0.__class__} {",
    "<script>alert(1)</script>",
    '" onmouseover="x',
    "二行\r\nBcc: all@c500.example.jp",
    "\u2028\u2029\x00\x1b[31m",
    "javascript:alert(1)",
    "「」",
    "  ",
    "",
)
ANY = st.one_of(st.sampled_from(NASTY), st.text(max_size=400), st.builds("{}{}".format, *[st.sampled_from(NASTY)] * 2))
TEXTS = [(card, said) for card in CARDS.values() for said in everything(card)]


@pytest.mark.parametrize("key", sorted(CARDS))
def test_a_card_of_the_shelf_has_no_problem(key: str):
    assert [str(problem) for problem in problems(CARDS[key])] == []


@pytest.mark.parametrize("nasty", NASTY)
def test_a_card_filled_with_something_nasty_is_still_plain_text(nasty: str):
    values = harmless_slots(nasty, nasty, nasty, nasty)

    for card, said in TEXTS:
        assert problems_of_filled(filled(said.text, values)) == (), (card.key, said.place)


@given(st.lists(ANY, min_size=4, max_size=4), st.sampled_from(TEXTS))
def test_whatever_logs_say_no_text_of_a_card_acts_or_links(values: list[str], at: tuple[object, object]):
    card, said = at
    assert problems_of_filled(filled(said.text, harmless_slots(*values))) == (), card.key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("相手は「http://evil.example」です。", "リンク"),
        ("相手は「evil.example」です。", "リンク"),
        ("相手は「203.0.113.66」です。", "アドレス"),
        ("使う人は「a\u202eb」です。", "見えない文字"),
        ("使う人は\n「a」です。", "見えない文字"),
        ("使う人は「」です。", "空"),
        (" ", "空"),
        ("長" * (filling.LONGEST + 1), "超えます"),
    ],
)
def test_what_acts_or_links_or_looks_broken_is_found(text: str, found: str):
    assert any(found in problem for problem in problems_of_filled(text))


@pytest.mark.parametrize(
    "text", ["「hxxp://evil[.]example/」", "「PC-07 (192.168.10.27)」が、", "件数: 1,234", "版 3.5"]
)
def test_what_is_harmless_is_left_alone(text: str):
    assert problems_of_filled(text) == ()


def test_an_explanation_is_no_jargon_itself():
    for language, words in jargon().items():
        for word, plain in words.items():
            assert plain, word
            assert not any(other.lower() == plain.lower() for other in words), (language, word)


def own(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_operators_own_card_stands_before_the_shelfs(tmp_path: Path):
    shelf = (catalog.SHELVES / "advice" / "spam.yaml").read_text(encoding="utf-8")
    own(tmp_path / "advice", "spam", shelf.replace("迷惑メールが届いています", "迷惑メールのお知らせ"))

    found = catalog.cards_with(tmp_path / "advice")

    assert found["spam"].title["ja"] == "迷惑メールのお知らせ"
    assert found["malware"] is CARDS["malware"]
    assert CARDS["spam"].title["ja"] == "迷惑メールが届いています"


def test_an_own_card_that_cannot_be_read_silences_nothing(tmp_path: Path):
    path = own(tmp_path / "advice", "spam", "title: [")

    assert catalog.cards_with(tmp_path / "advice") == CARDS
    with pytest.raises(MalformedItem, match="is not YAML"):
        catalog.card(path)


def test_without_a_folder_of_own_cards_there_are_those_of_the_shelf(tmp_path: Path):
    assert catalog.cards_with(tmp_path / "nothing") == CARDS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: {ja: x}", "lacks 'happened'"),
        ("- a", "must be a mapping"),
        ("title: 5", "wrong shape"),
        ("title: {ja: 5}", "5 is no text"),
    ],
)
def test_a_file_that_is_no_card_is_said_with_what_it_lacks(tmp_path: Path, text: str, said: str):
    with pytest.raises(MalformedItem, match=said):
        catalog.card(own(tmp_path, "x", text))
