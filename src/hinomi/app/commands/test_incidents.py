"""``hinomi incidents --json`` gives other tools what the page tells people."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hinomi.app.cli import hinomi
from hinomi.incidents.operations import record
from hinomi.incidents.test_assessment import course, told
from hinomi.incidents.test_recording import START, story
from hinomi.ocsf.course import Around, Lookback, Trace, Urgency
from hinomi.tenants.operations import register_tenant

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)


def test_depth_spread_priority_and_courses_are_in_it_as_codes(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    register_tenant("101", "青空半導体", now=NOW)
    mail = Around(START, "e1", "mail-1", "mail", "", Trace.MAIL, "order.doc")
    one = told(story(1, 2), course("pc-7", called=("f1",)), score=60, urgency=Urgency.NOW)
    record([replace(one, lookback=Lookback((mail,), (), START)), story(9, severity_id=4)], NOW)

    result = CliRunner().invoke(hinomi, ["incidents", "--tenant", "101", "--json", "--data-dir", str(tmp_path)])

    assert result.exit_code == 0, result.output
    bare, full = json.loads(result.stdout)["incidents"]
    assert (full["urgency"], full["priority"]["score"]) == ("now", 60)
    assert full["priority"]["reasons"] == [{"code": "stage", "value": "call", "weight": 60}]
    assert full["courses"][0]["patterns"] == [2, 3]
    assert full["courses"][0]["points"][2] == {"number": 3, "sight": "seen", "cause": None, "findings": ["f1"]}
    assert full["stages"][0]["first"] == "2022-12-01T00:01:00+00:00"
    assert full["spread"]["delay_seconds"] == 60
    assert full["lookback"]["around"][0]["trace"] == "mail"
    assert (bare["urgency"], bare["priority"], bare["courses"]) == ("today", None, [])
