"""YAML that would grow beyond all measure is refused before anything is built of it."""

from pathlib import Path

import yaml

LARGEST = 8 * 1024**2
"""Octets of a file of rules; thousands of rules have less."""
DEEPEST = 64
"""Levels of nesting; rules have about five."""
MOST_ALIASES = 20

NESTED = (
    "入れ子が深すぎるか、別名 (*) が多すぎます (nested too deeply, or too many aliases)。"
    "ふつうの Sigma ルールの形で書いてください。"
)
TOO_LARGE = f"{LARGEST // 1024**2} MiB を超えています。ファイルを分けてください (the file is too large; split it)"


class Unfoldable(ValueError):
    """A document that would grow beyond all measure when it is built; ``line`` is 1-based."""

    def __init__(self, line: int, reason: str = NESTED) -> None:
        super().__init__(reason)
        self.line = line


def read(path: Path) -> bytes:
    """A file of rules; of one that is too large so much that :func:`check_shape` refuses it."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def check_shape(data: bytes | str) -> None:
    """Asked of the stream of events, before anything is built of it.

    Raises:
        Unfoldable: more than ``LARGEST`` octets, ``DEEPEST`` levels or ``MOST_ALIASES`` aliases.
        yaml.YAMLError: it is no YAML.
    """
    if len(data) > LARGEST:
        raise Unfoldable(1, TOO_LARGE)
    depth = aliases = 0
    for event in yaml.parse(data, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > DEEPEST or aliases > MOST_ALIASES:
            raise Unfoldable(event.start_mark.line + 1 if event.start_mark else 0)
