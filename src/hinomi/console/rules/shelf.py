"""Rules as the pages list them: what each says of itself, whether it runs, and what it found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import QueryDict

from hinomi.lake.lake import Lake
from hinomi.pipeline.detect.sigma import Refused
from hinomi.pipeline.retro import span
from hinomi.pipeline.rules import OWN, SHELF, RuleCard, State, Switch, cards, running, switches
from hinomi.pipeline.rules.refusals import AT_ONCE, refusals
from hinomi.pipeline.rules.running import Running
from hinomi.pipeline.rules.switches import Switches, SwitchesUnreadable

DAYS = 30
FOUND = """
SELECT "finding_info.analytic.uid" AS rule, tenant, count(*)::BIGINT AS count, max(time) AS last
FROM findings WHERE "finding_info.analytic.uid" IS NOT NULL GROUP BY ALL ORDER BY count DESC, tenant
"""


@dataclass(frozen=True)
class Listed:
    """``is_running``: the live worker has taken this very rule up. ``switch``: the decision it is under."""

    card: RuleCard
    state: State
    refused: Refused | None
    switch: Switch | None
    is_running: bool

    @property
    def is_on(self) -> bool:
        return self.state is State.ON

    @property
    def has_page(self) -> bool:
        return "/" not in self.card.id


@dataclass(frozen=True)
class Shelf:
    """All rules; ``problem`` where the file of switches cannot be read, ``unknown`` packs nobody has tried yet."""

    rules: tuple[Listed, ...]
    decided: Switches
    running: Running | None
    unknown: frozenset[str]
    problem: str = ""

    @property
    def packs(self) -> list["Pack"]:
        names = sorted({one.card.pack for one in self.rules} - {SHELF, OWN})
        return [
            Pack(name, [one for one in self.rules if one.card.pack == name], self.decided.packs.get(name))
            for name in names
        ]

    @property
    def on(self) -> int:
        return sum(one.is_on and one.refused is None for one in self.rules)

    @property
    def refused(self) -> int:
        return sum(one.refused is not None for one in self.rules)

    def find(self, rule: str) -> list[Listed]:
        """Rules of this id: more than one where a pack brings what is there already; the one that counts first."""
        found = [one for one in self.rules if one.card.id == rule]
        return sorted(found, key=lambda one: (not one.is_running, not one.is_on, one.refused is not None))


@dataclass(frozen=True)
class Pack:
    name: str
    rules: list[Listed]
    switch: Switch | None

    @property
    def on(self) -> int:
        return sum(one.is_on for one in self.rules)


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; an empty field asks nothing."""

    text: str = ""
    state: str = ""
    level: str = ""
    source: str = ""
    pack: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "Asked":
        return cls(*(given.get(name, "").strip()[:200] for name in ("text", "state", "level", "source", "pack")))

    def meets(self, one: Listed) -> bool:
        card = one.card
        said = " ".join((card.id, card.title, card.description, Path(card.path).name, *card.tags)).lower()
        states = {"refused": one.refused is not None, "": True}
        return (
            all(word in said for word in self.text.lower().split())
            and states.get(self.state, one.state.value == self.state)
            and self.level in ("", card.level)
            and self.source in ("", " / ".join(card.logsource))
            and self.pack in ("", PACK_WORDS.get(card.pack, card.pack))
        )


PACK_WORDS = {SHELF: "hinomi:shelf", OWN: "hinomi:own"}
"""How an address says the packs that have no folder of their own; a folder's name has no colon."""


def folder() -> Path:
    return Path(settings.DATA_DIR) / "rules"


def shelf() -> Shelf:
    here = folder()
    problem = ""
    try:
        decided = switches.read(here)
    except SwitchesUnreadable as error:
        decided, problem = Switches(), str(error)
    found = cards(here)
    reasons = refusals(here, found, AT_ONCE)
    latest = running.read(here)
    runs = latest.rules if latest else {}
    rules = tuple(
        Listed(card, decided.state(card), reasons.of(card), decided.decision(card), runs.get(card.id) == card.digest)
        for card in found
    )
    return Shelf(rules, decided, latest, reasons.unknown, problem)


@dataclass(frozen=True)
class FoundAt:
    """Findings of a rule at a company; ``last`` is naive UTC."""

    tenant: str
    count: int
    last: datetime


def found(lake: Lake, tenants: Iterable[str], now: datetime) -> tuple[dict[str, list[FoundAt]], datetime]:
    """By rule, in the last month of which there is anything, and since when that is; ``now`` is naive UTC."""
    companies = list(tenants)
    since, until = span(lake, companies, DAYS, now)
    rows = lake.ask_companies(companies, FOUND, since=since, until=until + timedelta(days=1)).rows()
    by_rule: dict[str, list[FoundAt]] = {}
    for row in rows:
        by_rule.setdefault(row["rule"], []).append(FoundAt(row["tenant"], row["count"], row["last"]))
    return by_rule, since


def choices(rules: Iterable[Listed]) -> dict[str, Any]:
    """What the filters offer: log sources and packs there are."""
    every = list(rules)
    return {
        "sources": sorted({" / ".join(one.card.logsource) for one in every if one.card.logsource}),
        "packs": sorted({PACK_WORDS.get(one.card.pack, one.card.pack) for one in every}),
    }


def narrowed(rules: Iterable[Listed], asked: Asked) -> Iterator[Listed]:
    return (one for one in rules if asked.meets(one))
