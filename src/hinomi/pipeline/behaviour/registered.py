"""The registered domain of a host: what somebody has to rent or buy before they can use it.

Source: Public Suffix List, as the package ``publicsuffixlist`` brings it; nothing is fetched. The private part of
the list counts too: two customers of one hosting service are two owners.
"""

from functools import cache, lru_cache
from ipaddress import ip_address

import polars as pl
from publicsuffixlist import PublicSuffixList


@cache
def suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=200_000)
def registered(host: str) -> str | None:
    """``mail.example.co.jp`` is of ``example.co.jp``; an address is itself; None for a name without a domain."""
    name = host.rstrip(".").lower()
    if ":" in name or name.replace(".", "").isdigit():
        return as_address(name)
    if "." not in name or name.endswith((".arpa", ".local", ".localdomain", ".lan")):
        return None
    found = suffixes().privatesuffix(name)
    return str(found) if found else name


def as_address(text: str) -> str | None:
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        return None


def domains(hosts: pl.Series) -> pl.Series:
    """Registered domains of hosts, each distinct one looked up once."""
    known = {host: registered(host) for host in hosts.drop_nulls().unique().to_list()}
    return hosts.replace_strict(known, default=None, return_dtype=pl.String)
