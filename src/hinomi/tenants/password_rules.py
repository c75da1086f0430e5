"""Passwords that guessers try first, beside Django's list of twenty thousand: asked offline, nothing leaves here.

Twelve characters are often a common word with more of the same. So what is left without digits and signs at both
ends is looked up too, as are repetitions and what any attacker of this product would think of (NIST SP 800-63B-4,
3.1.1.2: commonly used, expected or compromised values; context-specific words).
"""

import re
import unicodedata
from functools import lru_cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hinomi.tenants.models import Membership, User
from hinomi.tenants.passwords import LONGEST

OURS = ("hinomi", "hinoyagura", "yagura", "soc", "security", "sekyuriti")
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb")
LEAST = 4
"""Different characters."""
CORE = 6
"""What must be left of it once everything that is easy to guess is taken out."""
LEET = str.maketrans("0134578@$!", "oleastbasi")
EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class GuessablePassword:
    """One of Django's ``AUTH_PASSWORD_VALIDATORS``."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        if len(password) > LONGEST:
            raise ValidationError(
                _("パスワードは %(most)d 文字までです。") % {"most": LONGEST}, code="password_too_long"
            )
        if is_guessable(password, names_around(user) if user else ()):
            raise ValidationError(
                _("推測されやすいパスワードです。関係のない言葉をいくつか並べるなどしてください。"),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("よくある言葉に数字を足しただけのもの、くり返し、会社名や製品名は使えません。")


def names_around(user: User) -> tuple[str, ...]:
    """Words that belong to the person: their companies' names and numbers."""
    if user.pk is None:
        return ()
    rows = Membership.objects.filter(user=user, tenant__isnull=False).values_list("tenant__name", "tenant_id")
    return tuple(word for row in rows for word in row)


def is_guessable(password: str, names: tuple[str, ...] = ()) -> bool:
    plain = unicodedata.normalize("NFKC", password).lower()
    if len(set(plain)) < LEAST or is_repeated(plain):
        return True
    core = EDGES.sub("", plain)
    if core and ({core, core.translate(LEET), half(core)} & common()):
        return True
    rest = plain
    for word in (*OURS, *(name.lower() for name in names if len(name) > 1), *ROWS):
        rest = rest.replace(word, "").replace(word[::-1], "")
    for row in ROWS:
        rest = without_runs(rest, row)
    return len(EDGES.sub("", rest)) < CORE and rest != plain


def is_repeated(text: str) -> bool:
    """``abcabcabcabc``: the text occurs in itself, shifted."""
    return text in (text + text)[1:-1]


def half(text: str) -> str:
    """``passwordpassword`` is ``password``; a text that is not twice the same is itself."""
    middle = len(text) // 2
    return text[:middle] if text[:middle] == text[middle:] else text


def without_runs(text: str, row: str, least: int = 4) -> str:
    """The text without parts of a row of the keyboard or alphabet, forwards or backwards."""
    for line in (row, row[::-1]):
        for length in range(len(line), least - 1, -1):
            for start in range(len(line) - length + 1):
                text = text.replace(line[start : start + length], "")
    return text


@lru_cache(maxsize=1)
def common() -> set[str]:
    return set(CommonPasswordValidator().passwords)
