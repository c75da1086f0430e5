import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.deliver.report.safe import defanged, defanged_host, filled, visible


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("http://13dl.example/a.b", "hxxp://13dl[.]example/a.b"),
        ("see HTTPS://x.example:8443?q=1", "see hxxPS://x[.]example:8443?q=1"),
        ("report.pdf を開いた", "report.pdf を開いた"),
    ],
)
def test_nothing_makes_a_link_of_an_address(text: str, harmless: str) -> None:
    assert defanged(text) == harmless


def test_a_known_host_or_sender_is_defanged_whole() -> None:
    assert defanged_host("info@spam.example") == "info[@]spam[.]example"


def test_a_name_cannot_turn_the_line_around_or_ring_a_bell() -> None:
    assert visible("invoice\u202excod.exe\x07") == "invoice\N{REPLACEMENT CHARACTER}xcod.exe\N{REPLACEMENT CHARACTER}"
    assert visible("two\r\n lines\tand tabs") == "two lines and tabs"
    assert visible("長" * 200, longest=10) == "長" * 9 + "…"


@given(st.text())
def test_whatever_was_sent_is_one_line_without_acting_characters(text: str) -> None:
    shown = visible(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for char in shown)
    assert len(shown) <= 120


def test_a_slot_nobody_filled_says_so_and_a_value_fills_no_further_slot() -> None:
    assert filled("「{host}」({address})", {"host": "{user}"}) == "「{user}」(不明)"
