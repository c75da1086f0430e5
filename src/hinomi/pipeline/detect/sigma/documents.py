"""Files of Sigma rules as documents that know their lines."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sigma.collection import deep_dict_update
from sigma.exceptions import SigmaCollectionError, SigmaError
from sigma.rule.base import check_alias_expansion

from hinomi.pipeline.detect.sigma.shape import Unfoldable, check_shape, read


class Unreadable(Exception):
    """A document that is no rule, a rest of a file that is no YAML; says why. ``line`` is 1-based."""

    def __init__(self, path: Path, reason: str, line: int) -> None:
        super().__init__(reason)
        self.path, self.line = path, line


class Loader(yaml.CSafeLoader):
    """Says of a key that stands twice in a mapping where it does so."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else key
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"同じ項目が 2 回 (duplicate key {name})", key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Document:
    """One rule's text: what it says, and the YAML nodes that know where it says it."""

    path: Path
    node: yaml.Node
    value: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.value.get("id") or self.value.get("name") or self.value.get("title") or self.path.stem)

    def line(self, *keys: str) -> int:
        """Where the last of the keys that is there stands, from the outermost on; without one, the beginning."""
        node, found = self.node, begins(self.node)
        for wanted in keys:
            entry = next((pair for pair in pairs(node) if pair[0].value == wanted), None)
            if entry is None:
                break
            found, node = begins(entry[0]), entry[1]
        return found


def begins(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


def documents(path: Path) -> Iterator[Document | Unreadable]:
    """The documents of a file, each whole: what ``action: global`` and ``repeat`` add is added."""
    template: dict[str, Any] = {}
    before: dict[str, Any] = {}
    for one in raw(path):
        if isinstance(one, Unreadable):
            yield one
            continue
        node, value = one
        if value is None:  # after a last '---'
            continue
        line = begins(node)
        if not isinstance(value, dict):
            yield Unreadable(path, "ルールではありません (not a rule)", line)
            continue
        try:
            check_alias_expansion(value, SigmaCollectionError)
        except SigmaError as problem:
            yield Unreadable(path, str(problem), line)
            continue
        match value.pop("action", None):
            case None:
                is_rule = "correlation" not in value and "filter" not in value
                before = deep_dict_update(value, deepcopy(template)) if is_rule else value
            case "global":
                template = before = value
                continue
            case "reset":
                template = {}
                continue
            case "repeat":
                before = deep_dict_update(deepcopy(before), value)
            case other:
                reason = f"知らない action: {other} (unknown action)"
                yield Unreadable(path, reason, Document(path, node, value).line("action"))
                continue
        yield Document(path, node, deepcopy(before))


def raw(path: Path) -> Iterator[tuple[yaml.Node, Any] | Unreadable]:
    """The YAML documents of a file up to the first that is none."""
    data = b""
    try:
        data = read(path)
        with suppress(yaml.YAMLError):  # what stands before the damage is read, and the damage is named
            check_shape(data)
        data.decode("utf-8")
        loader = Loader(data)
        try:
            while loader.check_node():
                node = loader.get_node()
                assert node is not None
                yield node, loader.construct_document(node)
        finally:
            loader.dispose()
    except UnicodeDecodeError as problem:
        yield Unreadable(path, "UTF-8 ではありません (not UTF-8)", data[: problem.start].count(b"\n") + 1)
    except Unfoldable as problem:
        yield Unreadable(path, str(problem), problem.line)
    except (OSError, RecursionError) as problem:
        yield Unreadable(path, f"読めません (cannot be read): {problem}", 1)
    except (yaml.YAMLError, ValueError) as problem:
        mark = getattr(problem, "problem_mark", None)
        said = getattr(problem, "problem", None) or str(problem).split("\n", 1)[0]
        yield Unreadable(path, f"YAML として読めません (cannot be read): {said}", mark.line + 1 if mark else 1)


Attempt = Callable[[object], object]


def culprit(
    document: Document, attempt: Callable[[Mapping[str, Any]], object], errors: tuple[type[Exception], ...]
) -> int:
    """The line of the first part of the detection that fails by itself, where there is one; else of the condition.

    ``attempt`` is given detections with that part alone, and raises one of the ``errors`` where it cannot be run.
    """
    detection = document.value.get("detection")

    def fails(value: object) -> bool:
        try:
            attempt({"part": value, "condition": "part"})
        except errors:
            return True
        return False

    def line(node: yaml.Node, value: Any) -> int | None:
        if isinstance(node, yaml.SequenceNode) and isinstance(value, list):
            lines = (line(part, one) for part, one in zip(node.value, value, strict=False))
            return next((found for found in lines if found), None)
        if not isinstance(node, yaml.MappingNode) or not isinstance(value, dict):
            return begins(node) if fails(value) else None
        for key, part in node.value:
            if key.value not in value or not fails({key.value: value[key.value]}):
                continue
            several = zip(part.value, value[key.value], strict=False) if isinstance(part, yaml.SequenceNode) else ()
            alone = (begins(one) for one, text in several if fails({key.value: text}))
            return next(alone, begins(key))
        return None

    if isinstance(detection, dict):
        node = next((part for key, part in pairs(document.node) if key.value == "detection"), None)
        for key, part in pairs(node) if node else ():
            if key.value not in ("condition", "timeframe") and key.value in detection:
                found = line(part, detection[key.value])
                if found:
                    return found
    return document.line("detection", "condition")
