"""What is wrong with a card's text once it is filled with what came from logs. Pure."""

import re
import unicodedata
from collections.abc import Iterator

from hinomi.library.harmless import ACTING, FILE

LONGEST = 1200
"""A card's longest text with five names of the greatest length that they are cut to, each dot in brackets."""
LIVE = re.compile(
    rf"[a-z][a-z0-9+.-]*://(?<!hxxp://)(?<!hxxps://)|\bwww\.\w|[^\W_][\w-]*\.(?!{FILE})[a-z]{{2,}}|"
    rf"[^\W_][\w-]*\.[\w-]+\.{FILE}",
    re.IGNORECASE,
)
"""Also a name of several dots that ends as a file does: what stands before may be a site."""
INSIDE = r"10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\."
PUBLIC = re.compile(rf"(?<![\d.])(?!{INSIDE})\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?!\.?\d)")
EMPTY = re.compile(r"「\s*」")


def problems_of_filled(text: str, longest: int = LONGEST) -> tuple[str, ...]:
    """What would act, be followed, or look broken in a text of a card as a person reads it.

    ``text`` is one text of a card (a step, a title) after filling; each problem is said in Japanese and English.
    """
    return tuple(wrong(text, longest))


def wrong(text: str, longest: int) -> Iterator[str]:
    if not text.strip():
        yield "空です (is empty)"
    if len(text) > longest:
        yield f"{longest}字を超えます (is too long): {len(text)}"
    if acting := [char for char in text if unicodedata.category(char) in ACTING]:
        yield f"見えない文字や改行があります (has characters that act): {[hex(ord(char)) for char in acting[:3]]}"
    if found := LIVE.search(text):
        yield f"リンクになります (would become a link): {found[0]}"
    if found := PUBLIC.search(text):
        yield f"社外のアドレスがそのままです (an address outside is not defanged): {found[0]}"
    if EMPTY.search(text):
        yield "名前の入る所が空です (a slot is empty)"
