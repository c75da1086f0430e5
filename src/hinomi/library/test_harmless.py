"""What an attacker wrote can be read in a message, and does nothing there."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.harmless import (
    ACTING,
    FILE,
    MARK,
    defanged,
    defanged_host,
    filled,
    harmless,
    harmless_slots,
    unlinked,
    visible,
)

HOSTS = st.from_regex(r"[a-z0-9-]{1,8}(\.[a-z0-9-]{1,8}){0,2}\.[a-z]{2,6}", fullmatch=True)
LINKS = st.builds("{}{}{}".format, st.sampled_from(["", "http://", "HTTPS://", "www.", "ftp://"]), HOSTS, st.text())


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("https://13dl.example/a.b?c=d.e", "hxxps://13dl[.]example/a[.]b?c=d[.]e"),
        ("evil.exampleに接続", "evil[.]exampleに接続"),
        ("yamada@c500.example.jp", "yamada@c500[.]example[.]jp"),
        ("http://203.0.113.9:8080/", "hxxp://203[.]0[.]113[.]9:8080/"),
        ("203.0.113.9 から 3.5 MB", "203[.]0[.]113[.]9 から 3.5 MB"),
        ("192.168.10.27 の版 10.0.19045", "192.168.10.27 の版 10.0.19045"),
        ("通信先はhttp://evil.exampleです", "通信先はhxxp://evil[.]exampleです"),
        ("二行\r\nBcc: x", "二行 Bcc: x"),
        ("gpj\u202eexe", f"gpj{MARK}exe"),
        ("検知", "検知"),
        ("WINWORD.EXE が powershell.exeを起動", "WINWORD.EXE が powershell.exeを起動"),
        ("invoice.pdf.exe と evil.com.exe", "invoice[.]pdf[.]exe と evil[.]com[.]exe"),
        ("http://evil.exe/x.exe", "hxxp://evil[.]exe/x.exe"),
        ("invoice.zip", "invoice[.]zip"),
    ],
)
def test_text_from_outside_is_shown(given_text: str, shown: str) -> None:
    assert harmless(given_text) == shown


@given(before=st.text(), link=LINKS)
def test_no_link_and_no_acting_character_is_left(before: str, link: str) -> None:
    shown = harmless(before + link, longest=200)

    assert not re.search(r"https?://", shown, re.IGNORECASE)
    assert not re.search(rf"[a-z0-9-]\.(?!{FILE})[a-z]{{2,}}", shown, re.IGNORECASE)
    assert not any(unicodedata.category(char) in ACTING for char in shown)


def test_a_text_of_several_lines_keeps_them_and_nothing_in_it_acts() -> None:
    assert unlinked("見積\u202efdp.exe\n\thttp://a.example/x") == "見積\ufffdfdp.exe\n\thxxp://a[.]example/x"


def test_a_long_text_is_cut() -> None:
    assert harmless("長" * 500) == "長" * 79 + "…"


def test_braces_in_a_value_fill_nothing() -> None:
    assert filled("「{detail}」、{user}", {"detail": "{host} {0.__class__}"}) == "「{host} {0.__class__}」、不明"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://13dl.example/a.b", "hxxp://13dl[.]example/a.b"),
        ("see HTTPS://x.example:8443?q=1", "see hxxps://x[.]example:8443?q=1"),
        ("通信先はhttp://evil.exampleです", "通信先はhxxp://evil[.]exampleです"),
        ("report.pdf を開いた", "report.pdf を開いた"),
    ],
)
def test_on_a_page_only_urls_are_defanged_and_file_names_stay_readable(text: str, shown: str) -> None:
    assert defanged(text) == shown


def test_a_known_host_or_sender_is_defanged_whole() -> None:
    assert defanged_host("info@spam.example") == "info[@]spam[.]example"


@given(st.text())
def test_whatever_was_sent_is_one_line_without_acting_characters(text: str) -> None:
    shown = visible(text)
    assert not any(unicodedata.category(char) in ACTING for char in shown)
    assert len(shown) <= 120


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ("203.0.113.66:443", "203[.]0[.]113[.]66:443"),
        ("2001:db8::66", "2001[:]db8[:][:]66"),
        ("192.168.10.27 から 10:13:00", "192.168.10.27 から 10:13:00"),
        ("00:11:22:33:44:55", "00:11:22:33:44:55"),
        ("ftp://evil.example/x", "ftp[:]//evil[.]example/x"),
        ("「添付」", "『添付』"),
        ("version 3.5", "version 3.5"),
    ],
)
def test_in_a_card_nothing_outside_can_be_followed_and_the_inside_stays_readable(detail: str, shown: str) -> None:
    assert harmless_slots("PC-07", "192.168.10.27", "", detail) == {
        "machine": "PC-07 (192.168.10.27)",
        "host": "PC-07",
        "address": "192.168.10.27",
        "detail": shown,
    }
