r"""Accounts as devices write them: ``DOMAIN\name``, ``name@example.com`` or a bare name.

user(r"CORP\taro")                      # {"user.name": "taro", "user.domain": "CORP"}
user("taro@example.com", "actor.user")  # {"actor.user.name": "taro@example.com"}
"""

from hinomi.library.formats.addresses import present
from hinomi.library.formats.rows import Row


def user(text: str | None, column: str = "user") -> Row:
    """Columns of an account; nothing where none is named. A principal name (``name@realm``) stays whole."""
    written = present(text)
    if written is None:
        return {}
    domain, divided, name = written.partition("\\")
    if not divided:
        return {f"{column}.name": written}
    name = name.removeprefix("\\")
    return {f"{column}.name": name or None, f"{column}.domain": domain if domain not in ("", ".") else None}
