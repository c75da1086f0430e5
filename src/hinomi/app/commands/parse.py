"""``hinomi parse``: what a source makes of a file, without any data folder."""

import json
import sys
from datetime import UTC, datetime
from typing import TextIO
from zoneinfo import ZoneInfo

import click
import orjson

from hinomi.app.zone import timezone_option
from hinomi.library import catalog
from hinomi.library.contracts import Context, Normalized
from hinomi.ocsf.nested import to_objects
from hinomi.pipeline.collect import files
from hinomi.pipeline.normalize import believable


@click.command()
@click.option("--source", "name", required=True, help="機器の種類 (hinomi source list に一覧)")
@timezone_option
@click.argument("paths", metavar="[PATH|-]...", nargs=-1)
def command(name: str, timezone: ZoneInfo, paths: tuple[str, ...]) -> None:
    """ログを OCSF に変換して表示します (one OCSF JSON object a line; rejects as JSON on stderr)."""
    manifest, source = catalog.source_manifest(name), catalog.source(name)
    now = datetime.now(UTC).replace(tzinfo=None)
    failed = False
    first_line, origin = 0, ""
    for piece in files.payloads(paths or (files.STDIN,), manifest, files.standard_input()):
        if isinstance(piece, files.InputProblem):
            click.echo(str(piece), err=True)
            failed = True
            continue
        first_line = first_line if piece.origin == origin else 0
        origin = piece.origin
        normalized = believable(source(piece.data, Context(timezone, now)), piece.data)
        print_normalized(normalized, first_line, sys.stdout, sys.stderr)
        first_line += piece.data.count(b"\n")
    if failed:
        raise click.exceptions.Exit(1)


def print_normalized(normalized: Normalized, first_line: int, out: TextIO, err: TextIO) -> None:
    """Events to ``out``, rejects to ``err``; line numbers count from ``first_line``."""
    for event in to_objects(normalized.events):
        event["unmapped"]["line"] += first_line
        out.write(orjson.dumps(event).decode() + "\n")
    for reject in normalized.rejects:
        document = {
            "line": first_line + reject.line,
            "reason": reject.reason.value,
            "detail": reject.detail,
            "raw": reject.raw[:4096].decode("utf-8", "backslashreplace"),
        }
        err.write(json.dumps(document, ensure_ascii=False) + "\n")
