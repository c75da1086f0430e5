"""Rules' tags, numbers and names in the words of the study."""

import pytest

from hinomi.library.formats import attack_purpose as purpose


@pytest.mark.parametrize(
    ("uid", "tags", "message", "expected"),
    [
        ("942100", ("attack-sqli",), "", purpose.LEAK),
        ("942100", (), "", purpose.LEAK),
        ("950901", ("OWASP_CRS/WEB_ATTACK/SQL_INJECTION",), "", purpose.LEAK),
        ("913100", ("attack-xss",), "", purpose.SCAN),
        ("973338", (), "XSS Filter - Category 3", purpose.INJECTION),
        ("920350", ("attack-protocol",), "Host header is a numeric IP address", purpose.OTHER),
        ("1001", (), "Remote code execution attempt", purpose.DEFACEMENT),
    ],
)
def test_a_rule_tells_by_its_tags_then_its_number_then_its_words(
    uid: str, tags: tuple[str, ...], message: str, expected: str
):
    assert purpose.of_rule(uid, tags, message) == expected


@pytest.mark.parametrize("text", ["resource", "force", "source list", "terse", "sequel"])
def test_words_that_only_contain_the_letters_of_an_attack_tell_nothing(text: str):
    assert purpose.of_words(text) == purpose.OTHER
