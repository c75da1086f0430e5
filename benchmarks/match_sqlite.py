"""The engine that Zircolite is made of, plainly: a flat SQLite table of the events, one query a rule.

Run by ``match.py`` in an environment of its own (pySigma 1, its SQLite backend and pipelines):

    python match_sqlite.py convert RULES OUT.json            # rules to queries
    python match_sqlite.py run QUERIES.json EVENTS.jsonl N   # events in batches of N; figures as JSON

Fields are named as Zircolite names them: by the last part of their path, but for the provider's name. Columns are
compared without case; there is an index on the event id; regular expressions are Python's.
"""

import json
import re
import resource
import sqlite3
import sys
import time
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any


def convert(folder: str, out: str) -> None:
    from sigma.backends.sqlite import sqliteBackend
    from sigma.collection import SigmaCollection
    from sigma.pipelines.sysmon import sysmon_pipeline
    from sigma.pipelines.windows import windows_logsource_pipeline

    backend = sqliteBackend(sysmon_pipeline() + windows_logsource_pipeline())
    found: list[tuple[str, str, list[str]]] = []
    for path in sorted(Path(folder).rglob("*.yml")):
        try:
            for rule in SigmaCollection.from_yaml(path.read_text(encoding="utf-8")).rules:
                found.append((str(rule.id), rule.title, backend.convert_rule(rule)))
        except Exception as error:
            print(path.name, error, file=sys.stderr)
    Path(out).write_text(json.dumps(found))


def flat(value: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    for name, part in value.items():
        if name == "Provider" and isinstance(part, dict):
            found["Provider_Name"] = part.get("#attributes", {}).get("Name")
        elif name == "#attributes":
            continue
        elif isinstance(part, dict):
            if "#text" in part:
                found[name] = part["#text"] if not isinstance(part["#text"], list) else str(part["#text"])
            else:
                flat(part, found)
        elif part is not None and part != "":
            found.setdefault(name, json.dumps(part) if isinstance(part, list) else part)
    return found


def run(queries: str, events: str, size: int) -> None:
    rules = [(uid, sql) for uid, _, found in json.loads(Path(queries).read_text()) for sql in found]
    compiled = lru_cache(maxsize=None)(re.compile)
    hits: Counter[str] = Counter()
    failed: set[str] = set()
    seconds: list[float] = []
    number = 0
    with Path(events).open("rb") as file:
        while lines := [line for _, line in zip(range(size), file, strict=False)]:
            begin = time.process_time()
            rows = [flat(json.loads(line), {}) for line in lines]
            names = {name.lower(): name for row in rows for name in row}
            base = sqlite3.connect(":memory:")
            base.create_function(
                "regexp", 2, lambda pattern, text: text is not None and bool(compiled(pattern).search(str(text)))
            )
            base.execute(f"CREATE TABLE logs ({', '.join(f'`{name}` TEXT COLLATE NOCASE' for name in names.values())})")
            base.executemany(
                f"INSERT INTO logs VALUES ({', '.join('?' * len(names))})",
                ([folded.get(name) for name in names] for row in rows for folded in [lowered(row)]),
            )
            base.execute("CREATE INDEX ids ON logs (EventID)")
            for uid, sql in rules:
                try:
                    hits[uid] += len(base.execute(sql.replace("<TABLE_NAME>", "logs")).fetchall())
                except sqlite3.OperationalError as error:
                    failed.add(f"{uid}: {error}")
            base.close()
            seconds.append(time.process_time() - begin)
            number += len(lines)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"events": number, "seconds": seconds, "hits": +hits, "failed": sorted(failed), "peak_mb": peak}))


def lowered(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name.lower(): str(value) if isinstance(value, int) and value >> 63 else value for name, value in row.items()
    }


if __name__ == "__main__":
    convert(*sys.argv[2:]) if sys.argv[1] == "convert" else run(sys.argv[2], sys.argv[3], int(sys.argv[4]))
