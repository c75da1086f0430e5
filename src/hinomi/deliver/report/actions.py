"""What the company is asked to do, and the month's mark: from incidents, faulty devices and silent sensors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hinomi.deliver.report.facts import IncidentFacts, TenantFacts
from hinomi.deliver.report.monthly import Action, Coverage, Mark, Outcome
from hinomi.deliver.report.questions import Machine
from hinomi.library.contracts import Card
from hinomi.library.harmless import filled, harmless_slots, visible
from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.incident import Exclusion

MOST = 3
FAULT, SILENT = "device_fault", "sensor_silent"
"""Cards that no finding calls for."""
LEVELS = ("act_now", "act_today", "check", "know")
"""Levels of advice cards, the most pressing first."""


@dataclass(frozen=True)
class Occasion:
    """A reason to act: the card's key, and what fills its slots."""

    key: str
    severity_id: int
    host: str = ""
    address: str = ""
    user: str = ""
    detail: str = ""

    @property
    def where(self) -> str:
        place = visible(self.host or self.address, 40)
        who = visible(self.user, 30)
        return f"{place}({who} さん)" if place and who else place or (f"{who} さん" if who else "")

    @property
    def slots(self) -> dict[str, str]:
        return harmless_slots(self.host, self.address, self.user, self.detail, 50)


def of_incidents(incidents: Iterable[IncidentFacts]) -> Iterator[Occasion]:
    """Those that are still open."""
    for it in incidents:
        if it.is_open:
            yield Occasion(it.kind, it.severity_id, it.host, it.address, it.user, it.detail or it.title)


def of_faults(exclusions: Iterable[Exclusion], machines: Mapping[int, Machine]) -> Iterator[Occasion]:
    """Devices at fault; ``machines`` are those the findings set aside name, by the exclusion's place."""
    for number, it in enumerate(exclusions):
        machine = machines.get(number, Machine(it.sensor, ""))
        detail = f"{it.signature} {it.count:,}件"
        yield Occasion(FAULT, SeverityId.LOW, machine.host or machine.address, machine.address, detail=detail)


def of_silence(rows: Iterable[Coverage]) -> Iterator[Occasion]:
    """Sensors that fell silent and did not come back."""
    for row in rows:
        if row.fell_silent:
            last = f"{row.last.year}年{row.last.month}月{row.last.day}日" if row.last else "一度も届いていません"
            yield Occasion(SILENT, SeverityId.LOW, row.title, detail=last)


def actions(tenant: TenantFacts, reasons: Sequence[Occasion], cards: Mapping[str, Card]) -> list[Action]:
    """One action a card, the most pressing first; what calls for the same steps is told once, for all places.

    An occasion without a card is left to the analyst, who sees it in the queue.
    """
    grouped: dict[str, list[Occasion]] = {}
    for reason in sorted(reasons, key=lambda reason: -reason.severity_id):
        if reason.key in cards and cards[reason.key].level != LEVELS[-1]:
            grouped.setdefault(reason.key, []).append(reason)
    gravest = sorted(grouped, key=lambda key: (LEVELS.index(cards[key].level), -grouped[key][0].severity_id))
    return [action(tenant, cards[key], grouped[key]) for key in gravest]


def action(tenant: TenantFacts, card: Card, group: Sequence[Occasion]) -> Action:
    places = list(dict.fromkeys(reason.where for reason in group if reason.where))
    given = group[0].slots

    def text(ja: str, longest: int = 130) -> str:
        return visible(filled(ja, given), longest)

    return Action(
        title=text(card.title["ja"], 40),
        where="、".join(places[:2]) + (f" ほか{len(places) - 2}か所" if len(places) > 2 else ""),
        happened=text(card.happened["ja"]),
        steps=tuple(text(step) for step in card.steps["ja"][:4]),
        avoid=text(card.avoid["ja"]),
        within=text(card.within["ja"], 40),
        contact="・".join(filter(None, (text(card.contact["ja"], 80), visible(tenant.contact, 60)))),
        level=card.level,
    )


def mark(heard: bool, asked: Sequence[Action], outcomes: Iterable[Outcome]) -> Mark:
    """The month in one sign; nothing heard is never calm."""
    if not heard:
        return Mark.BLIND
    if any(action.level == LEVELS[0] for action in asked):
        return Mark.ACT
    if asked:
        return Mark.CHECK
    return Mark.STOPPED if any(outcome.stopped or outcome.marked for outcome in outcomes) else Mark.CALM


def summary(sign: Mark, asked: Sequence[Action], outcomes: Sequence[Outcome], gaps: bool) -> str:
    """One or two sentences beside the mark."""
    stopped = sum(outcome.stopped for outcome in outcomes)
    held = f"この1か月で{stopped:,}件を機器が止めました。" if stopped else "機器が止めた攻撃はありませんでした。"
    blind = "ただし、記録が届かず見えていない期間があります。" if gaps else ""
    if sign is Mark.BLIND:
        return "この月の記録は、どの機器からも届いていません。異常がないのではなく、見えていない状態です。"
    if sign is Mark.ACT:
        return f"すぐに対応が必要なことが見つかりました。下の「していただくこと」を1から順に行ってください。{blind}"
    if sign is Mark.CHECK:
        return f"{held}下の{len(asked)}点を確認してください。{blind}"
    if sign is Mark.STOPPED:
        return f"{held}していただくことはありません。{blind}"
    noted = sum(outcome.noted for outcome in outcomes)
    seen = f"見つけて記録したものが{noted:,}件ありますが、" if noted else "気になる動きも見つかっていません。"
    return f"{held}{seen}していただくことはありません。{blind}"
