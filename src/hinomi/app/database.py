"""One setting says where the desk keeps its tables: SQLite in the data folder, or PostgreSQL by URL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hinomi.tenants.problems import DeskError

SCHEMES = ("postgresql", "postgres")
BUSY_SECONDS = 20


class BadDatabaseUrl(DeskError):
    """HINOMI_DATABASE_URL cannot be understood; the message never repeats it, for it may hold a password."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"HINOMI_DATABASE_URL が正しくありません: {problem}。"
            "postgresql://user:password@host:5432/name の形で書いてください (cannot read HINOMI_DATABASE_URL)."
        )


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's ``DATABASES["default"]`` for a URL, or for no URL (empty string).

    Query parameters (``?sslmode=require``, ``?host=/run/postgresql``) go to libpq as they are.

    Raises:
        BadDatabaseUrl: another scheme, no name, or a port that is no number.
    """
    return postgresql(url) if url else sqlite(folder)


def sqlite(folder: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "desk.sqlite3",
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL",
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadDatabaseUrl("ポート番号かホスト名が読めません") from error
    if parts.scheme not in SCHEMES:
        raise BadDatabaseUrl(f"「{parts.scheme}」は使えません")
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise BadDatabaseUrl("データベース名がありません")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": 5, **options},
    }
