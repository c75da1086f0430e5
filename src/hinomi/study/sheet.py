"""A table of the study as people read it: set in rows, with its notes below."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich import box
from rich.cells import chop_cells
from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text

WIDE = 110


@dataclass(frozen=True)
class Sheet:
    """A title, headings, rows of text (None: a rule between groups) and notes; ``rich`` prints it.

    The first column holds text, the others numbers; a line break in a cell is made where room is short.
    Cells may come from a sender and are never read as markup.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...] | None, ...]
    notes: tuple[str, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text | Table]:
        narrow = options.max_width < WIDE
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="bold")
        for place, heading in enumerate(self.headings):
            table.add_column(Text(heading), justify="right" if place else "left", no_wrap=bool(place), overflow="fold")
        for row in self.rows:
            if row is None:
                table.add_section()
            else:
                table.add_row(*(Text(cell if narrow else cell.replace("\n", " ")) for cell in row))
        yield Text(self.title, style="bold")
        yield table
        for note in self.notes:
            yield from (Text(line, style="dim") for line in chop_cells(note, options.max_width))
