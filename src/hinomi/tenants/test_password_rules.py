"""Passwords that guessers try first are refused; those that people can remember and nobody guesses are not."""

import pytest

from hinomi.tenants.password_rules import is_guessable

NAMES = ("青葉精密", "aoba")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026",
        "passwordpassword",
        "abcabcabcabc",
        "aaaaaaaaaaaa1",
        "qwerty-asdfgh",
        "1qaz2wsx3edc",
        "hinomi2022!!",
        "青葉精密2026!!",
        "aoba20261122",
        "ｐａｓｓｗｏｒｄ１２３４",
    ],
)
def test_what_everybody_would_try_is_refused(password: str) -> None:
    assert is_guessable(password, NAMES)


@pytest.mark.parametrize(
    "password",
    [
        "tall tower over the town",
        "correct horse battery staple",
        "hi-no-mi-yagura-2022",
        "uX9#kd83hf!Q",
        "煙が早く見える櫓の上の番人",
    ],
)
def test_what_nobody_would_guess_is_taken(password: str) -> None:
    assert not is_guessable(password, NAMES)
