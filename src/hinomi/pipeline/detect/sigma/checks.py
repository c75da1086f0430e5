"""A condition's tree as one Python function over an event."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.pattern import Contains, Exact, Pattern, Prefix, Suffix
from hinomi.pipeline.detect.sigma.tree import All, AnyOf, Exists, Field, Keyword, Node, Not, Null, Reference

Check = Callable[[Event], bool]
Accepts = Callable[[str], bool]


def check(node: Node) -> Check:
    """The function that evaluates a tree; equal to walking the tree, only faster."""
    match node:
        case All(children):
            return every([check(child) for child in children])
        case AnyOf(children):
            return some(alternatives(children))
        case Not(child):
            refused = check(child)
            return lambda event: not refused(event)
        case Field(name, pattern):
            return field(name, pattern.accepts, cased=pattern.cased)
        case Keyword(pattern):
            return keyword(pattern)
        case Null(name):
            return lambda event: name not in event.raw
        case Exists(name, wanted):
            return lambda event: (name in event.raw) is wanted
        case Reference():
            return reference(node)


def every(checks: list[Check]) -> Check:
    def run(event: Event) -> bool:
        for one in checks:  # noqa: SIM110 — a generator here costs more than the checks
            if not one(event):
                return False
        return True

    return run


def some(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def run(event: Event) -> bool:
        for one in checks:  # noqa: SIM110
            if one(event):
                return True
        return False

    return run


def alternatives(children: Iterable[Node]) -> list[Check]:
    """Checks of which one must hold; literals of one kind on one field are asked together."""
    literals: dict[tuple[str, type, bool], list[str]] = defaultdict(list)
    checks: list[Check] = []
    for child in children:
        match child:
            case Field(name, Exact() | Prefix() | Suffix() | Contains() as pattern):
                literals[name, type(pattern), pattern.cased].append(pattern.literal)
            case _:
                checks.append(check(child))
    together = [field(name, any_literal(kind, found), cased=cased) for (name, kind, cased), found in literals.items()]
    return together + checks


def any_literal(kind: type, literals: list[str]) -> Accepts:
    wanted = tuple(dict.fromkeys(literals))
    if kind is Exact:
        return frozenset(wanted).__contains__
    if kind is Prefix:
        return lambda text: text.startswith(wanted)
    if kind is Suffix:
        return lambda text: text.endswith(wanted)

    def contains(text: str) -> bool:
        for literal in wanted:  # noqa: SIM110
            if literal in text:
                return True
        return False

    return contains


def field(name: str, accepts: Accepts, *, cased: bool) -> Check:
    def run(event: Event) -> bool:
        for text in (event.raw if cased else event.folded).get(name, ()):  # noqa: SIM110
            if accepts(text):
                return True
        return False

    return run


def keyword(pattern: Pattern) -> Check:
    def run(event: Event) -> bool:
        texts = event.raw if pattern.cased else event.folded
        return any(pattern.accepts(text) for values in texts.values() for text in values)

    return run


def reference(node: Reference) -> Check:
    def holds(text: str, other: str) -> bool:
        if node.starts and node.ends:
            return other in text
        if node.starts:
            return text.startswith(other)
        return text.endswith(other) if node.ends else text == other

    def run(event: Event) -> bool:
        others = event.folded.get(node.other, ())
        return any(holds(text, other) for text in event.folded.get(node.name, ()) for other in others)

    return run
