"""Mail headers as people read them: ``=?ISO-2022-JP?B?…?=`` is text in disguise (RFC 2047)."""

from email.errors import MessageError
from email.header import decode_header, make_header

import polars as pl

MARK = "=?"


def decode(header: str) -> str:
    """The header's text; as it is where it is not encoded, or wrongly."""
    if MARK not in header:
        return header
    try:
        return str(make_header(decode_header(header)))
    except (MessageError, LookupError, ValueError):
        return header


def subject(header: str | None) -> str | None:
    """A mail's subject as a log has it, decoded; None where there is none."""
    return decode(header) or None if header else None


def decoded(headers: pl.Expr) -> pl.Expr:
    """:func:`decode` over a column; only encoded values cost anything."""
    encoded = pl.when(headers.str.contains(MARK, literal=True)).then(headers)
    return pl.coalesce(encoded.map_elements(decode, return_dtype=pl.String, skip_nulls=True), headers)
