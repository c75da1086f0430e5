"""The town of the console, in a data folder of its own, and programs that ask in people's names."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from hinomi.console.conftest import Kept, Town, fill_desk
from hinomi.console.rules.shelf import shelf
from hinomi.tenants import api_tokens
from hinomi.tenants.models import ApiScope, Tenant

Program = Callable[..., Client]


@pytest.fixture
def town(db: None, kept: Kept, tmp_path: Path, settings: Any) -> Town:
    cache.clear()
    settings.SMTP_SECRET_URL = "smtp://localhost"  # noqa: S105 (messages are queued, and nobody sends them)
    settings.DATA_DIR = kept.data_dir
    shelf()  # what it keeps of the rules' files is copied too
    settings.DATA_DIR = tmp_path / "town"
    shutil.copytree(kept.data_dir, settings.DATA_DIR)
    return fill_desk(kept)


@pytest.fixture
def program(town: Town) -> Program:
    """A client that shows a token of this person, of the whole scope unless said otherwise."""

    def made(who: str, scope: ApiScope = ApiScope.OPERATE, tenant: Tenant | None = None) -> Client:
        token, _ = api_tokens.issue(
            town.people[who], "試験", datetime.now(UTC), scope=scope, tenant=tenant, lifetime=timedelta(days=1)
        )
        return Client(headers={"authorization": f"Bearer {token}"})

    return made
