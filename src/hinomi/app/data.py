"""The data folder and the desk's tables, made ready before anything asks them."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from hinomi.tenants.problems import DeskError

DEFAULT = "data"


class DataFolderUnusable(DeskError):
    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(
            f"データフォルダ {folder} が使えません: {problem}。書き込める場所を --data-dir か HINOMI_DATA_DIR で"
            "指定してください (choose a writable folder with --data-dir or HINOMI_DATA_DIR)."
        )


class DatabaseAway(DeskError):
    """The database does not answer; what the driver said is kept, and holds no password."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"データベースに接続できません: {where}。"
            "サーバーが動いているか、HINOMI_DATABASE_URL の値を確かめてください "
            f"(cannot connect to the database; check HINOMI_DATABASE_URL): {problem}"
        )


class DatabaseRefused(DeskError):
    """The database answers, and will not have our tables: rights, an unknown option, a damaged file."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"データベース {where} に表を用意できません。権限と HINOMI_DATABASE_URL を確かめてください "
            f"(the database refuses our tables; check its rights and HINOMI_DATABASE_URL): {problem}"
        )


class DeskOpenElsewhere(DeskError):
    """A process serves one data folder."""

    def __init__(self, opened: Path, asked: Path) -> None:
        super().__init__(
            f"このプロセスは {opened} を開いているため、{asked} は開けません "
            "(this process has opened another data folder)."
        )


def folder(data_dir: Path | None = None) -> Path:
    """The data folder: as given, or ``HINOMI_DATA_DIR``, or ``data`` where we stand."""
    return Path(data_dir or os.environ.get("HINOMI_DATA_DIR") or DEFAULT).absolute()


def open_desk(data_dir: Path | None = None) -> Path:
    """Make folder, secret key and tables where they are missing, and load Django; returns the folder.

    Calling it again is cheap. Two processes may call it at once: the second waits for the first.

    Raises:
        DataFolderUnusable: the folder cannot be made or written.
        DatabaseAway: the database does not answer.
        DatabaseRefused: it answers, and will not have our tables.
        BadDatabaseUrl: HINOMI_DATABASE_URL cannot be read.
        DeskOpenElsewhere: Django is loaded for another folder.
    """
    root = folder(data_dir)
    prepare(root)
    load_django(root)
    migrate(root)
    return root


def prepare(root: Path) -> None:
    """The folder, and the key that signs sessions (0600), made once."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = root / "secret.key"
        if not key.exists():
            draft = root / f".secret.{secrets.token_hex(4)}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48), "ascii")
            with suppress(FileExistsError):
                key.hardlink_to(draft)
            draft.unlink()
    except OSError as error:
        raise DataFolderUnusable(root, error.strerror or str(error)) from error


def load_django(root: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "hinomi.app.settings"
    import django
    from django.conf import settings

    if not settings.configured:
        os.environ["HINOMI_DATA_DIR"] = str(root)
    django.setup()
    if root != settings.DATA_DIR:
        raise DeskOpenElsewhere(settings.DATA_DIR, root)


def migrate(root: Path) -> None:
    """Bring the tables up to date."""
    from django.core.management import call_command
    from django.db import DatabaseError, OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    with locked(root / "desk.lock"):
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            raise DatabaseAway(where(), first_line(error)) from error
        except DatabaseError as error:
            raise DatabaseRefused(where(), first_line(error)) from error


def first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def where() -> str:
    """Where the database is looked for, without its password."""
    from django.db import connection

    setting = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(setting["NAME"])
    return f"postgresql://{setting['HOST'] or 'localhost'}:{setting['PORT'] or 5432}/{setting['NAME']}"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def connected() -> Iterator[None]:
    """Ask the desk from a long-running process or another thread: no stale connection before, none left after.

    Raises:
        DatabaseAway: the database does not answer.
    """
    from django.db import InterfaceError, OperationalError, close_old_connections

    close_old_connections()
    try:
        yield
    except (InterfaceError, OperationalError) as error:
        raise DatabaseAway(where(), first_line(error)) from error
    finally:
        close_old_connections()


def tidy_desk(now: datetime) -> None:
    """Once a day: forget sessions, links and tokens that have expired, and failures that no longer count."""
    from django.contrib.sessions.models import Session

    from hinomi.tenants import api_tokens, visits
    from hinomi.tenants.operations import forget_expired

    Session.objects.filter(expire_date__lt=now).delete()
    visits.forget(now)
    api_tokens.forget(now)
    forget_expired(now)
