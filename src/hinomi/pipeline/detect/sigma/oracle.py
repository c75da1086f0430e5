"""A condition's tree as one Python function over an event: slow and plain, what the engine must agree with."""

from collections.abc import Callable

from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.tree import All, AnyOf, Exists, Field, Keyword, Node, Not, Null, Reference

Check = Callable[[Event], bool]
Texts = tuple[str, ...]


def check(node: Node) -> Check:
    """The function that evaluates a tree."""
    match node:
        case All(children):
            every = [check(child) for child in children]
            return lambda event: all(holds(event) for holds in every)
        case AnyOf(children):
            some = [check(child) for child in children]
            return lambda event: any(holds(event) for holds in some)
        case Not(child):
            refused = check(child)
            return lambda event: not refused(event)
        case Field(name, pattern):
            return lambda event: any(map(pattern.accepts, (event.raw if pattern.cased else event.folded).get(name, ())))
        case Keyword(pattern):
            return lambda event: any(
                pattern.accepts(text)
                for texts in (event.raw if pattern.cased else event.folded).values()
                for text in texts
            )
        case Null(name):
            return lambda event: name not in event.raw
        case Exists(name, wanted):
            return lambda event: (name in event.raw) is wanted
        case Reference(name, other):
            compare = comparison(node)
            return lambda event: compare(event.folded.get(name, ()), event.folded.get(other, ()))


def comparison(node: Reference) -> Callable[[Texts, Texts], bool]:
    """Whether one of the values, folded, begins with, ends with, contains or equals one of the other field's."""

    def holds(text: str, other: str) -> bool:
        if node.starts and node.ends:
            return other in text
        if node.starts:
            return text.startswith(other)
        return text.endswith(other) if node.ends else text == other

    return lambda texts, others: any(holds(text, other) for text in texts for other in others)
