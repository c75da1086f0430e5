"""YAML that would grow beyond all measure is refused before anything is built of it."""

import yaml

DEEPEST = 64
"""Levels of nesting; rules have about five."""
MOST_ALIASES = 20


class Unfoldable(ValueError):
    """A document that would grow beyond all measure when it is built; ``line`` is 1-based."""

    def __init__(self, line: int) -> None:
        super().__init__(
            "入れ子が深すぎるか、別名 (*) が多すぎます (nested too deeply, or too many aliases)。"
            "ふつうの Sigma ルールの形で書いてください。"
        )
        self.line = line


def check_shape(data: bytes | str) -> None:
    """Asked of the stream of events, before anything is built of it.

    Raises:
        Unfoldable: more than ``DEEPEST`` levels or ``MOST_ALIASES`` aliases.
        yaml.YAMLError: it is no YAML.
    """
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
