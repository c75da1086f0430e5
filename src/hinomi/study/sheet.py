"""A table of the study as people read it: set in rows, with its notes below."""

from dataclasses import dataclass

from rich.console import Group
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True)
class Sheet:
    """A title, headings, rows of text (None: a rule between groups) and notes.

    Cells are printed as they are; they may come from a sender and are never read as markup.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...] | None, ...]
    notes: tuple[str, ...]
    texts: int = 1
    """How many of the first columns hold text; the others hold numbers and are set to the right."""


def renderable(sheet: Sheet) -> Group:
    """The sheet as rich prints it on a terminal."""
    table = Table(title=Text(sheet.title, style="bold"), title_justify="left", header_style="bold")
    for place, heading in enumerate(sheet.headings):
        table.add_column(Text(heading), justify="left" if place < sheet.texts else "right", overflow="fold")
    for row in sheet.rows:
        if row is None:
            table.add_section()
        else:
            table.add_row(*(Text(cell) for cell in row))
    return Group(table, *(Text(note, style="dim") for note in sheet.notes))
