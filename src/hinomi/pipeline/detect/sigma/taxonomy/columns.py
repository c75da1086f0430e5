"""Columns of the lake as the texts that rules compare, and views of them under Sigma's field names."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import polars as pl

from hinomi.ocsf.classes import ClassUid
from hinomi.ocsf.schema import POLARS
from hinomi.pipeline.detect.sigma.event import canonical

Fields = dict[str, pl.Expr]
UNMAPPED = pl.col("unmapped")
PRIVATE = (
    r"^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|127\.|169\.254\.|[fF][cCdD][0-9a-fA-F]{2}:|[fF][eE]80:|::1$)"
)
"""Addresses of a company's inside (RFC 1918, RFC 4193) and of the machine or its link itself."""


@dataclass(frozen=True)
class View:
    """``where`` picks the events; ``fields`` maps canonical Sigma names to texts (or lists of texts).

    ``sources`` names all sources whose events can be in the view, so that a batch without them need not be
    asked; None where any source can have some.
    """

    where: pl.Expr
    fields: Fields
    sources: frozenset[str] | None = None

    def expressions(self, names: Iterable[str] | None) -> Fields:
        """Fields by canonical name; those that neither the view nor OCSF know are left out. None: all."""
        known = ocsf_fields() | self.fields
        wanted = known.keys() if names is None else {*names, "class_uid"} & known.keys()
        return {name: known[name] for name in sorted(wanted)}


def of_sources(fields: Fields, *sources: str, where: pl.Expr | None = None) -> View:
    """A view of what some sources give, all of it or what ``where`` says."""
    mine = pl.col("source").is_in(sources)
    return View(mine if where is None else mine & where, fields, frozenset(sources))


@cache
def ocsf_fields() -> Fields:
    """Every column that holds text, numbers or a list of texts, under its own name."""
    return {canonical(name): as_text(name) for name, dtype in POLARS.items() if dtype not in (pl.Datetime("us"),)}


def as_text(name: str) -> pl.Expr:
    if POLARS[name] == pl.List(pl.String):
        return pl.col(name)
    if isinstance(POLARS[name], pl.List):
        return pl.col(name).cast(pl.List(pl.String))
    return pl.col(name).cast(pl.String)


def first(*names: str) -> pl.Expr:
    return pl.coalesce(as_text(name) for name in names)


def vendor(*names: str) -> pl.Expr:
    """A field that a source left in ``unmapped``, the first of several; an object or a list as JSON text."""
    return pl.coalesce(UNMAPPED.str.json_path_match(f"$['{name}']") for name in names)


def vendors(*names: str) -> Fields:
    """Fields of ``unmapped`` under their own names."""
    return {canonical(name): vendor(name) for name in names}


def is_class(*classes: ClassUid) -> pl.Expr:
    return pl.col("class_uid").is_in([int(uid) for uid in classes])


def coded(name: str, words: dict[int, str]) -> pl.Expr:
    """Words for the numbers of an OCSF enumeration; null for the others."""
    return pl.col(name).replace_strict(words, default=None, return_dtype=pl.String)


def path_or_name(path: str, name: str) -> pl.Expr:
    """A program's path; where a product gives its bare name, ``\\name``, for rules ask for the end of a path."""
    bare = pl.when(~pl.col(name).str.contains(r"[\\/]")).then("\\" + pl.col(name)).otherwise(pl.col(name))
    return pl.coalesce(path, bare)


def is_private(name: str) -> pl.Expr:
    return pl.col(name).str.contains(PRIVATE)


ACTION = coded("action_id", {1: "allow", 2: "deny"})
STATUS = coded("status_id", {1: "success", 2: "failure"})
HOST: Fields = {"computer": first("device.hostname"), "computername": first("device.hostname")}
USER: Fields = {"user": first("actor.user.name", "user.name")}
ADDRESSES: Fields = {
    "src_ip": first("src_endpoint.ip"),
    "dst_ip": first("dst_endpoint.ip"),
    "src_port": first("src_endpoint.port"),
    "dst_port": first("dst_endpoint.port"),
}
