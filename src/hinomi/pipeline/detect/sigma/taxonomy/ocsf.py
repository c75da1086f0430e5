"""Events of every other product as rules see them: Sigma's field names over the columns of the lake.

A view says which events a log source means and where its fields lie. Columns are also known by their
OCSF names (``app_name``, ``url.categories``), so a rule may ask for what Sigma has no word for.
"""

from collections.abc import Mapping
from functools import cache

import polars as pl

from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.taxonomy import cloud, devices, endpoints, network, people, unix
from hinomi.pipeline.detect.sigma.taxonomy.columns import View, ocsf_fields

__all__ = ["View", "as_events", "haystacks", "ocsf_fields", "present", "views"]


@cache
def views() -> dict[str, View]:
    """Views by the kind of their key."""
    taxonomies = (network, people, endpoints, unix, cloud, devices)
    return {kind: view for taxonomy in taxonomies for kind, view in taxonomy.views().items()}


def present(events: pl.DataFrame) -> Mapping[str, View]:
    """The views that can hold an event of this batch: those of sources that are in it, and those of any source."""
    sources = frozenset(events["source"].unique().drop_nulls())
    return {kind: view for kind, view in views().items() if view.sources is None or view.sources & sources}


def as_events(frame: pl.DataFrame) -> list[Event]:
    """Events from the fields of a view, one a row."""
    return [Event(row.items()) for row in frame.iter_rows(named=True)]


def haystacks(frame: pl.DataFrame) -> pl.Series:
    """All fields of each row as one folded text, in which the literals of the rules are looked for."""
    texts = [
        pl.col(name).list.join("\n", ignore_nulls=True) if isinstance(dtype, pl.List) else pl.col(name)
        for name, dtype in frame.schema.items()
    ]
    return frame.select(pl.concat_str(texts, separator="\n", ignore_nulls=True).str.to_lowercase()).to_series()
