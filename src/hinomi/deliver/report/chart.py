"""Detections by day: one Vega-Lite specification for paper and screen.

Written as plain Vega-Lite: a builder library would take longer to load than the page takes to make.
"""

from typing import Any

import vl_convert

from hinomi.deliver.report.monthly import MonthlyReport

FONT = "Noto Sans CJK JP"
ANY_FONT = "sans-serif"
"""What the layout is measured with; the page sets the texts in its own font."""
BLUE, GRAY, INK = "#0017c1", "#e6e6e6", "#333333"
WIDTH, HEIGHT = 500, 46

Spec = dict[str, Any]


def by_day(report: MonthlyReport) -> Spec:
    """A strip for each device, each with its own scale; days without any record are shaded."""
    devices = list(dict.fromkeys(row.device for row in report.days))
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "vconcat": [strip(report, device) for device in devices],
        "spacing": 10,
        "config": {
            "font": ANY_FONT,
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "labelFontSize": 9, "gridColor": GRAY, "title": None, "ticks": False},
            "title": {"fontSize": 11, "anchor": "start", "color": INK},
        },
    }


def strip(report: MonthlyReport, device: str) -> Spec:
    rows = [row for row in report.days if row.device == device]
    most = max(row.count for row in rows)
    day = {
        "field": "day",
        "type": "ordinal",
        "scale": {"domain": [date.day for date in report.month.days()], "paddingInner": 0.25},
        "axis": {"labelAngle": 0, "domainColor": GRAY, "labelOverlap": False},
    }
    count = {
        "field": "count",
        "type": "quantitative",
        "scale": {"domain": [0, max(most, 1)]},
        "axis": {"domain": False, "values": [0, most], "format": ",d"},
    }
    return {
        "title": f"{device} [件/日]",
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": [{"day": row.day.day, "count": row.count, "heard": row.heard} for row in rows]},
        "layer": [
            {
                "transform": [{"filter": "!datum.heard"}],
                "mark": {"type": "rect", "color": GRAY},
                "encoding": {"x": day},
            },
            {"mark": {"type": "bar", "color": BLUE}, "encoding": {"x": day, "y": count}},
        ],
    }


def svg(report: MonthlyReport) -> str:
    """The chart as SVG; no device, no chart: an empty text."""
    return str(vl_convert.vegalite_to_svg(by_day(report))).replace(ANY_FONT, FONT) if report.days else ""
