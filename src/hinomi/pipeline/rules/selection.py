"""Which files hold rules, and the set of those that run."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from hinomi.library import catalog
from hinomi.library.own_folder import own_folder
from hinomi.pipeline.detect.sigma import Refused, RuleSet, cache, load, placeholders
from hinomi.pipeline.detect.sigma.tree import Placeholders
from hinomi.pipeline.rules import switches
from hinomi.pipeline.rules.cards import CACHE, OWN, SHELF, Cards, RuleCard
from hinomi.pipeline.rules.switches import State, Switches, SwitchesUnreadable

log = logging.getLogger("hinomi")

PLACEHOLDERS = "placeholders"
"""The folder beside that of the rules with values for placeholders."""

_read: dict[Path, tuple[Cards, Cards]] = {}


def cards(folder: Path) -> list[RuleCard]:
    """Every rule of the shelf and of the folder ``DATA/rules``, whether it runs or not.

    Those of the shelf are the same for every data folder: they are kept where the compiled rules are.
    """
    of_shelf, own = _read.setdefault(folder, (Cards(shelf_cache(folder)), Cards(folder / CACHE)))
    return [*of_shelf.read((SHELF, path) for path in catalog.sigma_rules()), *own.read(imported(folder))]


def by_state(folder: Path) -> dict[State, int]:
    """How many rules and correlations are on, on trial and off, whether they can run or not.

    Raises:
        SwitchesUnreadable: nobody can say.
    """
    decided = switches.read(folder)
    counted = Counter(decided.state(card) for card in cards(folder))
    return {state: counted[state] for state in State}


def shelf_cache(folder: Path) -> Path:
    """In the user's cache folder, one for each installation; beside the operator's rules where there is none."""
    kept = own_folder("rules")
    mark = hashlib.sha256(repr([str(path) for path in catalog.sigma_rules()[:1]]).encode()).hexdigest()[:16]
    return kept / f"{mark}.cards" if kept else folder / ".shelf.json"


def imported(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of an operator's folder, each with its pack: the name of the folder that it lies in."""
    for path in files(folder):
        parts = path.relative_to(folder).parts
        yield (parts[0] if len(parts) > 1 else OWN), path


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.y*ml"))


def rule_set(folder: Path) -> RuleSet:
    """The rules that run, as the folder says now; those refused are listed by the set with reasons.

    A file of switches that cannot be read is said, and every rule is taken as it comes.
    """
    try:
        decided = switches.read(folder)
    except SwitchesUnreadable as problem:
        log.error("%s", problem)
        decided = Switches()
    return chosen(cards(folder), decided, values(folder))


def values(folder: Path) -> Placeholders:
    """What the operator's files say that ``%name%`` stands for; one that cannot be read is said."""
    found, refused = placeholders.read(folder.parent / PLACEHOLDERS)
    for one in refused:
        log.error("%s:%s %s", one.path, one.line, one.reason)
    return found


def named(folder: Path, ids: Iterable[str]) -> RuleSet:
    """These rules and no other, whether they run or not."""
    wanted = frozenset(ids)
    paths = {Path(card.path): None for card in cards(folder) if card.id in wanted and not card.danger}
    return load(paths, values(folder)).only(wanted.__contains__)


def dangers(found: Iterable[RuleCard]) -> list[Refused]:
    """Files that are refused without being tried."""
    return [Refused(Path(card.path), card.title, card.danger, card.line) for card in found if card.danger]


def chosen(found: Iterable[RuleCard], decided: Switches, placed: Placeholders | None = None) -> RuleSet:
    """The rules that are on, and those that a correlation which is on counts; these find nothing by themselves."""
    found = list(found)
    running = {card.id for card in found if decided.state(card) is State.ON}
    counted = {name for card in found if card.id in running for name in card.refers}
    meant = [card for card in found if card.id in running or {card.id, card.name} & counted]
    paths = {card.path: None for card in meant if not card.danger}
    made = cache.load(map(Path, paths), placed)
    made.refused = (*made.refused, *dangers(meant))
    off = {card.id for card in found if card.path in paths} - running
    if not off:
        return made
    kept = (rule if rule.id not in off else replace(rule, finds=False) for rule in made.rules)
    return RuleSet(
        [rule for rule in kept if rule.finds or rule.keeps is not None],
        made.refused,
        [one for one in made.correlations if one.id not in off],
    )
