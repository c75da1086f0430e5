"""Events of a view of OCSF columns as a table; a field is made only when a rule asks for it."""

import numpy as np
import polars as pl

from hinomi.pipeline.detect.sigma import ocsf
from hinomi.pipeline.detect.sigma.columns import View
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.logsource import Key
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE


def table(events: pl.DataFrame, key: Key, view: View) -> tuple[list[int], Table]:
    """The rows of a batch that the view shows, and a table of them."""
    rows = events.select(view.where.fill_null(value=False)).to_series().arg_true()
    mine = events[rows]

    def column(name: str) -> pl.Series | None:
        if name == ANYWHERE:
            return ocsf.haystacks(mine.select(**view.expressions(None)))
        expression = view.expressions([name]).get(name)
        return None if expression is None else mine.select(expression.alias(name)).to_series()

    def event(row: int) -> Event:
        return Event(mine[row].select(**view.expressions(None)).row(0, named=True).items())

    return rows.to_list(), Table(mine.height, (key,), np.zeros(mine.height, dtype=np.int32), column, event)
