"""Everything that makes findings here: the id that its findings carry, and by what other names people know it."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from hinomi.app import place
from hinomi.app.intelligence import shelf
from hinomi.library import catalog
from hinomi.pipeline.intelligence.findings import RULE
from hinomi.pipeline.rules import cards

MOST = 5
ALIKE = 0.5
"""How alike two names must be, as difflib counts it."""
SEEN = """
SELECT DISTINCT "finding_info.analytic.uid" AS rule, "finding_info.analytic.name" AS name FROM findings
WHERE "finding_info.analytic.uid" IS NOT NULL
"""


def rule_names(data_dir: Path) -> dict[str, set[str]]:
    """Ids to titles and, for what lies on the shelf, the folder's name."""
    names = {card.id: {card.title, Path(card.path).parent.name} for card in cards(data_dir / "rules")}
    names |= {f"verdict/{name}": set(one.title.values()) for name, one in catalog.manifests().items()}
    names |= {one.name: set(one.title.values()) for one in catalog.behaviours()}
    names |= {one.name: set(one.title.values()) for one in catalog.fault_rules()}
    names |= {f"{RULE}/{feed}": {feed} for feed in shelf(data_dir).names()}
    for row in place.lake(data_dir).ask_population(SEEN).rows():
        names.setdefault(row["rule"], set()).add(row["name"] or "")
    return names


def nearest(asked: str, names: Mapping[str, set[str]]) -> list[str]:
    """Ids whose own or other names are like what was asked for, the likest first, each with its names."""
    ids: dict[str, str] = {}
    for rule, others in names.items():
        ids |= dict.fromkeys((name.lower() for name in (rule, *others) if name), rule)
    like = get_close_matches(asked.lower(), ids, n=MOST, cutoff=ALIKE)
    return [f"{rule} ({'、'.join(sorted(names[rule]))})" for rule in dict.fromkeys(ids[name] for name in like)]
