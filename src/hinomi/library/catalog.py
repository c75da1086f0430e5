"""Finds items on the shelves by their folders; adding an item touches no list."""

from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import cast

import yaml

from hinomi.library.advice import cardfile
from hinomi.library.contracts import (
    Behaviour,
    Card,
    Document,
    FaultRule,
    Framing,
    Kind,
    MalformedItem,
    Manifest,
    Notifier,
    Requester,
    Source,
    UnknownItem,
)

SHELVES = Path(__file__).parent
SIGMA = ("rule.yml", "correlation.yml")
"""Files of a detection that hold Sigma rules."""
JARGON = "jargon.yaml"
"""Beside the advice cards, and none: words that need an explanation."""


def load_yaml(path: Path) -> Document:
    """The mapping in a YAML file.

    Raises:
        MalformedItem: no such file, not YAML, or not a mapping; names the line.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise MalformedItem(path, f"cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise MalformedItem(path, f"is not YAML: {error}") from error
    if not isinstance(document, dict):
        raise MalformedItem(path, "must be a mapping")
    return document


def folders(shelf: str, marker: str) -> dict[str, Path]:
    """Items of a shelf: name to folder, for each folder that holds ``marker``."""
    return {path.parent.name: path.parent for path in sorted((SHELVES / shelf).glob(f"*/{marker}"))}


@cache
def manifests() -> dict[str, Manifest]:
    return {name: manifest(folder) for name, folder in folders("sources", "manifest.yaml").items()}


@cache
def manifest(folder: Path) -> Manifest:
    path = folder / "manifest.yaml"
    document = load_yaml(path)
    try:
        return Manifest(
            name=folder.name,
            title=document["title"],
            vendor=document["vendor"],
            product=document["product"],
            kind=Kind(document["kind"]),
            framing=Framing(document["framing"]),
            folder=folder,
            reader=document.get("reader", "mapping"),
            suffixes=tuple(document.get("suffixes", ())),
            assumed=document.get("assumed", False),
            alone=document.get("alone", False),
            note=document.get("note", {}),
            references=tuple(document.get("references", ())),
        )
    except (KeyError, ValueError) as error:
        raise MalformedItem(path, f"lacks or misspells {error}") from error


def source_manifest(name: str) -> Manifest:
    """Raises :class:`UnknownItem`, which lists the known names."""
    known = folders("sources", "manifest.yaml")
    if name not in known:
        raise UnknownItem("sources", name, list(known))
    return manifest(known[name])


def setup_page(name: str, language: str) -> str:
    """How a device is made to send its logs, as Markdown: ``setup.ja.md`` or ``setup.en.md`` of the source.

    Raises:
        UnknownItem: no such source; lists the known names.
        MalformedItem: the source has no such page.
    """
    path = source_manifest(name).folder / f"setup.{language}.md"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise MalformedItem(path, f"cannot be read: {error.strerror}") from error


@cache
def source(name: str) -> Source:
    """The function that normalises payloads of the source ``name``."""
    item = source_manifest(name)
    if item.reader == "table":
        table = import_module("hinomi.library.formats.table")
        return cast(Source, table.reader(item))
    return cast(Source, import_module(f"hinomi.library.sources.{name}.mapping").normalize)


@cache
def fault_rules() -> tuple[FaultRule, ...]:
    """Thoughts that recognise a faulty device, one ``fault.py`` a folder of ``detections``."""
    return tuple(
        cast(FaultRule, import_module(f"hinomi.library.detections.{name}.fault").RULE)
        for name in folders("detections", "fault.py")
    )


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """Thoughts about what happens over time, one ``behaviour.py`` a folder of ``detections``."""
    return tuple(
        cast(Behaviour, import_module(f"hinomi.library.detections.{name}.behaviour").BEHAVIOUR)
        for name in folders("detections", "behaviour.py")
    )


@cache
def harmless_destinations() -> frozenset[str]:
    """Registered domains to which machines of every company talk regularly, and nobody needs to be told."""
    return destinations(SHELVES / "destinations" / "harmless.yaml")


def destinations(path: Path) -> frozenset[str]:
    """Registered domains and addresses in a file of groups, each a list below a word that says what they are.

    Raises:
        MalformedItem: a group is no list of names.
    """
    found: set[str] = set()
    for group, names in load_yaml(path).items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise MalformedItem(path, f"{group} must be a list of domains and addresses")
        found.update(name.lower() for name in names)
    return frozenset(found)


def sigma_rules() -> tuple[Path, ...]:
    """Paths of the shelf's own Sigma rules, one a folder; ``correlation.yml`` also holds the rules it counts."""
    found = (folders("detections", marker) for marker in SIGMA)
    paths = (folder / marker for marker, one in zip(SIGMA, found, strict=True) for folder in one.values())
    return tuple(sorted(paths, key=lambda path: path.parent.name))


@cache
def notifier(name: str) -> Notifier:
    """The function that words notices for the channel ``name``: ``compose`` in the ``message.py`` of its folder.

    Raises:
        UnknownItem: lists the known names.
    """
    known = folders("notifiers", "message.py")
    if name not in known:
        raise UnknownItem("notifiers", name, list(known))
    return cast(Notifier, import_module(f"hinomi.library.notifiers.{name}.message").compose)


@cache
def requester(name: str) -> Requester:
    """The function that puts a message into the form the channel ``name`` takes over HTTP: ``request`` in the
    ``request.py`` of its folder.

    Raises:
        UnknownItem: lists the known names.
    """
    known = folders("notifiers", "request.py")
    if name not in known:
        raise UnknownItem("notifiers", name, list(known))
    return cast(Requester, import_module(f"hinomi.library.notifiers.{name}.request").request)


@cache
def cards() -> dict[str, Card]:
    """The advice cards of the shelf, by key."""
    return {path.stem: card(path) for path in card_files(SHELVES / "advice")}


def cards_with(own: Path) -> dict[str, Card]:
    """The shelf's advice cards and an operator's: a file of the folder ``own`` stands before the shelf's of its name.

    A file that is no card is passed over, so that one slip of the pen silences no page; ``hinomi advice check``
    says what is wrong with it.
    """
    found = dict(cards())
    for path in card_files(own):
        with suppress(MalformedItem, OSError):
            found[path.stem] = kept_card(path, path.stat().st_mtime_ns)
    return found


def card_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.yaml")) if path.name != JARGON]


@lru_cache(maxsize=1024)
def kept_card(path: Path, changed: int) -> Card:
    return card(path)


def card(path: Path) -> Card:
    """The advice card in a file; its key is the file's name.

    Raises:
        MalformedItem: it cannot be read, or lacks a part.
    """
    document = load_yaml(path)
    try:
        return cardfile.read(path.stem, document)
    except KeyError as error:
        raise MalformedItem(path, f"lacks {error}") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise MalformedItem(path, f"has a part of the wrong shape: {error}") from error
