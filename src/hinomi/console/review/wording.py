"""What the review pages call the parts of a context; Japanese here, English in ``locale/en``."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hinomi.console.incidents.wording import STAGES
from hinomi.console.shell.text import visible
from hinomi.console.shell.words import Words
from hinomi.incidents.review.clusters import Again
from hinomi.incidents.review.likeness import PASSED, STOPPED, UNKNOWN, UNSTATED, Facet, Facets, Likeness
from hinomi.library.harmless import defanged, defanged_host
from hinomi.tenants.models import MachineRole

FACETS: dict[Facet, Words] = {
    Facet.THINGS: _("対象"),
    Facet.RULES: _("検知ルール"),
    Facet.PROGRAMS: _("プログラム"),
    Facet.ENDS: _("通信先"),
    Facet.HOSTS: _("機器の種類"),
    Facet.OUTCOMES: _("機器の対処"),
    Facet.DEVICES: _("どの機器か"),
    Facet.STAGES: _("進んだ段階"),
}
VALUES: dict[Facet, dict[str, Words]] = {
    Facet.HOSTS: {UNSTATED: _("PC"), **dict(MachineRole.choices)},
    Facet.OUTCOMES: {STOPPED: _("止めた"), PASSED: _("止めていない")},
    Facet.STAGES: dict(STAGES),
}

NAMELESS: Words = _("記録に名前がない")
NAMED = 3
"""New values that are named in a few words."""


@dataclass(frozen=True)
class Value:
    words: Words
    is_new: bool = False
    """It was not there when something like this was decided before."""
    also: str = ""
    """The id of what the words name."""


@dataclass(frozen=True)
class Part:
    """One line of a context."""

    name: Words
    values: tuple[Value, ...]


def context(one: Likeness, new: Facets, titles: Mapping[str, str]) -> list[Part]:
    """What it is made of, as far as anything is known; what is new comes first. ``titles`` are of rules."""
    parts = []
    for facet, name in FACETS.items():
        fresh = new.get(facet, frozenset())
        told = one.of(facet) - ({UNKNOWN} - fresh)
        values = sorted(told, key=lambda value: (value not in fresh, value))
        if values:
            known = titles if facet is Facet.RULES else {}
            parts.append(Part(name, tuple(worded(facet, value, value in fresh, known) for value in values)))
    return parts


def worded(facet: Facet, value: str, is_new: bool, titles: Mapping[str, str]) -> Value:
    if value in titles:
        return Value(defanged(visible(titles[value])), is_new, value)
    return Value(said(facet, value), is_new)


def why(again: Again) -> str:
    """Why something is asked again that was decided before, in a few words."""
    parts: list[str] = []
    if again.is_over:
        parts.append(str(_("前の判断は取り消されました") if again.decision.ended else _("前の判断の期限が来ました")))
    if again.new.graver:
        parts.append(str(_("前より重大です")))
    for facet, values in again.new.facets.items():
        named = [str(said(facet, value)) for value in sorted(values)]
        more = gettext(" ほか%(count)s件") % {"count": len(named) - NAMED} if len(named) > NAMED else ""
        parts.append(
            gettext("新しい%(what)s: %(values)s") % {"what": FACETS[facet], "values": ", ".join(named[:NAMED]) + more}
        )
    return " / ".join(parts)


def said(facet: Facet, value: str) -> Words:
    known = VALUES.get(facet, {}).get(value) if value else NAMELESS
    if known is not None:
        return known
    return defanged_host(visible(value)) if facet is Facet.ENDS else defanged(visible(value))
