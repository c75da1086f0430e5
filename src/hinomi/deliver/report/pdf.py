"""The report on paper: values to the template of ``library/reports/monthly``, set by Typst."""

import json
from datetime import UTC
from functools import cache
from pathlib import Path

import typst

from hinomi.deliver.report import chart, glyphs
from hinomi.deliver.report.monthly import MonthlyReport
from hinomi.deliver.report.paper import paper
from hinomi.library import catalog

ITEM = "monthly"


@cache
def fonts() -> typst.Fonts:
    """The Japanese fonts that came as packages, and no others: the same page on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=glyphs.folders())


@cache
def compiler(template: Path) -> typst.Compiler:
    return typst.Compiler(template, root=template.parent, font_paths=fonts())


def monthly_pdf(report: MonthlyReport) -> bytes:
    """The report as PDF/UA-1, A4. The same report gives the same bytes.

    Nothing a sender wrote is ever read as markup: values go in as JSON and are set as text.
    """
    folder = catalog.folders("reports", "manifest.yaml")[ITEM]
    manifest = catalog.load_yaml(folder / "manifest.yaml")
    template = folder / manifest["template"]
    data = glyphs.settable(paper(report, manifest["font"]), glyphs.known())
    pdf = compiler(template).compile(
        template,
        format="pdf",
        sys_inputs={"report": json.dumps(data, ensure_ascii=False), "chart": chart.svg(report)},
        timestamp=int(report.made.replace(tzinfo=UTC).timestamp()),
        pdf_standards=["ua-1"],  # ISO 14289-1: a screen reader can read it
    )
    assert isinstance(pdf, bytes)
    return pdf
