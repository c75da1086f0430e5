"""Walks the samples of every notifier: a pair ``x.facts.json`` + ``x.NAME.txt`` is a promise.

HINOMI_ACCEPT=1 rewrites the messages; the difference is the review.
"""

import json
import os
import re
from datetime import datetime
from pathlib import Path

import pytest

from hinomi.library import catalog
from hinomi.library.advice.filled import problems_of_filled
from hinomi.library.contracts import Message, Notice, Occasion, UnknownItem

FACTS = ".facts.json"
ACCEPT = os.environ.get("HINOMI_ACCEPT") == "1"
SAMPLES = [
    pytest.param(name, path, id=f"{name}-{path.name.removesuffix(FACTS)}")
    for name, folder in catalog.folders("notifiers", "message.py").items()
    for path in sorted((folder / "samples").glob(f"*{FACTS}"))
]


def notice(path: Path) -> Notice:
    facts = json.loads(path.read_text(encoding="utf-8"))
    waits = facts.get("waits_until")
    read = {
        "waits_until": datetime.fromisoformat(waits) if waits else None,
        "occasion": Occasion(facts["occasion"]),
        "card": catalog.cards()[facts["card"]] if facts["card"] else None,
        "first_seen": datetime.fromisoformat(facts["first_seen"]),
        "last_seen": datetime.fromisoformat(facts["last_seen"]),
    }
    return Notice(**facts | read)


def page(message: Message) -> str:
    return f"To: {message.to}\nSubject: {message.subject}\n\n{message.text}"


@pytest.mark.parametrize(("name", "facts"), SAMPLES)
def test_a_notice_becomes_the_message_beside_it(name: str, facts: Path) -> None:
    beside = facts.with_name(facts.name.removesuffix(FACTS) + f".{name}.txt")

    written = page(catalog.notifier(name)(notice(facts)))

    if ACCEPT:
        beside.write_text(written, encoding="utf-8")
    assert written == beside.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "facts"), SAMPLES)
def test_a_message_holds_no_link_but_ours(name: str, facts: Path) -> None:
    given = notice(facts)

    message = catalog.notifier(name)(given)

    assert message.to == given.to
    assert "\n" not in message.subject
    ours = [link for link in (given.acknowledge, given.link) if link and link in message.text]
    assert re.findall(r"https?://\S+", message.text, re.IGNORECASE) == ours
    assert name != "mail" or given.link in ours
    without = message.text
    for link in ours:
        without = without.replace(link, "")
    assert [problem for line in without.splitlines() if line for problem in problems_of_filled(line)] == []


def test_a_channel_nobody_wrote_is_said_with_those_there_are() -> None:
    with pytest.raises(UnknownItem, match="mail"):
        catalog.notifier("pigeon")
