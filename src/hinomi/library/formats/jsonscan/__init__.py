"""JSON documents to columns, without a Python object for each value.

    wanted = Wanted({"image": ("EventData.Image", "winlog.event_data.Image")}, fold=True)
    for found in scan(of_lines(split(payload)), wanted):       # or of_column(events["unmapped"])
        found.column("image")                                  # String, null where a document has none
        found.kind("image"), found.status                      # why it is null, what else than a string it was

What is found is what :mod:`hinomi.library.formats.jsonscan.reference` finds by orjson, for every input.
"""

from hinomi.library.formats.jsonscan.documents import Documents, of_column, of_lines
from hinomi.library.formats.jsonscan.found import Found, Kind, Status
from hinomi.library.formats.jsonscan.scanning import scan, worth_compiling
from hinomi.library.formats.jsonscan.wanted import Wanted

__all__ = ["Documents", "Found", "Kind", "Status", "Wanted", "of_column", "of_lines", "scan", "worth_compiling"]
