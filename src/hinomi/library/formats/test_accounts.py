"""Reading accounts."""

import pytest

from hinomi.library.formats.accounts import user


@pytest.mark.parametrize(
    ("written", "columns"),
    [
        (r"CORP\taro", {"user.name": "taro", "user.domain": "CORP"}),
        (r"CORP\\taro", {"user.name": "taro", "user.domain": "CORP"}),
        (r".\taro", {"user.name": "taro", "user.domain": None}),
        ("taro@example.com", {"user.name": "taro@example.com"}),
        ("taro", {"user.name": "taro"}),
        ("N/A", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_an_account_is_a_name_perhaps_of_a_domain(written: str | None, columns: dict[str, str | None]):
    assert user(written) == columns


def test_the_columns_can_be_those_of_an_actor():
    assert user("admin", "actor.user") == {"actor.user.name": "admin"}
