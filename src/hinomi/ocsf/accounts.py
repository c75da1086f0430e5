"""Accounts that stand for no person, as systems write them, in lower case and without their domain."""

from typing import Final

NOBODY: Final = (
    *("", "-", "n/a", "unknown", "guest", "system", "local service", "network service", "anonymous logon"),
    *("administrator", "admin", "root"),
)


def is_nobody(account: str) -> bool:
    """Of a folded account; those that end in ``$`` are machines' own."""
    return account in NOBODY or account.endswith("$")
