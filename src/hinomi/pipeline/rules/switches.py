"""Whether a rule runs: what people decided, kept in ``DATA/rules/state.json`` where the river reads it."""

import fcntl
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from hinomi.lake.landing import write_durably
from hinomi.pipeline.rules.cards import LEVELS, OWN, SHELF, RuleCard

FILE = "state.json"
LOCK = ".state.lock"
VERSION = 1


class State(StrEnum):
    ON = "on"
    """It runs in the river; what it sees becomes findings."""
    TRIAL = "trial"
    """It does not run in the river: the background counts what it would have seen, and nobody is told."""
    OFF = "off"


class SwitchesUnreadable(Exception):
    """The file of switches holds something else; says where and what to do."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path} が読めません: {problem}。直すか消してください。消すと、すべて初めの状態に戻ります "
            "(unreadable; mend it or remove it: without it every rule is as it was at first)."
        )


@dataclass(frozen=True)
class Switch:
    """One decision: by whom (a user's name; empty on the command line), when (naive UTC) and why."""

    state: State
    by: str
    at: datetime
    why: str
    level: str = ""
    """Of a pack that is on: the least level of the rules that are meant (``high``); empty: all."""
    retro: bool = True
    """Whether a rule that begins to run is also run over what the lake holds already."""


@dataclass(frozen=True)
class Switches:
    """Decisions by a rule's id and by a pack's name; what nobody decided is as it comes."""

    rules: Mapping[str, Switch] = field(default_factory=dict)
    packs: Mapping[str, Switch] = field(default_factory=dict)

    def decision(self, card: RuleCard) -> Switch | None:
        """The decision that this rule is under: its own before its pack's."""
        return self.rules.get(card.id) or self.packs.get(card.pack)

    def state(self, card: RuleCard) -> State:
        """Our shelf's and the operator's own rules run unless switched off; those of a pack only when switched on."""
        if own := self.rules.get(card.id):
            return own.state
        pack = self.packs.get(card.pack)
        if pack is None:
            return State.ON if card.pack in (SHELF, OWN) else State.OFF
        reaches = LEVELS.get(card.level, 0) >= LEVELS.get(pack.level, 0)
        return pack.state if reaches else State.OFF

    def turn_rule(self, rule: str, switch: Switch) -> "Switches":
        return replace(self, rules={**self.rules, rule: switch})

    def turn_pack(self, pack: str, switch: Switch) -> "Switches":
        return replace(self, packs={**self.packs, pack: switch})


def read(folder: Path) -> Switches:
    """The decisions kept in a folder of rules; none where there is no file.

    Raises:
        SwitchesUnreadable: the file is no file of switches.
    """
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Switches()
    except UnicodeDecodeError as error:
        raise SwitchesUnreadable(path, str(error)) from error
    try:
        document = json.loads(text)
        return Switches(*({name: switch(one) for name, one in document[part].items()} for part in ("rules", "packs")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SwitchesUnreadable(path, f"{type(error).__name__}: {error}") from error


def change(folder: Path, turn: Callable[[Switches], Switches]) -> Switches:
    """Put in place what ``turn`` makes of the present decisions; several may do so at once, none is lost.

    Raises:
        SwitchesUnreadable: the file is no file of switches; it is left as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        turned = turn(read(folder))
        document = {
            "version": VERSION,
            "rules": {name: as_document(one) for name, one in sorted(turned.rules.items())},
            "packs": {name: as_document(one) for name, one in sorted(turned.packs.items())},
        }
        write_durably(folder / FILE, json.dumps(document, ensure_ascii=False, indent=1).encode())
    return turned


def switch(document: Mapping[str, Any]) -> Switch:
    return Switch(
        state=State(document["state"]),
        by=str(document.get("by", "")),
        at=datetime.fromisoformat(document["at"]),
        why=str(document.get("why", "")),
        level=str(document.get("level", "")),
        retro=bool(document.get("retro", True)),
    )


def as_document(one: Switch) -> dict[str, Any]:
    said: dict[str, Any] = {"state": one.state.value, "by": one.by, "at": one.at.isoformat(), "why": one.why}
    if one.level:
        said["level"] = one.level
    if not one.retro:
        said["retro"] = False
    return said
