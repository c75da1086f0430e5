"""Whatever the product notices leads to an advice card, and no card lies on the shelf for nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from hinomi.deliver.report import actions
from hinomi.library import catalog
from hinomi.library.contracts import Kind, UtmCategory
from hinomi.library.detections import page
from hinomi.ocsf.classes import RANSOMWARE, AnalyticTypeId, ClassUid
from hinomi.ocsf.schema import conform
from hinomi.pipeline import health
from hinomi.pipeline.correlate import aspect, fault, policy, sighting
from hinomi.pipeline.health import protection
from hinomi.pipeline.intelligence.indicator import Indicator, Purpose
from hinomi.pipeline.intelligence.indicator import Kind as IndicatorKind
from hinomi.pipeline.intelligence.judging import Way, advice_of

CARDS = catalog.cards()
BY_HAND = {"rejects"}
"""What no finding leads to: the page of unreadable records is worked on by the desk."""


def of_rules() -> dict[str, str]:
    """Sigma rules and correlations by name."""
    return {name: rule["hinomi"]["advice"] for name, rule in page.rules().items()}


def of_code(path: Path) -> set[str]:
    """Keys of cards among the words of a module that makes notables."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = {word.value for word in ast.walk(tree) if isinstance(word, ast.Constant) and isinstance(word.value, str)}
    return words & CARDS.keys()


def modules() -> Iterator[Path]:
    for marker in ("behaviour.py", "fault.py"):
        yield from (folder / marker for folder in catalog.folders("detections", marker).values())
    yield from (path for path in sorted(Path(health.__file__).parent.glob("*.py")) if "test_" not in path.name)


def noted(path: Path) -> bool:
    return "Notable(" in path.read_text(encoding="utf-8")


def of_sensors() -> set[str]:
    """What a finding of any source, category and type is, whoever found it."""
    vendor = {"class_uid": int(ClassUid.DETECTION_FINDING), "finding_info.analytic.type_id": int(AnalyticTypeId.VENDOR)}
    said: list[dict[str, object]] = [
        {},
        {"class_uid": int(ClassUid.EMAIL_ACTIVITY)},
        {"malware.name": "x"},
        {"malware.name": "x", "malware.classification_ids": [RANSOMWARE]},
        *({"finding_info.attacks.technique.uid": [one]} for one in (*aspect.BY_TECHNIQUE, "T1566")),
        *({"utm_category": str(category)} for category in UtmCategory),
        *({"finding_info.types": [one]} for one in (*aspect.BY_TYPE, "何か別のもの")),
    ]
    rows = [vendor | {"source": name} | one for name in catalog.manifests() for one in said]
    found = conform(pl.DataFrame(rows, infer_schema_length=None)).select(aspect.aspect().alias("card"))
    return set(found["card"])


def test_every_rule_of_the_shelf_has_a_card():
    assert {name: key for name, key in of_rules().items() if key not in CARDS} == {}


@pytest.mark.parametrize(
    "path", [path for path in modules() if noted(path)], ids=lambda path: "/".join(path.parts[-2:])
)
def test_every_behaviour_fault_and_watch_finding_has_a_card(path: Path):
    assert of_code(path)


def test_what_is_wrong_with_a_protection_has_a_card_of_its_own():
    assert protection.TITLES.keys() <= CARDS.keys()


def test_every_category_of_a_utm_has_a_card():
    assert set(aspect.BY_CATEGORY) == set(UtmCategory)
    assert set(aspect.BY_CATEGORY.values()) <= CARDS.keys()


def test_a_finding_of_every_source_of_every_kind_has_a_card():
    assert {manifest.kind for manifest in catalog.manifests().values()} == set(Kind)
    assert of_sensors() <= CARDS.keys()


def test_every_hit_of_an_indicator_has_a_card():
    said = [Indicator(IndicatorKind.IP, "203.0.113.66", purpose=purpose) for purpose in Purpose]

    assert {advice_of(way, one)[0] for way in Way for one in said} <= CARDS.keys()


def test_every_kind_of_story_has_a_card():
    named = {*policy.STAGES, *policy.BY_GRAVITY, *policy.ASKED, *policy.FAKE, *policy.TAKING, *policy.GATHERING}
    stories = {"malware_chain", "support_scam", fault.KIND, actions.FAULT, actions.SILENT}

    assert named | stories | set(sighting.ALWAYS_BACKGROUND) <= CARDS.keys()


def test_no_card_is_there_for_nothing():
    led = {*of_rules().values(), *of_sensors(), "malware_chain", fault.KIND, actions.SILENT}
    led = led.union(*(of_code(path) for path in modules() if noted(path)))

    assert CARDS.keys() - led == BY_HAND
