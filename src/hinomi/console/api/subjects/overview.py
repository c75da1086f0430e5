"""All companies on one screen: what waits for a person, what was detected, where nobody looks."""

from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.subjects.reports import MonthText
from hinomi.console.api.values import OfAll, plain
from hinomi.console.overview import board
from hinomi.console.overview.figures import COLUMNS, figures
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import STAFF
from hinomi.console.shell.month import chosen_month, months_present
from hinomi.study.months import TOKYO

WORDS = "全体"
router = Router()


class OverviewCell(Schema):
    device: str
    category: str | None
    count: int
    before: int = Field(description="In the month before.")
    seen: bool = Field(description="False: no such sensor was heard, and 0 is no calm.")


class OverviewRow(Schema):
    tenant: str
    name: str
    level: str = Field(description="`act`, `check`, `blind`, `ended` or `calm`.")
    open: dict[str, int] = Field(description="Open incidents by `severity_id`.")
    sensors: int
    silent: int
    rejects: int
    cells: list[OverviewCell]


class OverviewTotal(Schema):
    grave: int
    open: int
    silent: int
    rejects: int


class Overview(OfAll):
    month: str
    months: list[str]
    total: OverviewTotal
    exclusions: list[dict[str, Any]] = Field(description="What was set aside in the month, with its count.")
    items: list[OverviewRow]


class Wanted(Schema):
    month: Annotated[MonthText | None, Field(description="The latest with any record, if it is left out.")] = None
    sector: Annotated[str, Field(max_length=100)] = ""


@operation(router, "GET", "/overview", "全体", roles=STAFF, response=Overview, whole=True)
def overview(request: Asked, wanted: Query[Wanted]) -> dict[str, Any]:
    """Companies, the one that needs a person first comes first. For staff."""
    user, lake, now = request.auth.user, store.lake(), clock.now()
    everyone = list(request.auth.tenants())
    tenants = [tenant for tenant in everyone if wanted.sector in ("", tenant.sector)]
    months = months_present(lake, [tenant.uid for tenant in everyone], TOKYO, clock.naive(now))
    month = chosen_month(wanted.month or "", months, now.astimezone(TOKYO).date())
    shown = figures(lake, tenants, month)
    rows = board.rows(user, tenants, shown, lake, now)
    return {
        "month": str(month),
        "months": [str(one) for one in months],
        "total": board.total(rows),
        "exclusions": plain(shown.exclusions),
        "items": [told(row) for row in rows],
    }


def told(row: board.Row) -> dict[str, Any]:
    return {
        "tenant": row.tenant.uid,
        "name": row.tenant.name,
        "level": row.level,
        "open": {str(severity): count for severity, count in row.open},
        "sensors": row.sensors,
        "silent": row.silent,
        "rejects": row.rejects,
        "cells": [
            {"device": device, "category": category, "count": cell.count, "before": cell.before, "seen": cell.seen}
            for (device, category), cell in zip(COLUMNS, row.cells, strict=True)
        ],
    }
