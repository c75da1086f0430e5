"""Every card can be followed by someone in general affairs who has never heard of any of this."""

import re
from string import Formatter

import pytest

from hinomi.library import catalog
from hinomi.library.contracts import Card

CARDS = catalog.cards()
EXPECTED = {
    "malware",
    "intrusion",
    "malicious_site",
    "spam",
    "ransomware",
    "cnc_callback",
    "forbidden_application",
    "url_category",
    "process_behaviour",
    "suspicious_command",
    "defender_detection",
    "adware",
    "unregistered_application",
    "web_attack",
    "mail_malware",
    "mail_phishing",
    "support_scam",
    "remote_control_tool",
    "malware_chain",
    "device_fault",
    "sensor_silent",
    "rejects",
    "credential_theft",
    "lateral_movement",
    "data_taken_out",
    "usb_device",
    "persistence",
    "protection_weakened",
    "account_takeover",
    "data_upload",
    "dns_tunnel",
    "factory_network",
    "inside_scan",
    "regular_calls",
    "sensor_trouble",
    "unusual_sign_in",
    "unusual_traffic",
}
LANGUAGES = ("ja", "en")
LEVELS = ("act_now", "act_today", "check", "know")
SLOTS = {"machine", "host", "user", "address", "detail"}
LONGEST = {
    "ja": {"title": 24, "happened": 100, "step": 90, "avoid": 90, "within": 20, "contact": 60},
    "en": {"title": 60, "happened": 200, "step": 160, "avoid": 160, "within": 40, "contact": 110},
}
SENTENCE = {"ja": 60, "en": 110}
JARGON = (
    "C&C",
    "IPS",
    "WAF",
    "EDR",
    "マルウェア",
    "フィッシング",
    "ランサム",
    "インシデント",
    "プロセス",
    "フォレンジック",
)


def texts(card: Card, language: str) -> dict[str, list[str]]:
    """Everything a card says in a language, by what it is."""
    return {
        "title": [card.title[language]],
        "happened": [card.happened[language]],
        "step": list(card.steps[language]),
        "avoid": [card.avoid[language]],
        "within": [card.within[language]],
        "contact": [card.contact[language]],
    }


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=。)|(?<=[.;])\s", text) if part]


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


EACH = [(key, language) for key in sorted(CARDS) for language in LANGUAGES]


def test_the_shelf_has_a_card_for_every_kind_of_finding():
    assert set(CARDS) >= EXPECTED


@pytest.mark.parametrize("key", sorted(CARDS))
def test_a_card_has_a_level_and_as_many_steps_in_both_languages(key: str):
    card = CARDS[key]

    assert card.level in LEVELS
    assert 1 <= len(card.steps["ja"]) == len(card.steps["en"]) <= 3


@pytest.mark.parametrize(("key", "language"), EACH)
def test_a_card_says_everything_in_short_sentences(key: str, language: str):
    for part, said in texts(CARDS[key], language).items():
        for text in said:
            assert text.strip()
            assert len(text) <= LONGEST[language][part], text
            assert all(len(sentence) <= SENTENCE[language] for sentence in sentences(text)), text


@pytest.mark.parametrize(("key", "language"), EACH)
def test_slots_are_known_and_stand_only_in_what_happened_and_in_the_steps(key: str, language: str):
    for part, said in texts(CARDS[key], language).items():
        found = set().union(*(slots(text) for text in said))
        assert found <= (SLOTS if part in ("happened", "step") else set())


@pytest.mark.parametrize("key", sorted(CARDS))
def test_both_languages_tell_the_same_facts(key: str):
    ja, en = (texts(CARDS[key], language) for language in LANGUAGES)

    assert [slots(text) for text in ja["happened"]] == [slots(text) for text in en["happened"]]


@pytest.mark.parametrize(("key", "language"), EACH)
def test_a_filled_card_reads_as_plain_text_even_where_nothing_is_known(key: str, language: str):
    unknown = dict.fromkeys(SLOTS, "不明")

    for said in texts(CARDS[key], language).values():
        for text in said:
            filled = text.format(**unknown)
            assert "{" not in filled
            assert "「「" not in filled
            assert not re.search("不明」?さん", filled), "a person who is not known has no さん"


@pytest.mark.parametrize(("key", "language"), EACH)
def test_a_card_links_nowhere_and_uses_no_jargon(key: str, language: str):
    for said in texts(CARDS[key], language).values():
        for text in said:
            assert not re.search(r"https?://|www\.|\b[\w-]+\.(?:com|net|org|jp)\b", text), text
            assert not any(word in text for word in JARGON), text


@pytest.mark.parametrize("key", [key for key, card in sorted(CARDS.items()) if card.level == "act_now"])
def test_a_card_that_cannot_wait_says_whom_to_call_and_begins_with_what_limits_the_harm(key: str):
    card = CARDS[key]

    assert "監視センター" in card.contact["ja"]
    assert any("LANケーブル" in step for step in card.steps["ja"][:2])
