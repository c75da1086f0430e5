"""What a rule's file says of itself, read without making the rule run: thousands of files in a second or two."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from hinomi.lake.landing import write_durably
from hinomi.pipeline.detect.sigma.shape import Unfoldable, check_shape, read

SHELF = "/"
"""The pack of our own shelf: no folder can be called so."""
OWN = ""
"""The pack of rules that lie in the folder itself."""
LEVELS = {"": 0, "informational": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
"""Sigma's levels in their order; empty where a rule says none."""
CACHE = ".cards.json"
FORMAT = 3
"""Changed when a card holds something else than before: then no kept card is used."""
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Stamp = tuple[int, int]
"""Size and time of change of a file."""


@dataclass(frozen=True)
class RuleCard:
    """One document of a file of rules. ``line`` is where it begins, 1-based."""

    id: str
    title: str
    path: str
    line: int
    pack: str
    description: str = ""
    level: str = ""
    status: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    logsource: tuple[str, ...] = ()
    """Product, category and service, those that are said."""
    falsepositives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    advice: str = ""
    refers: tuple[str, ...] = ()
    """Of a correlation: ids and names of the rules that it counts."""
    is_correlation: bool = False
    is_readable: bool = True
    danger: str = ""
    """Why the file must not even be tried; ``line`` says where."""
    name: str = ""
    """Another name by which a correlation may refer to it."""
    digest: str = ""
    """Of what decides when it fires; another title or author is the same rule."""

    @property
    def techniques(self) -> tuple[str, ...]:
        names = (tag.partition(".")[2].upper() for tag in self.tags if tag.lower().startswith("attack.t"))
        return tuple(name for name in names if name[1:5].isdecimal())


class Cards:
    """Cards by file, kept beside the rules so that only files that changed are read again."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.known: dict[str, tuple[Stamp, tuple[RuleCard, ...]]] | None = None

    def read(self, files: Iterable[tuple[str, Path]]) -> list[RuleCard]:
        """The cards in these files, each given with its pack; a file that has gone has none."""
        known = self.kept() if self.known is None else self.known
        found: dict[str, tuple[Stamp, tuple[RuleCard, ...]]] = {}
        for pack, path in files:
            try:
                about = path.stat()
                stamp = (about.st_size, about.st_mtime_ns)
                before = known.get(str(path))
                is_same = before is not None and before[0] == stamp
                found[str(path)] = before if before and is_same else (stamp, tuple(cards_in(pack, path)))
            except FileNotFoundError:
                continue
        if found != known:
            self.keep(found)
        self.known = found
        return [card for _, cards in found.values() for card in cards]

    def kept(self) -> dict[str, tuple[Stamp, tuple[RuleCard, ...]]]:
        try:
            document = orjson.loads(self.cache.read_bytes())
            if document["format"] != FORMAT:
                return {}
            return {
                path: (tuple(stamp), tuple(RuleCard(**thawed(one)) for one in cards))
                for path, (stamp, cards) in document["files"].items()
            }
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def keep(self, found: Mapping[str, tuple[Stamp, tuple[RuleCard, ...]]]) -> None:
        files = {path: (stamp, [asdict(card) for card in cards]) for path, (stamp, cards) in found.items()}
        try:
            write_durably(self.cache, orjson.dumps({"format": FORMAT, "files": files}))
        except OSError:  # a folder that cannot be written costs time and nothing else
            return


def thawed(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in one.items()}


def cards_in(pack: str, path: Path) -> Iterator[RuleCard]:
    """The rules of one file; a file that is no YAML or holds no rule has one card that says only its name."""
    data = read(path)
    try:
        found = list(documents(data))
    except Unfoldable as problem:
        mark = digest(data.hex())
        yield RuleCard(
            path.stem, path.name, str(path), problem.line, pack, is_readable=False, danger=str(problem), digest=mark
        )
        return
    except (yaml.YAMLError, ValueError, RecursionError):
        yield RuleCard(path.stem, path.name, str(path), 1, pack, is_readable=False, digest=digest(data.hex()))
        return
    rules = [(line, one) for line, one in found if is_rule(one)]
    if not rules:
        yield RuleCard(path.stem, path.name, str(path), 1, pack, is_readable=False, digest=digest(data.hex()))
    for line, one in rules:
        yield card(pack, path, line, one)


def documents(data: bytes) -> Iterator[tuple[int, Any]]:
    """The documents of a YAML stream, each with the line in which it begins."""
    check_shape(data)
    loader = Loader(data)
    try:
        while loader.check_node():
            node = loader.get_node()
            assert node is not None
            yield node.start_mark.line + 1, loader.construct_document(node)
    finally:
        loader.dispose()


def is_rule(document: Any) -> bool:
    return isinstance(document, dict) and bool({"detection", "correlation"} & document.keys())


def card(pack: str, path: Path, line: int, document: Mapping[str, Any]) -> RuleCard:
    counted = document.get("correlation")
    counted = counted if isinstance(counted, dict) else None
    source = document.get("logsource")
    source = source if isinstance(source, dict) else {}
    own = document.get("hinomi")
    return RuleCard(
        id=str(document.get("id") or document.get("name") or path.stem),
        title=str(document.get("title") or path.stem),
        path=str(path),
        line=line,
        pack=pack,
        description=str(document.get("description") or "").strip(),
        level=str(document.get("level") or "").lower(),
        status=str(document.get("status") or ""),
        author=str(document.get("author") or ""),
        tags=texts(document.get("tags")),
        logsource=tuple(str(source[part]) for part in ("product", "category", "service") if source.get(part)),
        falsepositives=texts(document.get("falsepositives")),
        references=texts(document.get("references")),
        advice=str(own.get("advice") or "") if isinstance(own, dict) else "",
        refers=texts(counted.get("rules")) if counted else (),
        is_correlation=counted is not None,
        name=str(document.get("name") or ""),
        digest=digest([document.get(part) for part in ("logsource", "detection", "correlation")]),
    )


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts, or a single one."""
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def digest(what: Any) -> str:
    data = orjson.dumps(what, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(data).hexdigest()[:24]
