"""Which members of JSON documents are wanted, and the states that a reader of a document goes through to find them.

    wanted = Wanted({"CommandLine": ("EventData.CommandLine", "winlog.event_data.CommandLine")}, fold=True)

A path is keys from the document's outermost object inwards, with dots between (or a tuple of keys, where a key holds
a dot); ``*`` stands for any one key. Paths lead through objects, not through arrays. Of a column's paths the first
that a document has counts. Keys match exactly, or with ``fold`` whatever the case of their ASCII letters, and with
``close`` whatever blanks stand in them (``New Value``, ``NewValue``). Where several members match one path (``*``,
twins), the last in the order of orjson's dictionaries counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

Path = str | tuple[str, ...]
ANY = "*"
MOST_PATHS = 32
DEAD, START = 0, 1
"""Numbers of states: nothing is wanted below; the outermost object."""


@dataclass(frozen=True)
class Step:
    """What a member means: the state of the object it may hold, and the (column, rank) whose value it is."""

    state: int = DEAD
    columns: tuple[tuple[int, int], ...] = ()
    """``rank`` is the number of the path among the column's paths: the lowest that a document has counts."""


@dataclass(frozen=True)
class State:
    """Steps by key (UTF-8, folded), and for keys that are none of them."""

    steps: Mapping[bytes, Step] = field(default_factory=dict)
    other: Step = Step()

    def step(self, key: bytes) -> Step:
        return self.steps.get(key, self.other)


@dataclass
class Node:
    """A key of some paths: what follows it, and the columns of the paths that end with it."""

    children: dict[bytes, int] = field(default_factory=dict)
    anything: int | None = None
    columns: list[tuple[int, int]] = field(default_factory=list)


class Wanted:
    """Columns by name, each a path or several. Raises ValueError for a path without keys, or over 32 of a column."""

    def __init__(
        self, columns: Mapping[str, Path | Iterable[Path]] | Iterable[str], *, fold: bool = False, close: bool = False
    ) -> None:
        named = columns if isinstance(columns, Mapping) else {path: path for path in columns}
        self.fold, self.close = fold, close
        self.paths = {name: tuple(map(keys, alternatives(paths))) for name, paths in named.items()}
        if any(len(paths) > MOST_PATHS for paths in self.paths.values()):
            raise ValueError(f"1 列のパスは {MOST_PATHS} まで (too many paths for a column)")

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self.paths)

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    def folded(self, key: bytes) -> bytes:
        key = key.replace(b" ", b"") if self.close else key
        return key.lower() if self.fold else key

    @cached_property
    def states(self) -> tuple[State, ...]:
        """States by number; the first two are DEAD and START."""
        nodes = self._nodes()
        numbers: dict[frozenset[int], int] = {frozenset(): DEAD, frozenset([0]): START}
        found: list[State] = []

        def step(reached: frozenset[int]) -> Step:
            inner = frozenset(one for one in reached if nodes[one].children or nodes[one].anything is not None)
            ranks = sorted((pair for one in reached for pair in nodes[one].columns), reverse=True)
            return Step(numbers.setdefault(inner, len(numbers)), tuple(dict(ranks).items()))

        while len(found) < len(numbers):
            at = [nodes[one] for one in list(numbers)[len(found)]]
            other = {node.anything for node in at if node.anything is not None}
            following = {
                key: {node.children[key] for node in at if key in node.children} for node in at for key in node.children
            }
            steps = {key: step(frozenset(children | other)) for key, children in following.items()}
            found.append(State(steps, step(frozenset(other))))
        return tuple(found)

    def _nodes(self) -> list[Node]:
        nodes = [Node()]
        for column, paths in enumerate(self.paths.values()):
            for rank, path in enumerate(paths):
                at = 0
                for key in path:
                    node, name = nodes[at], self.folded(key.encode())
                    known = node.anything if key == ANY else node.children.get(name)
                    at = len(nodes) if known is None else known
                    if known is None:
                        nodes.append(Node())
                    if key == ANY:
                        node.anything = at
                    else:
                        node.children[name] = at
                nodes[at].columns.append((column, rank))
        return nodes


def alternatives(paths: Path | Iterable[Path]) -> tuple[Path, ...]:
    """A column's paths, of which there may be one alone; a tuple is a tuple of paths here."""
    return (paths,) if isinstance(paths, str) else tuple(paths)


def keys(path: Path) -> tuple[str, ...]:
    found = tuple(path.split(".")) if isinstance(path, str) else path
    if not found or path == "":
        raise ValueError("パスにキーがありません (a path without keys)")
    return found
