"""Events of a view of OCSF columns as a table; a field is made only when a rule asks for it."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hinomi.library.formats.views import take
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE
from hinomi.pipeline.detect.sigma.taxonomy import ocsf
from hinomi.pipeline.detect.sigma.taxonomy.columns import View
from hinomi.pipeline.detect.sigma.taxonomy.logsource import Key


def table(events: pl.DataFrame, key: Key, view: View) -> tuple[NDArray[np.int64], Table]:
    """The rows of a batch that the view shows, and a table of them."""
    rows = np.flatnonzero(events.select(view.where.fill_null(value=False)).to_series().to_numpy())

    def made(names: list[str] | None) -> pl.DataFrame:
        expressions = view.expressions(names)
        wanted = {name: one for name, one in expressions.items() if names is None or name in names}
        roots = sorted({root for one in wanted.values() for root in one.meta.root_names()} or {"class_uid"})
        columns = [events[name] if len(rows) == events.height else take(events[name], rows) for name in roots]
        return pl.DataFrame(columns).with_columns(**wanted).select(*wanted)  # a constant is there for every row

    def column(name: str) -> pl.Series | None:
        if name == ANYWHERE:
            return ocsf.haystacks(made(None))
        fields = made([name])
        return fields[name] if fields.width else None

    def event(row: int) -> Event:
        one = events[int(rows[row])]
        return Event(one.select(**view.expressions(None)).row(0, named=True).items())

    return rows, Table(len(rows), (key,), np.zeros(len(rows), dtype=np.int32), column, event)
