"""The English of the console: finds what must be said, checks that it is, compiles it. No gettext tools needed.

    python -m hinomi.console.shell.messages            compile the catalogue, and say what lacks English
    python -m hinomi.console.shell.messages --check    the same, with exit status 1 if anything lacks it
    python -m hinomi.console.shell.messages --update   first add to django.po what is missing, to be translated

Source strings are Japanese, in templates (``{% translate %}``) and in Python (``gettext``); English lies in
``locale/en/LC_MESSAGES/django.po``.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from hinomi.deliver.report import wording
from hinomi.deliver.report.counting import UNKNOWN

PACKAGE = Path(__file__).parents[2]
FOLDERS = ("console", "tenants", "incidents", "deliver/notify")
CATALOGUE = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"
HEADER = "# English of the console. Made by python -m hinomi.console.shell.messages --update; write msgstr by hand."
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "npgettext": ((1, "c"), 2, 3)}

LIMITS = (wording.HTTPS, wording.FACTORY, wording.RULES, UNKNOWN)

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
    yield from sentences()


def sentences() -> Iterator[Source]:
    """What the report says in Japanese and the pages repeat (the ``translated`` filter)."""
    for said in (*wording.PLAIN.values(), *wording.BLIND_WITHOUT.values(), *wording.KINDS.values(), *LIMITS):
        yield Source(said, None, "deliver/report/wording.py", 0)


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
    fresh = Catalog(locale="en", header_comment=HEADER, fuzzy=False, creation_date=known.creation_date)
    fresh.project, fresh.version = "hinomi", version("hinomi")
    fresh.last_translator = fresh.language_team = fresh.msgid_bugs_address = fresh.copyright_holder = "hinomi"
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
        fresh = update()
        with CATALOGUE.open("wb") as file:
            write_po(file, fresh, width=120, include_lineno=False, sort_output=True)
    known = catalogue()
    compile_catalogue(known)
    lacking = missing(known)
    for source in lacking:
        print(f"{source.file}:{source.line}: 英語がありません (no English): {key(source)}", file=sys.stderr)  # noqa: T201
    return 1 if lacking and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
