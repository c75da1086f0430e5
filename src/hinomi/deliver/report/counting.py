"""Arithmetic over what the lake answered: items, months and days of one company."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hinomi.deliver.report.facts import SensorFacts
from hinomi.deliver.report.monthly import Comparison, Day, Outcome
from hinomi.deliver.report.questions import Counted
from hinomi.deliver.report.wording import BY_RULE, COUNT, KINDS, PLAIN, RULES, SCAN, SCANS, STOPPED
from hinomi.library.contracts import Kind, UtmCategory
from hinomi.ocsf.classes import DispositionId
from hinomi.ocsf.incident import Exclusion
from hinomi.study.ledger import Text
from hinomi.study.middle import Middles
from hinomi.study.months import Month
from hinomi.study.population import COUNTED

Item = tuple[str, str | None]
"""Device and category: what is counted."""

UTM = KINDS[Kind.UTM]
UNKNOWN = "そのほかの機器"


@dataclass(frozen=True)
class Counts:
    """Findings of two months and the days on which sensors were heard; ``exclusions`` are set aside."""

    sensors: Sequence[SensorFacts]
    counted: Sequence[Counted]
    heard: Mapping[str, frozenset[date]]
    exclusions: Sequence[Exclusion]

    def device(self, sensor: str) -> str:
        kind = next((known.kind for known in self.sensors if known.sensor == sensor), None)
        return KINDS.get(kind, UNKNOWN) if kind else UNKNOWN

    def item(self, row: Counted) -> Item:
        if not row.verdict:
            return RULES, None
        device = self.device(row.sensor)
        return device, (row.category or SCAN) if device == UTM else None

    def within(self, month: Month) -> Iterator[Counted]:
        return (row for row in self.counted if Month.of(row.day) == month)

    def kept(self, month: Month) -> Iterator[tuple[Item, Counted]]:
        """Findings of the month that count, and what they count for."""
        return ((self.item(row), row) for row in self.within(month) if row.exclusion is None)

    def heard_days(self, device: str, month: Month) -> set[date]:
        """Days of the month on which a sensor of this device was heard; of any, for our own detections."""
        return {
            day
            for sensor, days in self.heard.items()
            if device in (RULES, self.device(sensor))
            for day in days
            if Month.of(day) == month
        }

    def devices(self) -> list[str]:
        """Devices of the company, in the order of the report."""
        known = {self.device(sensor.sensor) for sensor in self.sensors}
        known |= {self.device(row.sensor) for row in self.counted}
        return [device for device in (*KINDS.values(), UNKNOWN) if device in known]

    def aside(self, month: Month, item: Item | None = None) -> tuple[Exclusion, ...]:
        """Exclusions that touch the month (and the item), each with the count it takes away there."""
        covered: Counter[int] = Counter()
        for row in self.within(month):
            if row.exclusion is not None and item in (None, self.item(row)):
                covered[row.exclusion] += row.hits
        return tuple(replace(self.exclusions[number], count=hits) for number, hits in sorted(covered.items()))


def outcomes(counts: Counts, month: Month) -> tuple[Outcome, ...]:
    """What became of the month's detections, most of them first."""
    totals: dict[Item, Counter[str]] = {}
    for item, row in counts.kept(month):
        totals.setdefault(item, Counter())[fate(row.disposition)] += row.hits
    rows = [
        Outcome(PLAIN.get(item, item[0]), fates["stopped"], fates["marked"], fates["noted"])
        for item, fates in totals.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.words)))


def fate(disposition: int | None) -> str:
    if disposition in STOPPED:
        return "stopped"
    return "marked" if disposition == DispositionId.TAGGED else "noted"


def comparisons(counts: Counts, month: Month, middles: Middles) -> tuple[Comparison, ...]:
    """This month, the month before and the programme's middle, for everything the company's devices count."""
    before = month.plus(-1)
    now, then = totals(counts, month), totals(counts, before)
    return tuple(
        Comparison(
            device=item[0],
            category=item[1],
            count=now[item] if counts.heard_days(item[0], month) or now[item] else None,
            before=then[item] if counts.heard_days(item[0], before) or then[item] else None,
            middle=middles.get((*item, str(month))),
            definition=definition(item),
            aside=counts.aside(month, item),
        )
        for item in items(counts, now | then)
    )


def totals(counts: Counts, month: Month) -> Counter[Item]:
    found: Counter[Item] = Counter()
    for item, row in counts.kept(month):
        found[item] += row.hits
    return found


def items(counts: Counts, found: Counter[Item]) -> list[Item]:
    """What the report lists: the study's items for the company's devices, and what else was found."""
    extra = [item for item in ((UTM, UtmCategory.URL_CATEGORY.value), (UTM, SCAN)) if found[item]]
    listed: list[Item] = []
    for device in counts.devices():
        listed += [*((UTM, name) for name in COUNTED), *extra] if device == UTM else [(device, None)]
    return [*listed, (RULES, None)] if found[RULES, None] else listed


def definition(item: Item) -> Text:
    if item[0] == RULES:
        return BY_RULE
    return SCANS if item[1] == SCAN else COUNT


def days(counts: Counts, month: Month) -> tuple[Day, ...]:
    """Every device and day of the month; a device that was not there yet has no row."""
    hits: Counter[tuple[str, date]] = Counter()
    for (device, _), row in counts.kept(month):
        hits[device, row.day] += row.hits
    rows = []
    for device in [*counts.devices(), RULES]:
        heard = counts.heard_days(device, month)
        if device == RULES and not any(hits[RULES, day] for day in month.days()):
            continue
        for day in month.days():
            rows.append(Day(day, device, hits[device, day], day in heard))
    return tuple(rows)
