"""Which rules cannot run, and why: known for every pack, also for those that are off."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from hinomi.lake.landing import write_durably
from hinomi.pipeline.detect.sigma import Refused, cache, load
from hinomi.pipeline.rules.cards import SHELF, RuleCard
from hinomi.pipeline.rules.selection import values

CACHE = ".refused.json"
AT_ONCE = 400
"""Files of which the reasons are found while somebody waits; a larger pack is left to the background."""


@dataclass(frozen=True)
class Refusals:
    """Reasons by file and rule; ``unknown``: packs that nobody has looked at since they changed."""

    found: Mapping[str, tuple[Refused, ...]]
    unknown: frozenset[str] = frozenset()

    def of(self, card: RuleCard) -> Refused | None:
        """Why this rule cannot run; a reason that names no rule of its file is that of every rule in it."""
        here = self.found.get(card.path, ())
        named = {card.id, card.title}
        return next((one for one in here if one.rule in named), None) or next(
            (one for one in here if one.rule == Path(card.path).name), None
        )

    @property
    def count(self) -> int:
        return sum(map(len, self.found.values()))


class Examiner:
    """Tries packs out, each together with the shelf, and keeps what came of it beside the rules."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cache = folder, folder / CACHE
        self.known: dict[str, tuple[str, tuple[Refused, ...]]] | None = None

    def examine(self, cards: Iterable[RuleCard], at_once: int | None = None) -> Refusals:
        """The reasons for these rules; a pack that changed is tried now unless it has more than ``at_once`` files."""
        known = self.kept()
        packs: dict[str, dict[str, None]] = {}
        dangerous: dict[str, Refused] = {}
        for card in cards:
            if card.danger:
                dangerous[card.path] = Refused(Path(card.path), card.title, card.danger, card.line)
            else:
                packs.setdefault(card.pack, {})[card.path] = None
        shelf, placed = packs.get(SHELF, {}), values(self.folder)
        unknown, changed = set(), False
        for pack, paths in packs.items():
            together = shelf | paths
            mark = fingerprint(together, repr(placed))
            if pack in known and known[pack][0] == mark:
                continue
            if at_once is not None and len(paths) > at_once:
                unknown.add(pack)
                continue
            made = cache.load if pack == SHELF else load  # the shelf's is the set that runs: it is kept compiled
            refused = made([path for path in map(Path, together) if path.exists()], placed).refused
            known[pack] = (mark, tuple(one for one in refused if str(one.path) in paths))
            changed = True
        if changed:
            self.keep(known)
        found: dict[str, list[Refused]] = {path: [refused] for path, refused in dangerous.items()}
        for pack, (_, refused) in known.items():
            for one in refused if pack in packs and pack not in unknown else ():
                found.setdefault(str(one.path), []).append(one)
        return Refusals({path: tuple(reasons) for path, reasons in found.items()}, frozenset(unknown))

    def kept(self) -> dict[str, tuple[str, tuple[Refused, ...]]]:
        """Read every time: another process may have tried a pack meanwhile."""
        try:
            document = orjson.loads(self.cache.read_bytes())
            return {
                pack: (mark, tuple(Refused(Path(path), rule, reason, line) for path, rule, reason, line in reasons))
                for pack, (mark, reasons) in document.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return dict(self.known or {})

    def keep(self, known: dict[str, tuple[str, tuple[Refused, ...]]]) -> None:
        self.known = known
        document = {
            pack: (mark, [(str(one.path), one.rule, one.reason, one.line) for one in reasons])
            for pack, (mark, reasons) in known.items()
        }
        try:
            write_durably(self.cache, orjson.dumps(document))
        except OSError:  # a folder that cannot be written costs time and nothing else
            return


def fingerprint(paths: Iterable[str], placed: str) -> str:
    digest = hashlib.sha256(placed.encode())
    for path in paths:
        try:
            about = Path(path).stat()
        except FileNotFoundError:
            continue
        digest.update(f"{path}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


_examiners: dict[Path, Examiner] = {}


def refusals(folder: Path, cards: Iterable[RuleCard], at_once: int | None = None) -> Refusals:
    """The reasons for the rules of a folder ``DATA/rules`` and of the shelf."""
    return _examiners.setdefault(folder, Examiner(folder)).examine(cards, at_once)
