"""``hinomi rules list|on|off|trial|status|retro``: which rules run, and the switches of the console's page."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hinomi.app import place
from hinomi.app.data import open_desk
from hinomi.pipeline.retro import Job, Jobs, Kind, Phase, Progress, new_uid, span
from hinomi.pipeline.rules import OWN, SHELF, RuleCard, State, by_state, cards, running, switches
from hinomi.pipeline.rules.refusals import refusals
from hinomi.pipeline.rules.switches import SwitchesUnreadable

WORDS = {SHELF: "shelf", OWN: "own"}
SLICE = 2.0
"""Seconds of a foreground run between two lines on how far it is."""
WAIT = 0.5


class NoSuchRule(click.ClickException):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"「{name}」というルールもルール集もありません。hinomi rules list で確かめてください "
            "(no such rule or pack; see hinomi rules list)."
        )


@click.command("list")
@click.option(
    "--state", type=click.Choice([*(one.value for one in State), "refused"]), help="この状態のものだけ (only these)"
)
@click.option("--json", "as_json", is_flag=True, help="JSON で、1行1本 (machine-readable)")
@place.data_dir_option
def list_(state: str | None, as_json: bool, data_dir: Path) -> None:
    """ルールの一覧 (every rule, whether it runs, and why not)."""
    folder = data_dir / "rules"
    with said():
        decided = switches.read(folder)
    found = cards(folder)
    reasons = refusals(folder, found)
    for card in found:
        refused = reasons.of(card)
        now = decided.state(card).value
        if state not in (None, "refused" if refused else now, now):
            continue
        if as_json:
            click.echo(json.dumps(as_row(card, now, refused.reason if refused else None), ensure_ascii=False))
        else:
            mark = "refused" if refused else now
            pack = WORDS.get(card.pack, card.pack)
            click.echo(f"{mark:8} {card.level or '-':13} {pack:8} {card.id} {card.title}")
            if refused:
                line = f":{refused.line}" if refused.line else ""
                click.echo(f"         {refused.path}{line} {refused.reason}")


def as_row(card: RuleCard, state: str, refused: str | None) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "state": state,
        "level": card.level,
        "pack": WORDS.get(card.pack, card.pack),
        "path": card.path,
        "line": card.line,
        "refused": refused,
    }


def turn(name: str, state: State, why: str, level: str, retro: bool, data_dir: Path) -> None:
    """A rule by its id, or a pack by its folder's name."""
    data_dir = open_desk(data_dir)
    from hinomi.console.rules import switching

    folder = data_dir / "rules"
    found = cards(folder)
    is_rule = any(card.id == name for card in found)
    is_pack = any(card.pack == name for card in found if card.pack not in WORDS)
    if not is_rule and not is_pack:
        raise NoSuchRule(name)
    with said():
        switching.turn(
            folder,
            name,
            state,
            why,
            now=datetime.now(UTC),
            actor=None,
            is_pack=not is_rule,
            level=level,
            with_retro=retro,
        )
    click.echo(f"{name}: {state.value} ({why})")


why_option = click.option("--why", required=True, help="理由 (why)")
level_option = click.option(
    "--level",
    default="",
    type=click.Choice(["", "informational", "low", "medium", "high", "critical"]),
    help="ルール集の、この重大度以上 (of a pack: from this level upwards)",
)


@click.command()
@click.argument("name", metavar="RULE_ID|PACK")
@why_option
@level_option
@click.option("--no-retro", is_flag=True, help="過去のイベントは調べない (only what is to come)")
@place.data_dir_option
def on(name: str, why: str, level: str, no_retro: bool, data_dir: Path) -> None:
    """ルールかルール集を使い始めます (switch a rule or a pack on)."""
    turn(name, State.ON, why, level, not no_retro, data_dir)


@click.command()
@click.argument("name", metavar="RULE_ID|PACK")
@why_option
@place.data_dir_option
def off(name: str, why: str, data_dir: Path) -> None:
    """ルールかルール集を使うのをやめます (switch a rule or a pack off)."""
    turn(name, State.OFF, why, "", True, data_dir)


@click.command()
@click.argument("name", metavar="RULE_ID|PACK")
@why_option
@level_option
@place.data_dir_option
def trial(name: str, why: str, level: str, data_dir: Path) -> None:
    """試行中にします。数えるだけで、だれにも知らせません (on trial: counted, nobody is told)."""
    turn(name, State.TRIAL, why, level, True, data_dir)


@click.command()
@place.data_dir_option
def status(data_dir: Path) -> None:
    """いま動いているルールと、過去のイベントに当てている様子 (what runs, and how far scans are)."""
    folder, jobs = data_dir / "rules", Jobs(data_dir)
    with said():
        counts = by_state(folder)
    click.echo("ルール (rules): " + ", ".join(f"{state.value} {count}" for state, count in counts.items()))
    latest = running.read(folder)
    if latest is None:
        click.echo("受信の処理 (worker): まだ動いたことがありません (has not run yet)")
    else:
        click.echo(
            f"受信の処理 (worker): {latest.since:%Y-%m-%d %H:%M:%S} UTC から {len(latest.rules)} 本"
            f"、断ったもの (refused) {latest.refused}"
        )
    for job in jobs.all():
        click.echo(told(job, jobs.progress(job)))


def told(job: Job, progress: Progress) -> str:
    rules = job.title or (next(iter(job.rules)) if len(job.rules) == 1 else f"{len(job.rules)} rules")
    problem = f": {progress.problem}" if progress.problem else ""
    return (
        f"{job.kind.value:5} {job.asked:%Y-%m-%d %H:%M} {progress.phase.value} {progress.percent}% "
        f"{progress.events:,} events, {progress.count:,} hits, {sum(progress.recorded.values()):,} new findings "
        f"[{rules}]{problem}"
    )


@click.command()
@click.argument("rule", metavar="RULE_ID")
@click.option("--days", type=click.IntRange(min=1), help="何日分か (how far back; default: HINOMI_RETRO_DAYS or 30)")
@click.option("--tenant", help="企業 (company; default: all)")
@place.data_dir_option
def retro(rule: str, days: int | None, tenant: str | None, data_dir: Path) -> None:
    """ルールを過去のイベントに当てます (run a rule over what the lake holds, now and here)."""
    data_dir = open_desk(data_dir)
    from hinomi.app import retro as background
    from hinomi.tenants import queries

    found = [card for card in cards(data_dir / "rules") if card.id == rule]
    if not found:
        raise NoSuchRule(rule)
    if found[0].is_correlation:
        raise click.ClickException(background.CORRELATION)
    companies = (queries.tenant(tenant).uid,) if tenant else background.tenants()
    now = datetime.now(UTC).replace(tzinfo=None)
    lake, jobs = place.lake(data_dir), Jobs(data_dir)
    since, until = span(lake, companies, days or background.days() or background.DAYS, now)
    job = jobs.add(Job(new_uid(now), Kind.RETRO, {rule: found[0].digest}, companies, since, until, now))
    scanner = background.scanner(data_dir)
    while not (progress := jobs.progress(job)).phase.is_over:
        if not scanner.advance(SLICE, only=job):
            time.sleep(WAIT)  # the background is at it
        click.echo(told(job, jobs.progress(job)), err=True)
    click.echo(told(job, progress))
    if progress.phase is not Phase.DONE:
        raise click.exceptions.Exit(1)


@contextmanager
def said() -> Iterator[None]:
    """A broken file of switches is the operator's to mend."""
    try:
        yield
    except SwitchesUnreadable as problem:
        raise click.ClickException(str(problem)) from problem


COMMANDS = (list_, on, off, trial, status, retro)
