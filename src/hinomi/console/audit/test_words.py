"""Whatever the product writes into the audit trail has words that a company's lead understands."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from hinomi.console.audit.words import ACTS

NAMED = {
    "allowed": (2, "{}"),
    "audit": (0, "{}"),
    "changed": (2, "incident.{}"),
    "trail": (2, "thread.{}"),
    "viewed": (1, "{}.viewed"),
}
"""Functions that write an entry, the place of the word that says of what kind it is, and the act that it becomes."""


def acts_of(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in NAMED and len(call.args) > NAMED[name][0]:
        place, act = NAMED[name]
        yield from (act.format(word) for word in said(call.args[place]))
    given = next((one.value for one in call.keywords if one.arg == "action"), None)
    if name == "record_audit" and given is not None:
        yield from said(given)


def said(value: ast.expr) -> Iterator[str]:
    """The words that stand there as they are."""
    match value:
        case ast.Constant(str(word)):
            yield word
        case ast.IfExp():
            yield from said(value.body)
            yield from said(value.orelse)


def test_every_act_that_the_sources_name_has_words() -> None:
    spec = find_spec("hinomi")
    assert spec is not None
    root = Path(str(spec.origin)).parent
    calls = (
        node
        for path in root.rglob("*.py")
        if not path.name.startswith(("test_", "conftest"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )
    written = {act for call in calls for act in acts_of(call)}

    assert written - set(ACTS) == set()
    assert {"review.decided", "thread.asked", "incident.viewed", "totp.added"} <= written
