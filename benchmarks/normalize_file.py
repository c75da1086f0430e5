"""A log to OCSF columns and nowhere else, as ``parse.py`` measures it: one process, 16 MiB of lines at a time.

    .venv/bin/python benchmarks/normalize_file.py SOURCE FILE [--plain] [--times N]

``--plain`` uses the plain parser of key=value lines, the oracle of the tests. Prints how many events there were.
"""

import argparse
from datetime import datetime
from zoneinfo import ZoneInfo

from hinomi.library import catalog
from hinomi.library.contracts import Context
from hinomi.library.formats import keyvalue
from hinomi.pipeline.collect.files import Payload, payloads, standard_input


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("file")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    options = parser.parse_args()
    keyvalue.worth_compiling = lambda lines: not options.plain
    normalize, manifest = catalog.source(options.source), catalog.source_manifest(options.source)
    context = Context(ZoneInfo("Asia/Tokyo"), datetime(2022, 12, 1))
    events = rejects = 0
    for piece in payloads([options.file] * options.times, manifest, standard_input()):
        assert isinstance(piece, Payload), piece
        found = normalize(piece.data, context)
        events, rejects = events + found.events.height, rejects + len(found.rejects)
    print(events, rejects)


if __name__ == "__main__":
    main()
