"""The demo asks a newcomer for no second factor on their own machine, and for one everywhere else."""

import os

import pytest

from hinomi.app.commands.demo import welcome

NAME = "HINOMI_REQUIRE_SECOND_FACTOR"


@pytest.mark.parametrize(
    ("host", "said", "then"),
    [("127.0.0.1", None, "0"), ("::1", None, "0"), ("0.0.0.0", None, None), ("127.0.0.1", "1", "1")],
)
def test_who_may_come_in_without(
    monkeypatch: pytest.MonkeyPatch, host: str, said: str | None, then: str | None
) -> None:
    monkeypatch.setenv(NAME, said or "")
    if said is None:
        monkeypatch.delenv(NAME)

    welcome(host)

    assert os.environ.get(NAME) == then
