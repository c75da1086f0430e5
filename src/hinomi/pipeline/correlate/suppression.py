"""Which findings a suppression covers: they raise nothing, are part of no story, and stay counted in the lake."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network

import polars as pl

from hinomi.ocsf.suppression import Condition, Operator, Suppression


def is_suppressed(suppressions: Iterable[Suppression]) -> pl.Expr:
    """Over findings in the lake's columns: whether one of them covers the finding; never null."""
    return pl.any_horizontal([pl.lit(False), *(covers(suppression) for suppression in suppressions)])


def covers(suppression: Suppression) -> pl.Expr:
    asked = (pl.col("finding_info.analytic.uid") == suppression.rule) & (pl.col("time") < suppression.until)
    if suppression.tenant is not None:
        asked &= pl.col("tenant") == suppression.tenant
    for condition in suppression.conditions:
        asked &= meets(condition)
    return asked.fill_null(False)


def meets(condition: Condition) -> pl.Expr:
    text, wanted = pl.col(condition.column).cast(pl.String).str.to_lowercase(), condition.value.lower()
    match condition.operator:
        case Operator.IS:
            return text == wanted
        case Operator.CONTAINS:
            return text.str.contains(wanted, literal=True)
        case Operator.STARTS:
            return text.str.starts_with(wanted)
        case Operator.ENDS:
            return text.str.ends_with(wanted)
        case Operator.NETWORK:
            return text.map_elements(lambda address: within(address, wanted), return_dtype=pl.Boolean)


@lru_cache(maxsize=4096)
def within(address: str, network: str) -> bool:
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:
        return False
