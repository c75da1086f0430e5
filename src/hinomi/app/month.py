"""A month on the command line."""

import click

from hinomi.study.months import BadMonth, Month


class MonthName(click.ParamType[Month]):
    """A month as ``2022-12``."""

    name = "YYYY-MM"

    def convert(self, value: str | Month, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except BadMonth as problem:
            self.fail(str(problem), param, ctx)
