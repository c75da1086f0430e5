"""``hinomi match``: which Sigma rules fire on a file, without any data folder."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from hinomi.app.zone import timezone_option
from hinomi.library import catalog
from hinomi.library.contracts import Context, LibraryError, Normalized, Source
from hinomi.pipeline.collect import files
from hinomi.pipeline.detect.sigma import cache, lines

if TYPE_CHECKING:  # lines of Windows events need no polars, which takes as long to load as thousands of them to match
    import polars as pl

    from hinomi.pipeline.detect.sigma import RuleSet

BATCH = 20_000
"""Events that are matched at a time: small files are put together, so that preparing is done once for many."""

Fired = Counter[tuple[str, str]]


@click.command()
@click.option(
    "--rules",
    "folders",
    required=True,
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Sigma ルールのフォルダまたはファイル (folder or file of Sigma rules; may be repeated)",
)
@click.option("--source", "name", required=True, help="機器の種類 (hinomi source list に一覧)")
@timezone_option
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def command(folders: tuple[Path, ...], name: str, timezone: ZoneInfo, paths: tuple[str, ...]) -> None:
    """ログに Sigma ルールを当てます (one JSON line for every rule that fired, with its count)."""
    try:
        manifest = catalog.source_manifest(name)
    except LibraryError as unknown:
        raise click.BadParameter(str(unknown), param_hint="--source") from unknown
    rules = cache.load(folders)
    warn(rules)
    context = Context(timezone, datetime.now(UTC).replace(tzinfo=None))

    def source(payload: bytes, context: Context) -> Normalized:
        return catalog.source(name)(payload, context)

    failed, rejects = False, 0
    fired: Fired = Counter()
    is_quick = name == lines.SOURCE and lines.is_enough(rules.rules)

    def quickly(payload: bytes) -> bytes:
        """Count what needs no rows of OCSF to be matched; returns the rest of the payload."""
        if not is_quick:
            return payload
        read = lines.read(payload, rules.windows.fields, source, context)
        fired.update((rule.id, rule.title) for table in read.tables for rule in rules.fired(table))
        return read.rest

    def events() -> "Iterator[pl.DataFrame]":
        nonlocal failed, rejects
        for piece in files.payloads(paths, manifest, files.standard_input()):
            if isinstance(piece, files.InputProblem):
                click.echo(str(piece), err=True)
                failed = True
                continue
            rest = quickly(piece.data)
            if rest:
                found, rejected = as_events(rest, name, source, context)
                rejects += rejected
                yield found

    fired += count(rules, events())
    cache.remember(rules)
    for (rule_id, title), times in sorted(fired.items(), key=lambda item: (-item[1], item[0])):
        click.echo(json.dumps({"rule_id": rule_id, "title": title, "count": times}, ensure_ascii=False))
    if rejects:
        click.echo(f"{rejects} 件の記録は読めませんでした (records not normalised; hinomi parse tells why)", err=True)
    if failed:
        raise click.exceptions.Exit(1)


def as_events(payload: bytes, name: str, source: Source, context: Context) -> "tuple[pl.DataFrame, int]":
    """Rows as the lake has them, and how many records were none."""
    import polars as pl

    from hinomi.ocsf.schema import conform

    found = source(payload, context)
    return conform(found.events.drop("line").with_columns(pl.lit(name).alias("source"))), len(found.rejects)


def warn(rules: "RuleSet") -> None:
    """Say on stderr how many rules do not run, and why, most frequent reason first."""
    if not rules.refused:
        return
    click.echo(
        f"{len(rules.rules)} 件のルールを使います。{len(rules.refused)} 件は動かせません "
        f"({len(rules.rules)} rules loaded, {len(rules.refused)} refused; hinomi rules check lists them):",
        err=True,
    )
    for reason, times in Counter(refused.reason for refused in rules.refused).most_common(10):
        click.echo(f"  {times:5}  {reason}", err=True)


def count(rules: "RuleSet", events: "Iterator[pl.DataFrame]") -> Fired:
    """How often each rule, by id and title, fired on the events, and how often each correlation would be told."""
    fired: Fired = Counter()
    hits: list[pl.DataFrame] = []
    for batch in batches(events):
        seen = rules.look(batch)
        found = seen.findings
        fired.update(zip(found["finding_info.analytic.uid"], found["finding_info.title"], strict=True))
        hits.append(seen.hits)
    titles = {one.id: one.title for one in rules.correlations}
    if titles and hits:
        from hinomi.pipeline.detect.sigma.correlation.rounds import told

        times = told(rules.correlations, together(hits))
        fired.update({(name, titles[name]): number for name, number in times.items()})
    return fired


def batches(events: "Iterator[pl.DataFrame]") -> "Iterator[pl.DataFrame]":
    waiting: list[pl.DataFrame] = []
    for frame in events:
        waiting.append(frame)
        if sum(one.height for one in waiting) >= BATCH:
            yield together(waiting)
            waiting = []
    if waiting:
        yield together(waiting)


def together(frames: "list[pl.DataFrame]") -> "pl.DataFrame":
    import polars as pl

    return pl.concat(frames)
