"""The programme's middle value, beside which a company sees its own count."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from hinomi.study.detections import ITEMS, UTM
from hinomi.study.tally import Tally

SMALLEST_COHORT = 5
"""With fewer companies observed a middle value would tell one company about another; it is not given."""


@dataclass(frozen=True)
class Middle:
    """Median over the companies observed, those with none detected included; ``value`` None: too few companies."""

    value: Fraction | None
    companies: int


Middles = dict[tuple[str, str | None, str], Middle]
"""By device, UTM category (or None) and month (``2022-12``)."""


def middles(answers: Tally) -> Middles:
    """The middle of every item and month; a company counts once, however many sensors it has."""
    counts: defaultdict[tuple[str, str | None, str], Counter[str]] = defaultdict(Counter)
    for verdict in answers.counted():
        category = verdict.category if verdict.device == UTM else None
        counts[verdict.device, category, verdict.month][verdict.tenant] += verdict.hits
    return {
        (device, category, str(month)): middle(
            [counts[device, category, str(month)][tenant] for tenant in answers.companies(device, str(month))]
        )
        for device, category in ITEMS
        for month in answers.study.months
    }


def middle(values: list[int]) -> Middle:
    if len(values) < SMALLEST_COHORT:
        return Middle(None, len(values))
    return Middle(Fraction(median(values)), len(values))
