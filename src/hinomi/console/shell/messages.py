"""The English of the console: finds what must be said, checks that it is, compiles it. No gettext tools needed.

    python -m hinomi.console.shell.messages            compile the catalogue; exit status 1 if English is missing
    python -m hinomi.console.shell.messages --update   add what is missing to django.po, to be translated

Source strings are Japanese, in templates (``{% translate %}``) and in Python (``gettext``); English lies in
``locale/en/LC_MESSAGES/django.po``.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[2]
FOLDERS = ("console", "tenants", "incidents")
CATALOGUE = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "npgettext": ((1, "c"), 2, 3)}

Identity = str | tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A string of the console and where it is said."""

    message: Identity
    context: str | None
    file: str
    line: int


def sources() -> Iterator[Source]:
    """Every string that a reader may see."""
    for folder in FOLDERS:
        for path in sorted((PACKAGE / folder).rglob("*.html")):
            yield from found(path, templatized(path))
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            if not path.name.startswith("test_"):
                yield from found(path, path.read_bytes())


def templatized(path: Path) -> bytes:
    """A template as Django shows it to gettext: a program that says its strings."""
    from django.utils.translation.template import templatize

    return templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()


def found(path: Path, program: bytes) -> Iterator[Source]:
    name = path.relative_to(PACKAGE).as_posix()
    for line, message, _comments, context in extract("python", io.BytesIO(program), KEYWORDS):
        yield Source(message, context, name, line)


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def missing(known: Catalog) -> list[Source]:
    """Strings that lack English, or whose English is unsure (fuzzy) or forgets a ``%(name)s``."""
    return [source for source in sources() if not is_said(known.get(key(source), source.context))]


def key(source: Source) -> str:
    return source.message if isinstance(source.message, str) else source.message[0]


def is_said(message: Message | None) -> bool:
    if (
        message is None
        or message.fuzzy
        or not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ):
        return False
    return not list(message.check())


def update() -> Catalog:
    """The catalogue with every string of today and no other; new ones have no English yet."""
    known = catalogue()
    fresh = Catalog(locale="en", project="hinomi", charset="utf-8", fuzzy=False)
    for source in sources():
        fresh.add(source.message, locations=[(source.file, 0)], context=source.context)
    for message in fresh:
        old = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if message.id and old is not None:
            message.string = old.string
    return fresh


def compile_catalogue(known: Catalog) -> None:
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, known)


def main(arguments: list[str]) -> int:
    if "--update" in arguments:
        with CATALOGUE.open("wb") as file:
            write_po(file, update(), width=120, include_lineno=False, sort_output=True)
    known = catalogue()
    compile_catalogue(known)
    lacking = missing(known)
    for source in lacking:
        print(f"{source.file}:{source.line}: 英語がありません (no English): {key(source)}", file=sys.stderr)  # noqa: T201
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
