"""Why something is asked again, in Japanese for an incident's history; pages word it themselves."""

from datetime import datetime

from hinomi.incidents.review.likeness import Beyond, Facet
from hinomi.incidents.review.models import Decision

NEW = {
    Facet.THINGS: "対象",
    Facet.RULES: "検知ルール",
    Facet.PROGRAMS: "プログラム",
    Facet.ENDS: "通信先",
    Facet.HOSTS: "機器の種類",
    Facet.OUTCOMES: "結果(止めた・通した)",
    Facet.DEVICES: "機器",
    Facet.STAGES: "進んだ段階",
}
NAMED = 2
"""Values of a facet that are named."""


def asked_again(decision: Decision, new: Beyond, now: datetime) -> str:
    said = [f"新しい{NEW[facet]}: {some(values)}" for facet, values in new.facets.items()]
    if new.graver:
        said.insert(0, "より重大")
    if not decision.stands(now):
        said.insert(0, "判断の期限切れ" if decision.ended is None else "判断の取り消し")
    return f"判断 {decision.uid} のあとに変わりました({'、'.join(said)})。もう一度確認します。"


def some(values: frozenset[str]) -> str:
    shown = sorted(values)
    more = f" ほか{len(shown) - NAMED}件" if len(shown) > NAMED else ""
    return "、".join(one[:60] or "記録に名前がない" for one in shown[:NAMED]) + more
