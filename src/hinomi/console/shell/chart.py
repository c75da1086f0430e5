"""Small charts of a month: detections a day, one chart a device, for their scales differ by thousands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

INK, RULE, BLIND, BAR = "#333333", "#cccccc", "#e6e6e6", "#3460fb"
"""solid-gray-800, -200, -100 and blue-600 of the design tokens."""


@dataclass(frozen=True)
class Bar:
    """Detections of a local day; ``heard`` is False where nothing at all was heard, so that 0 may be blind."""

    day: date
    hits: int
    heard: bool = True


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite chart for the page; ``id`` names the element that holds its spec."""

    id: str
    device: str
    total: int
    blind: int
    """Days on which nothing was heard."""
    spec: dict[str, Any]


def charts(series: Mapping[str, Sequence[Bar]]) -> list[Chart]:
    """One chart for each device (as the study names it)."""
    return [
        Chart(
            f"chart-{number}",
            device,
            sum(bar.hits for bar in bars),
            sum(not bar.heard for bar in bars),
            spec(bars),
        )
        for number, (device, bars) in enumerate(series.items(), start=1)
    ]


def spec(bars: Sequence[Bar]) -> dict[str, Any]:
    """A Vega-Lite 6 spec, its titles in the reader's language."""
    x = {"field": "day", "type": "ordinal", "timeUnit": "utcdate", "title": None}
    y = {
        "field": "hits",
        "type": "quantitative",
        "title": None,
        "axis": {"tickCount": 3, "format": ",d", "tickMinStep": 1},
        "scale": {"domain": [0, max([1, *(bar.hits for bar in bars)])]},
    }
    tooltip = [
        {"field": "day", "type": "nominal", "title": _("日")},
        {"field": "hits", "type": "quantitative", "title": _("検知"), "format": ","},
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": 96,
        "autosize": {"type": "fit", "contains": "padding", "resize": True},
        "background": None,
        "data": {"values": [{"day": bar.day.isoformat(), "hits": bar.hits, "heard": bar.heard} for bar in bars]},
        "layer": [
            {
                "transform": [{"filter": "!datum.heard"}],
                "mark": {"type": "rect", "color": BLIND},
                "encoding": {"x": x},
            },
            {"mark": {"type": "bar", "color": BAR}, "encoding": {"x": x, "y": y, "tooltip": tooltip}},
        ],
        "config": {
            "axis": {"labelColor": INK, "labelFontSize": 11, "gridColor": RULE, "domainColor": INK, "tickColor": INK},
            "axisX": {"labelAngle": 0, "labelOverlap": True, "grid": False},
            "view": {"stroke": None},
            "font": "Noto Sans JP Variable, sans-serif",
        },
    }
