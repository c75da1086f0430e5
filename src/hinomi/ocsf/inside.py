"""Addresses of a company's inside (RFC 1918, RFC 3927, RFC 4193, RFC 4291)."""

import re
from typing import Final

import polars as pl

INSIDE: Final = r"^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|[fF][cCdD][0-9a-fA-F]{2}:|[fF][eE]80:)"


def is_inside(column: str) -> pl.Expr:
    """Over a column of addresses; false where there is none."""
    return pl.col(column).str.contains(INSIDE).fill_null(False)


def lies_inside(address: str) -> bool:
    return re.match(INSIDE, address) is not None
