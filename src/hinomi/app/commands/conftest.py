"""A programme of two companies with one sensor each, for the commands that count and report."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from hinomi.app import place
from hinomi.app.cli import hinomi
from hinomi.lake.lake import Lake
from hinomi.study.conftest import event, fill, lake, verdict
from hinomi.tenants import operations

__all__ = ["event", "fill", "lake", "verdict"]

NOW = datetime(2023, 2, 1, tzinfo=UTC)
Ask = Callable[..., Result]


@pytest.fixture
def programme(db: None, lake: Lake, verdict: Any, fill: Any, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs ``hinomi`` over a lake in which each of the two had detections in November."""
    for uid in ("101", "102"):
        tenant = operations.register_tenant(uid, f"{uid}社", now=NOW, sector="半導体")
        operations.register_sensor(
            tenant, f"{uid}-edr", source="keepeye", kind="edr", since=date(2022, 11, 1), until=None, in_study=True
        )
    day = datetime(2022, 11, 3)
    rows = [verdict("101", "101-edr", day, count=3), verdict("102", "102-edr", day)]
    fill(rows)
    monkeypatch.setattr(place, "lake", lambda data_dir: lake)

    def ask(*arguments: str | Path) -> Result:
        command = [*map(str, arguments), "--data-dir", str(settings.DATA_DIR)]
        return CliRunner().invoke(hinomi, command)

    return ask
