"""STIX patterns that say which single values are meant (STIX 2.1, section 9); all others are refused.

    values("[domain-name:value = 'bad.example' OR ipv4-addr:value ISSUBSET '203.0.113.0/24']")
    # [(Kind.DOMAIN, "bad.example"), (Kind.CIDR, "203.0.113.0/24")]

What is joined by OR are values of their own. Of what is joined by AND inside one observation the most exact is taken
(a digest before a name), ports and types beside it are left aside; anything else that must hold too is refused, for
we would tell of things the pattern does not mean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hinomi.pipeline.intelligence.indicator import Kind

MOST_TOKENS = 20_000
TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^'\\]|\\.)*')
  | (?P<sign>!=|<>|<=|>=|=|<|>|\[|\]|\(|\)|,)
  | (?P<path>[a-z0-9-]+:[A-Za-z0-9_.'*\[\]-]*[A-Za-z0-9_'\]])
  | (?P<word>[A-Za-z]+)
  | (?P<number>-?[0-9.]+)
  )""",
    re.VERBOSE,
)
PATHS = {
    "ipv4-addr:value": Kind.IP, "ipv6-addr:value": Kind.IP, "network-traffic:dst_ref.value": Kind.IP,
    "network-traffic:src_ref.value": Kind.IP, "domain-name:value": Kind.DOMAIN, "url:value": Kind.URL,
    "domain-name:resolves_to_refs[*].value": Kind.IP, "email-addr:value": Kind.EMAIL,
    "email-message:from_ref.value": Kind.EMAIL, "email-message:sender_ref.value": Kind.EMAIL,
    "file:hashes.md5": Kind.MD5, "file:hashes.sha-1": Kind.SHA1, "file:hashes.sha1": Kind.SHA1,
    "file:hashes.sha-256": Kind.SHA256, "file:hashes.sha256": Kind.SHA256, "file:name": Kind.FILE_NAME,
}  # fmt: skip
ASIDE = re.compile(
    r"network-traffic:(?:src_port|dst_port|protocols\[\*\]|dst_ref\.type|src_ref\.type|is_active)|.*:type"
)
"""Properties that make a value narrower but not another."""
EXACT = (
    Kind.SHA256, Kind.SHA1, Kind.MD5, Kind.URL, Kind.EMAIL, Kind.DOMAIN, Kind.IP, Kind.CIDR, Kind.FILE_NAME
)  # fmt: skip
Value = tuple[Kind, str]


class Unreadable(ValueError):
    """A pattern that says something else than values we can look for; the message says what."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str


def values(pattern: str) -> list[Value]:
    """Raises :class:`Unreadable`."""
    found = Reader(tokens(pattern)).pattern()
    return list(dict.fromkeys(found))


def tokens(pattern: str) -> list[Token]:
    found, at = [], 0
    while at < len(pattern):
        match = TOKEN.match(pattern, at)
        if match is None or not match.lastgroup:
            if not pattern[at:].strip():
                break
            raise Unreadable(f"パターンを読めません (cannot read the pattern): {pattern[at : at + 20]}")
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        at = match.end()
        if len(found) > MOST_TOKENS:
            raise Unreadable("パターンが長すぎます (pattern too long)")
    return found


class Reader:
    """Goes through the tokens once."""

    def __init__(self, told: Sequence[Token]) -> None:
        self.told, self.at, self.depth = told, 0, 0

    def next(self, text: str | None = None) -> Token:
        if self.at >= len(self.told):
            raise Unreadable("パターンが途中で終わっています (the pattern ends too early)")
        token = self.told[self.at]
        if text is not None and token.text.upper() != text:
            raise Unreadable(f"「{text}」があるはずのところに「{token.text[:20]}」があります (unexpected)")
        self.at += 1
        return token

    def sees(self, *words: str) -> bool:
        return self.at < len(self.told) and self.told[self.at].text.upper() in words

    def pattern(self) -> list[Value]:
        found = self.observation()
        while self.sees("OR"):
            self.next()
            found += self.observation()
        if self.at < len(self.told):
            word = self.told[self.at].text
            raise Unreadable(f"「{word[:20]}」で組み合わせた観測は扱えません (combined observations)")
        return found

    def observation(self) -> list[Value]:
        self.next("[")
        found = self.either()
        self.next("]")
        return found

    def either(self) -> list[Value]:
        """Alternatives, one of which must hold."""
        found = self.both()
        while self.sees("OR"):
            self.next()
            found += self.both()
        if not found:
            raise Unreadable("探せる値がありません (no value that can be looked for)")
        return found

    def both(self) -> list[Value]:
        """What must hold together; the most exact of it."""
        parts = [self.part()]
        while self.sees("AND"):
            self.next()
            parts.append(self.part())
        telling = [part for part in parts if part]
        return min(telling, key=lambda part: max(EXACT.index(kind) for kind, _ in part), default=[])

    def part(self) -> list[Value]:
        """A comparison or a group in brackets; nothing where it only makes another part narrower."""
        if self.sees("("):
            self.depth += 1
            if self.depth > 50:
                raise Unreadable("パターンが深すぎます (pattern too deep)")
            self.next()
            found = self.either()
            self.next(")")
            self.depth -= 1
            return found
        path = self.next()
        if path.kind != "path":
            raise Unreadable(f"「{path.text[:20]}」は扱えません (cannot be looked for)")
        operator = self.next().text.upper()
        said = self.said()
        name = path.text.replace("'", "").lower()
        if ASIDE.fullmatch(name):
            return []
        kind = PATHS.get(name)
        if kind is None:
            raise Unreadable(f"「{path.text[:40]}」は探せません (cannot be looked for)")
        return [meant(kind, operator, one) for one in said]

    def said(self) -> list[str]:
        """The values on a comparison's right side."""
        if not self.sees("("):
            return [self.value()]
        self.next()
        found = [self.value()]
        while self.sees(","):
            self.next()
            found.append(self.value())
        self.next(")")
        return found

    def value(self) -> str:
        token = self.next()
        return re.sub(r"\\(.)", r"\1", token.text[1:-1]) if token.kind == "text" else token.text


def meant(kind: Kind, operator: str, said: str) -> Value:
    if operator in ("=", "IN"):
        return kind, said
    if operator == "ISSUBSET" and kind is Kind.IP:
        return Kind.CIDR, said
    if operator == "LIKE":
        return liked(kind, said)
    raise Unreadable(f"「{operator[:20]}」は扱えません (operator)")


def liked(kind: Kind, said: str) -> Value:
    """LIKE where its wildcard says no more than our kinds do: everything below a name, everything behind a URL."""
    bare = said.strip("%")
    if "%" not in bare and "_" not in bare:
        if said == bare:
            return kind, said
        if kind is Kind.DOMAIN and said.startswith("%.") and not said.endswith("%"):
            return kind, bare.removeprefix(".")
        if kind is Kind.URL and said.endswith(("/%", "?%")) and not said.startswith("%"):
            return kind, bare.rstrip("?")
    raise Unreadable("この LIKE は扱えません (LIKE)")
