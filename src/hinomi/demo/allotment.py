"""Shares the truth out: how many lines of each kind each sensor writes in each month."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from zlib import crc32

import numpy as np

from hinomi.demo import truth
from hinomi.demo.programme import MONTHS, SensorPlan, sensors

SEED = 43
Counts = dict[tuple[str, date], dict[str, int]]
"""Sensor and month to kind of line to count."""


@dataclass(frozen=True)
class Share:
    """What one sensor writes in one month; ``counts`` are detections, ``ordinary`` the lines of daily work."""

    plan: SensorPlan
    month: date
    counts: dict[str, int]
    ordinary: int


@cache
def shares(seed: int = SEED) -> tuple[Share, ...]:
    """Every sensor's share, month by month."""
    counts = _counts(seed)
    return tuple(_share(plan, month, counts, seed) for month in MONTHS for plan in sensors() if plan.observed(month))


def _share(plan: SensorPlan, month: date, counts: Counts, seed: int) -> Share:
    own = counts[plan.sensor, month]
    return Share(plan, month, own, _ordinary(plan, month, own, generator(seed, "ordinary", plan.sensor, str(month))))


def generator(seed: int, *names: str) -> np.random.Generator:
    """Random numbers of their own for each name, the same in every run."""
    return np.random.default_rng([seed, *(crc32(name.encode()) for name in names)])


def _counts(seed: int) -> Counts:
    """The study's detections, and the few of sensors outside it."""
    result: Counts = defaultdict(dict)
    for kind, rows in (("utm", truth.UTM), ("edr", truth.EDR)):
        for row in rows:
            for month, total, companies in zip(MONTHS, row.counts, row.companies, strict=True):
                ranked = _ranked(seed, kind, row.order, month)[:companies]
                _put(result, row.category, month, _uneven(seed, row.category, ranked, month, total))
    _add_breakdown(result, seed, "waf", truth.WAF)
    _add_breakdown(result, seed, "mail", truth.MAIL)
    for plan in sensors():
        for month in MONTHS if not plan.in_study else ():
            result[plan.sensor, month] = _few(plan, generator(seed, "few", plan.sensor, str(month)))
    faulty = _ranked(seed, "utm", "ips", MONTHS[0])[0]
    result[faulty, truth.FAULT.month][truth.LAND] = truth.FAULT.count
    return result


def _put(result: Counts, category: str, month: date, counts: dict[str, int]) -> None:
    for sensor, count in counts.items():
        if count:
            result[sensor, month][category] = count


def _ranked(seed: int, kind: str, order: str, month: date) -> list[str]:
    """The study's sensors of a kind that stand in a month, in an order that stays from month to month."""
    standing = [plan for plan in sensors() if plan.in_study and plan.kind == kind]
    rank = generator(seed, kind, order).permutation(len(standing))
    return [standing[place].sensor for place in rank.tolist() if standing[place].observed(month)]


def _uneven(seed: int, category: str, ranked: Sequence[str], month: date, total: int) -> dict[str, int]:
    """``total`` over sensors: one at least for each, the rest mostly to the first."""
    if not total:
        return {}
    rng = generator(seed, category, str(month))
    weights = rng.lognormal(sigma=0.4, size=len(ranked)) / np.arange(1, len(ranked) + 1) ** 1.1
    rest = rng.multinomial(total - len(ranked), weights / weights.sum())
    return {sensor: 1 + count for sensor, count in zip(ranked, rest.tolist(), strict=True)}


def _add_breakdown(result: Counts, seed: int, kind: str, table: truth.Breakdown) -> None:
    """Deals the kinds of three months to months and sensors so that both margins hold."""
    for month, kinds in zip(MONTHS, _dealt(seed, kind, table), strict=True):
        for category, total in kinds.items():
            if kind == "mail":
                _put(result, category, month, _mail(month, total))
            else:
                ranked = _ranked(seed, kind, kind, month)
                _put(result, category, month, _uneven(seed, category, ranked, month, total))


def _dealt(seed: int, kind: str, table: truth.Breakdown) -> Iterator[dict[str, int]]:
    names = list(table.kinds)
    deck = generator(seed, kind).permutation(np.repeat(np.arange(len(names)), list(table.kinds.values())))
    for hand in np.split(deck, np.cumsum(table.months)[:-1]):
        yield dict(zip(names, np.bincount(hand, minlength=len(names)).tolist(), strict=True))


FEW = {
    "fortinet_fortigate": {"virus": 2, "ips": 6, "webfilter": 12, "app-ctrl": 6, "emailfilter": 5},
    "keepeye": {"アプリから別アプリを起動": 3},
    "cloud_mail_security": {"スパムメール対策": 15, "不正プログラム検索": 4},
}
"""The most that a sensor outside the study finds in a month."""


def _few(plan: SensorPlan, rng: np.random.Generator) -> dict[str, int]:
    drawn = {kind: int(rng.integers(0, most + 1)) for kind, most in FEW[plan.source].items()}
    return {kind: count for kind, count in drawn.items() if count}


def _mail(month: date, total: int) -> dict[str, int]:
    """``total`` mails over the companies with mail security, by their size."""
    standing = sorted((p for p in sensors() if p.in_study and p.kind == "mail"), key=lambda plan: plan.since)
    standing = [plan for plan in standing if plan.observed(month)]
    first = total if len(standing) == 1 else round(total * truth.MAIL_WEIGHTS[0])
    return {plan.sensor: count for plan, count in zip(standing, (first, total - first), strict=False)}


def _ordinary(plan: SensorPlan, month: date, own: dict[str, int], rng: np.random.Generator) -> int:
    """How much a sensor writes of what is no detection; mails of the study are counted in the report."""
    machines = len(plan.hosts)
    if plan.kind == "mail" and plan.in_study:
        received = _mail(month, truth.MAIL_RECEIVED[MONTHS.index(month)])[plan.sensor]
        return received - sum(own.values())
    usual = {
        "trendmicro_cloud_edge": 3000 + 50 * machines,
        "fortinet_fortigate": 1500 + 25 * machines,
        "keepeye": 250 + 18 * machines,
        "modsecurity": 2500,
        "cloud_mail_security": 25 * machines,
    }[plan.source]
    return int(usual * rng.uniform(0.8, 1.25))
