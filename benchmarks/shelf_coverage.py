"""Which recordings of attacks our shelf sees alone, of those that public rules see at level medium or higher.

    .venv/bin/python benchmarks/shelf_coverage.py [--corpus ../shared/corpus] [--missed] [--evtx DIR --rules DIR]

``--evtx`` and ``--rules`` take other folders than those of the corpus. A recording counts as seen if any rule
fires on one of its events: a rule of ours of any level, a public one of level medium or higher. ``--missed`` lists
the recordings that we do not see, with the public rules that do.
"""

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from hinomi.library import catalog
from hinomi.library.contracts import Context
from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import RuleSet, load

SOURCE = "windows_evtx"
CORPUS = Path(os.environ.get("HINOMI_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
CONTEXT = Context(ZoneInfo("UTC"), datetime(2022, 12, 1))

Seen = dict[str, Counter[str]]
"""Recordings to the titles of the rules that fired on them, with how often."""


@dataclass(frozen=True)
class Coverage:
    """``theirs`` and ``ours``: what public rules and the shelf see, by recording (path below the folder)."""

    theirs: Seen
    ours: Seen

    @property
    def missed(self) -> list[str]:
        return sorted(self.theirs.keys() - self.ours.keys())

    @property
    def share(self) -> float:
        """Of the recordings that public rules see, the part that the shelf sees too; 1.0 if they see none."""
        return 1 - len(self.missed) / len(self.theirs) if self.theirs else 1.0

    def by_folder(self) -> Iterator[tuple[str, int, int]]:
        """Each folder with the recordings that public rules see, and how many of them we see."""
        theirs = Counter(folder(name) for name in self.theirs)
        ours = Counter(folder(name) for name in self.theirs if name in self.ours)
        yield from ((name, theirs[name], ours[name]) for name in sorted(theirs))


def folder(name: str) -> str:
    return name.rpartition("/")[0] or "."


def recordings(evtx: Path) -> pl.DataFrame:
    """Every event of every ``.evtx`` below a folder; ``raw_ref`` is the path of its recording."""
    normalize = catalog.source(SOURCE)
    frames = []
    for path in sorted(evtx.rglob("*.evtx")):
        events = conform(normalize(path.read_bytes(), CONTEXT).events.drop("line"))
        frames.append(events.with_columns(source=pl.lit(SOURCE), raw_ref=pl.lit(path.relative_to(evtx).as_posix())))
    events = pl.concat(frames)
    return events.with_columns(pl.int_range(events.height).cast(pl.String).alias("metadata.uid"))


def seen(rules: RuleSet, events: pl.DataFrame, least: SeverityId) -> Seen:
    found: Seen = defaultdict(Counter)
    hits = rules.match(events).filter(pl.col("severity_id") >= int(least))
    names = dict(events.select("metadata.uid", "raw_ref").iter_rows())
    for related, title in hits.select("finding_info.related_events", "finding_info.title").iter_rows():
        found[names[related[0]]][title] += 1
    return dict(found)


def measure(evtx: Path, public: Iterable[Path]) -> Coverage:
    """Reads the recordings and runs both sets of rules over them."""
    events = recordings(evtx)
    theirs = seen(load(public), events, SeverityId.MEDIUM)
    return Coverage(theirs, seen(load(catalog.sigma_rules()), events, SeverityId.INFORMATIONAL))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--evtx", type=Path, help="folder of recordings (default: evtx of the corpus)")
    parser.add_argument(
        "--rules", type=Path, help="folder of public rules (default: sigma/rules/windows of the corpus)"
    )
    parser.add_argument("--missed", action="store_true")
    given = parser.parse_args()
    coverage = measure(
        given.evtx or given.corpus / "evtx", [given.rules or given.corpus / "sigma" / "rules" / "windows"]
    )
    for name, theirs, ours in coverage.by_folder():
        print(f"{ours:4} of {theirs:4}  {name}")
    print(f"{len(coverage.theirs) - len(coverage.missed)} of {len(coverage.theirs)} recordings: {coverage.share:.1%}")
    print(f"{len(coverage.ours.keys() - coverage.theirs.keys())} more that no public rule of that level sees")
    for name in coverage.missed if given.missed else ():
        print(name)
        for title, times in coverage.theirs[name].most_common():
            print(f"    {times:5}  {title}")


if __name__ == "__main__":
    main()
