"""The town on a data folder of its own, because these pages write; one rule on the shelf, and rules to try."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import Kept, Town, fill_desk
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.library import catalog
from hinomi.pipeline.detect import load
from hinomi.pipeline.retro import Jobs, Scanner

SHELF_RULE = "5db0fa76-5932-4a32-8efe-497761c2d47b"
RULE_ID = "7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c99"
RULE = f"""title: To the bad address
id: {RULE_ID}
description: Somebody spoke to 203.0.113.66.
tags: [attack.t1071]
logsource: {{category: proxy}}
detection:
  selection:
    c-uri|contains: 203.0.113.66
  condition: selection
level: high
"""
HOSTILE = f"""title: "<script>alert(1)</script>\\u202e"
id: {RULE_ID}
description: "<img src=x onerror=alert(2)> http://203.0.113.66/x"
falsepositives: ["<b>none</b>"]
references: ["javascript:alert(3)"]
author: "<i>me</i>"
tags: ["attack.t1<b>"]
logsource: {{category: firewall, product: "<u>"}}
detection:
  selection:
    dst_ip: 203.0.113.66
  condition: selection
level: high
"""


@pytest.fixture
def shop(db: None, kept: Kept, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    [rule] = [path for path in catalog.sigma_rules() if path.parent.name == "office_starts_shell"]
    monkeypatch.setattr(catalog, "sigma_rules", lambda: (rule,))
    shutil.copytree(kept.data_dir / "lake", tmp_path / "lake")
    settings.DATA_DIR = tmp_path
    settings.REQUIRE_SECOND_FACTOR = False
    (tmp_path / "rules").mkdir()
    return fill_desk(kept)


@pytest.fixture
def data_dir(shop: Town, settings: Any) -> Path:
    return Path(settings.DATA_DIR)


def put(data_dir: Path, text: str = RULE, pack: str = "") -> Path:
    path = data_dir / "rules" / pack / "mine.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def background(data_dir: Path) -> None:
    """What the background process does with trials."""
    jobs = Jobs(data_dir)
    scanner = Scanner(
        Lake(data_dir / "lake"),
        Landing(data_dir / "landing"),
        jobs,
        lambda job: load([jobs.folder(job.uid) / "rule.yml"]),
    )
    while scanner.advance(60):
        pass


def tried(client: Client, **given: Any) -> Any:
    return client.post(reverse("rules-try"), {"text": RULE, "tenant": "", **given}, follow=True)


def page(client: Client, name: str, *args: str, **query: str) -> str:
    return client.get(reverse(name, args=args), query).content.decode()
