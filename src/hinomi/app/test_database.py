"""One setting says where the desk's tables are; what is wrong with it is said, and never repeats a password."""

import os
from pathlib import Path

import pytest
from django.db import connection

from hinomi.app.database import BadDatabaseUrl, database

FOLDER = Path("/var/lib/example")


def test_no_setting_is_a_file_in_the_data_folder() -> None:
    setting = database("", FOLDER)

    assert (setting["ENGINE"], setting["NAME"]) == ("django.db.backends.sqlite3", FOLDER / "desk.sqlite3")


def test_a_url_is_postgresql() -> None:
    setting = database("postgresql://desk:p%40ss%2Fword@db.example:5433/hinomi?sslmode=require", FOLDER)

    assert setting == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "hinomi",
        "USER": "desk",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"connect_timeout": 5, "sslmode": "require"},
    }


@pytest.mark.parametrize(
    "url", ["postgresql:///hinomi?host=/run/postgresql", "postgres://@/hinomi?host=/run/postgresql"]
)
def test_a_socket_is_named_by_its_folder(url: str) -> None:
    setting = database(url, FOLDER)

    assert (setting["HOST"], setting["USER"], setting["OPTIONS"]) == ("/run/postgresql", "", {"connect_timeout": 5})


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://desk:secret@db.example/hinomi", "mysql"),
        ("db.example/hinomi:secret", "使えません"),
        ("postgresql://desk:secret@db.example", "データベース名"),
        ("postgresql://desk:secret@db.example:port/hinomi", "ポート番号"),
        ("postgresql://desk:secret@[db/hinomi", "ホスト名"),
    ],
)
def test_a_url_that_cannot_be_read_is_explained_without_its_password(url: str, problem: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=problem) as refusal:
        database(url, FOLDER)

    assert "secret" not in str(refusal.value)
    assert "HINOMI_DATABASE_URL" in str(refusal.value)


def test_these_tests_run_on_the_database_they_were_given(pytestconfig: pytest.Config) -> None:
    asked = bool(os.environ.get("HINOMI_DATABASE_URL")) or pytestconfig.getoption("--desk-db") == "postgresql"

    assert connection.vendor == ("postgresql" if asked else "sqlite")
